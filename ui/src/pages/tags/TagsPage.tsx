import { Button, Grid, Table, Text } from "@chakra-ui/react";
import { useState } from "react";
import { LuPlus, LuTag } from "react-icons/lu";

import { useFacets } from "@/api/catalog";
import type { Tag } from "@/api/governanceTypes";
import { useTags } from "@/api/tags";
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
import { CreateTagDialog } from "@/pages/tags/CreateTagDialog";

const PAGE_SIZE = 50;
const EVERYTHING = { q: "" };

const HEADS: readonly Head[] = [
  { label: "Tag" },
  { label: "Category" },
  { label: "Used by" },
  { hideBelow: "md", label: "Description" },
  { hideBelow: "sm", label: "Made" },
];

function TagRow({ tag, used }: { readonly tag: Tag; readonly used: number | undefined }) {
  const { category, createdAt, description, name } = tag;
  return (
    <Table.Row>
      <Table.Cell>
        <TagBadge linked name={name} />
        {description ? (
          <Text color="fg.muted" fontSize="xs" hideFrom="md" mt={1}>
            {description}
          </Text>
        ) : null}
      </Table.Cell>
      <Table.Cell>{category ?? <Text color="fg.muted">–</Text>}</Table.Cell>
      <Table.Cell fontVariantNumeric="tabular-nums" whiteSpace="nowrap">
        {used === undefined ? <Text color="fg.muted">nothing</Text> : plural(used, "asset")}
      </Table.Cell>
      <Table.Cell hideBelow="md" overflowWrap="anywhere">
        {description}
      </Table.Cell>
      <Table.Cell hideBelow="sm">
        <Ago color="fg.muted" moment={createdAt} />
      </Table.Cell>
    </Table.Row>
  );
}

/** The words by which assets and columns are marked, and how carefully they are to be handled. */
export default function TagsPage() {
  const may = useMay();
  const [open, setOpen] = useState(false);
  const { page, setPage } = useFilters([]);
  const answer = useTags({ page, pageSize: PAGE_SIZE });
  const { data: facets } = useFacets(EVERYTHING);
  const used = facets?.facets["tags"] ?? {};
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
                  <TagRow key={tag.id} tag={tag} used={used[tag.name]} />
                ))}
              </TableFrame>
            )}
          </Listing>
        </div>
        <ClassificationPanel />
      </Grid>
      {open ? <CreateTagDialog onClose={() => setOpen(false)} /> : null}
    </>
  );
}
