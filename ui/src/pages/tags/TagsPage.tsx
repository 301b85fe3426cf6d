import { Badge, Button, Flex, Grid, IconButton, Table, Text } from "@chakra-ui/react";
import { useState } from "react";
import { LuPencil, LuPlus, LuTag, LuTrash2, LuWorkflow } from "react-icons/lu";

import { useFacets } from "@/api/catalog";
import { useWholeTags, type WholeTag } from "@/api/tags";
import { useMay } from "@/app/permissions";
import { Ago } from "@/components/Ago";
import { Empty } from "@/components/Empty";
import { plural } from "@/components/format";
import { TagBadge } from "@/components/Labels";
import { Listing } from "@/components/Listing";
import { PageHead } from "@/components/PageHead";
import { TableFrame, type Head } from "@/components/TableFrame";
import { useFilters } from "@/components/useFilters";
import { ClassificationPanel } from "@/pages/tags/ClassificationPanel";
import { DeleteTag } from "@/pages/tags/DeleteTag";
import { TagDialog } from "@/pages/tags/TagDialog";
import { usedBy } from "@/pages/tags/used";

const EVERYTHING = { q: "" };

const HEADS: readonly Head[] = [
  { label: "Tag" },
  { hideBelow: "sm", label: "Category" },
  { label: "Used by" },
  { hideBelow: "md", label: "Description" },
  { hideBelow: "sm", label: "Made" },
  { label: "Actions", quiet: true, width: "80px" },
];

/** The ways to change a tag and to delete it, for those who may. */
function Deeds({ tag }: { readonly tag: WholeTag }) {
  const may = useMay();
  const [open, setOpen] = useState<"delete" | "edit">();
  const close = () => setOpen(undefined);
  return (
    <Flex justify="flex-end">
      {may("editTag") ? (
        <IconButton aria-label={`Edit the tag ${tag.name}`} onClick={() => setOpen("edit")} size="2xs" title="Edit" variant="ghost">
          <LuPencil />
        </IconButton>
      ) : null}
      {may("deleteTag") ? (
        <IconButton aria-label={`Delete the tag ${tag.name}`} onClick={() => setOpen("delete")} size="2xs" title="Delete" variant="ghost">
          <LuTrash2 />
        </IconButton>
      ) : null}
      {open === "edit" ? <TagDialog maySpread onClose={close} tag={tag} /> : null}
      {open === "delete" ? <DeleteTag onClose={close} tag={tag} /> : null}
    </Flex>
  );
}

function TagRow({ tag, used }: { readonly tag: WholeTag; readonly used: string | undefined }) {
  const { category, created_at: createdAt, description, name, propagates, propagation_depth: depth } = tag;
  return (
    <Table.Row>
      <Table.Cell>
        <Flex align="center" columnGap={2} rowGap={1} wrap="wrap">
          <TagBadge linked name={name} />
          {propagates === null ? null : (
            <Badge title="What is made of something that carries it carries it too" variant="subtle">
              <LuWorkflow aria-hidden /> {depth === null ? "spreads" : `spreads ${plural(depth, "step")}`}
            </Badge>
          )}
        </Flex>
        {category ? (
          <Text color="fg.muted" fontSize="xs" hideFrom="sm" mt={1}>
            {category}
          </Text>
        ) : null}
        {description ? (
          <Text color="fg.muted" fontSize="xs" hideFrom="md" mt={1}>
            {description}
          </Text>
        ) : null}
      </Table.Cell>
      <Table.Cell hideBelow="sm">{category ?? <Text color="fg.muted">–</Text>}</Table.Cell>
      <Table.Cell fontVariantNumeric="tabular-nums" whiteSpace="nowrap">
        {used ?? (
          <Text color="fg.muted" title="Not among the tags that are used most">
            –
          </Text>
        )}
      </Table.Cell>
      <Table.Cell hideBelow="md" overflowWrap="anywhere">
        {description}
      </Table.Cell>
      <Table.Cell hideBelow="sm">
        <Ago color="fg.muted" moment={createdAt} />
      </Table.Cell>
      <Table.Cell>
        <Deeds tag={tag} />
      </Table.Cell>
    </Table.Row>
  );
}

/** The words by which assets and columns are marked, and how carefully they are to be handled. */
export default function TagsPage() {
  const may = useMay();
  const [open, setOpen] = useState(false);
  const { page, setPage } = useFilters([]);
  const answer = useWholeTags(page);
  const { data: facets } = useFacets(EVERYTHING);
  const create = (
    <Button onClick={() => setOpen(true)}>
      <LuPlus /> Create a tag
    </Button>
  );
  return (
    <>
      <PageHead actions={may("tag") ? create : undefined} title="Tags" />
      <Grid alignItems="start" gap={4} templateColumns={{ base: "minmax(0, 1fr)", lg: "minmax(0, 1fr) 320px" }}>
        <div>
          <Listing
            answer={answer}
            empty={
              <Empty
                icon={<LuTag />}
                text="Tags mark assets and columns, such as PII or Finance. Put them on in the catalog or on an asset's page; search and compliance go by them."
                title="No tags yet"
              />
            }
            filtered={false}
            noun="tag"
            onClear={() => undefined}
            onPage={setPage}
            page={page}
          >
            {(tags, loading) => (
              <TableFrame caption="Tags" heads={HEADS} loading={loading}>
                {tags.map((tag) => (
                  <TagRow key={tag.id} tag={tag} used={usedBy(facets, tag.name)} />
                ))}
              </TableFrame>
            )}
          </Listing>
        </div>
        <ClassificationPanel />
      </Grid>
      {open ? <TagDialog maySpread={may("editTag")} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
