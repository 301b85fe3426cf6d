import { Button, Flex, IconButton, Stack, Table, Text } from "@chakra-ui/react";
import { useState } from "react";
import { LuPlus, LuTrash2, LuWaypoints } from "react-icons/lu";

import type { Asset, Brief } from "@/api/catalogTypes";
import { useRelate, useRelationships, useUnrelate, type End, type Related } from "@/api/relationships";
import { useMay } from "@/app/permissions";
import { Ago } from "@/components/Ago";
import { AssetIcon } from "@/components/AssetIcon";
import { locationOf, titleOf } from "@/components/asset";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { DialogButtons } from "@/components/DialogButtons";
import { Empty } from "@/components/Empty";
import { ErrorNote } from "@/components/ErrorNote";
import { words } from "@/components/format";
import { Listing } from "@/components/Listing";
import { ModalDialog } from "@/components/ModalDialog";
import { RouteLink } from "@/components/RouteLink";
import { SelectField } from "@/components/SelectField";
import { TableFrame, type Head } from "@/components/TableFrame";
import { AssetChoice } from "@/pages/asset/AssetChoice";
import { CHOICES, otherEnd, related, saying } from "@/pages/asset/relations";

const PAGE = 20;
const PERSON = "person";

const HEADS: readonly Head[] = [
  { label: "It …", width: "160px" },
  { label: "Asset" },
  { hideBelow: "md", label: "Told by" },
  { hideBelow: "md", label: "Since" },
  { label: "Actions", quiet: true, width: "48px" },
];

function Other({ asset }: { readonly asset: End | null }) {
  if (asset === null) {
    return <Text color="fg.muted">an asset that is not yours to see</Text>;
  }
  return (
    <Flex align="center" columnGap={2} wrap="wrap">
      <AssetIcon type={asset.type} />
      <RouteLink overflowWrap="anywhere" to={`/assets/${asset.id}`}>
        {titleOf(asset)}
      </RouteLink>
      <Text color="fg.muted" fontSize="xs">
        {locationOf(asset)}
      </Text>
    </Flex>
  );
}

function Row({ edge, here }: { readonly edge: Related; readonly here: string }) {
  const may = useMay()("unrelate");
  const removing = useUnrelate();
  const [asking, setAsking] = useState(false);
  const { created_at: since, created_by: by, id, origin } = edge;
  return (
    <Table.Row>
      <Table.Cell color="fg.muted">{saying(edge, here)}</Table.Cell>
      <Table.Cell>
        <Other asset={otherEnd(edge, here)} />
      </Table.Cell>
      <Table.Cell hideBelow="md">{origin === PERSON ? (by?.name ?? by?.id ?? "a person") : words(origin)}</Table.Cell>
      <Table.Cell color="fg.muted" hideBelow="md">
        <Ago moment={since} />
      </Table.Cell>
      <Table.Cell>
        {may && origin === PERSON ? (
          <IconButton
            aria-label="Remove the relationship"
            onClick={() => setAsking(true)}
            size="2xs"
            title="Remove the relationship"
            variant="ghost"
          >
            <LuTrash2 />
          </IconButton>
        ) : null}
        {asking ? (
          <ConfirmDialog
            deed="Remove it"
            error={removing.error}
            onClose={() => setAsking(false)}
            onDo={() => removing.mutate(id, { onSuccess: () => setAsking(false) })}
            pending={removing.isPending}
            title="Remove the relationship?"
          >
            Both assets stay. Lineage and impact go without it from then on, and it can be added again.
          </ConfirmDialog>
        ) : null}
      </Table.Cell>
    </Table.Row>
  );
}

function RelateDialog({ asset, onClose }: { readonly asset: Asset; readonly onClose: () => void }) {
  const [choice, setChoice] = useState<string>(CHOICES[0]?.[0] ?? "");
  const [other, setOther] = useState<Brief>();
  const relate = useRelate();
  return (
    <ModalDialog
      footer={
        <DialogButtons
          deed="Add"
          disabled={other === undefined}
          onClose={onClose}
          onDo={() => other && relate.mutate(related(choice, asset.id, other.id), { onSuccess: onClose })}
          pending={relate.isPending}
        />
      }
      onClose={onClose}
      size="md"
      title={`A relationship of ${titleOf(asset)}`}
    >
      <Stack gap={4}>
        <SelectField label="How they relate" name="type" onText={setChoice} options={CHOICES} value={choice} />
        <AssetChoice label="The other asset" not={asset.id} onChoose={setOther} />
        {relate.error === null ? null : <ErrorNote error={relate.error} />}
      </Stack>
    </ModalDialog>
  );
}

/** All that an asset is joined to: by its source, by runs that told of it, and by people. */
export function Relations({ asset }: { readonly asset: Asset }) {
  const may = useMay()("relate");
  const [page, setPage] = useState(1);
  const [open, setOpen] = useState(false);
  const answer = useRelationships({ assetId: asset.id, page, pageSize: PAGE });
  const add = may ? (
    <Button onClick={() => setOpen(true)} size="xs" variant="outline">
      <LuPlus /> Add a relationship
    </Button>
  ) : null;
  return (
    <Stack gap={3}>
      <Listing
        answer={answer}
        empty={
          <Empty icon={<LuWaypoints />} text="Foreign keys and views that a crawl reads, runs that tell of it, and people make them." title="No relationships yet">
            {add}
          </Empty>
        }
        filtered={false}
        noun="relationship"
        onClear={() => undefined}
        onPage={setPage}
        page={page}
      >
        {(rows, loading) => (
          <Stack gap={3}>
            <Flex>{add}</Flex>
            <TableFrame caption={`Relationships of ${asset.name}`} heads={HEADS} loading={loading} rows={4}>
              {rows.map((edge) => (
                <Row edge={edge} here={asset.id} key={edge.id} />
              ))}
            </TableFrame>
          </Stack>
        )}
      </Listing>
      {open ? <RelateDialog asset={asset} onClose={() => setOpen(false)} /> : null}
    </Stack>
  );
}
