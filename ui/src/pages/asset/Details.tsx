import { Button, Code, Flex, IconButton, Input, Stack, Table, Text } from "@chakra-ui/react";
import { useState } from "react";
import { LuPencil, LuPlus, LuTrash2 } from "react-icons/lu";

import { useSaveAsset } from "@/api/assets";
import type { Asset } from "@/api/catalogTypes";
import { useMay } from "@/app/permissions";
import { ErrorNote } from "@/components/ErrorNote";
import { words } from "@/components/format";
import { TableFrame, type Head } from "@/components/TableFrame";
import { Conflict } from "@/pages/asset/Conflict";
import { entries, shownAs, typed, type Entry } from "@/pages/asset/metadata";

const HEADS: readonly Head[] = [
  { label: "Fact", width: "30%" },
  { label: "Value" },
  { label: "Actions", quiet: true, width: "96px" },
];

type EditorProps = { readonly asset: Asset; readonly entry: Entry | undefined; readonly onClose: () => void };

/** A fact's name and value, typed; a new one where `entry` is missing. */
function Editor({ asset, entry, onClose }: EditorProps) {
  const [base] = useState(asset);
  const [name, setName] = useState(entry?.name ?? "");
  const [value, setValue] = useState(entry === undefined ? "" : shownAs(entry.value));
  const saving = useSaveAsset(asset.id);
  const save = (version: number) =>
    saving.mutate({ change: { metadata: { [name.trim()]: typed(value) } }, version }, { onSuccess: onClose });
  return (
    <Stack
      as="form"
      gap={2}
      maxW="80ch"
      onKeyDown={(event) => (event.key === "Escape" ? onClose() : undefined)}
      onSubmit={(event) => {
        event.preventDefault();
        save(base.version);
      }}
      py={2}
    >
      <Flex gap={2} wrap="wrap">
        {entry === undefined ? (
          <Input
            aria-label="Name of the fact"
            autoFocus
            flex="1 1 140px"
            maxLength={100}
            onChange={(event) => setName(event.target.value)}
            placeholder="Name, such as sla_hours"
            size="sm"
            value={name}
          />
        ) : null}
        <Input
          aria-label={entry === undefined ? "Value of the fact" : `Value of ${entry.name}`}
          autoFocus={entry !== undefined}
          flex="2 1 200px"
          onChange={(event) => setValue(event.target.value)}
          placeholder="A text, a number, true or false, or JSON"
          size="sm"
          value={value}
        />
      </Flex>
      <Conflict
        base={base}
        current={asset}
        error={saving.error}
        onOverwrite={() => save(asset.version)}
        onYield={onClose}
        pending={saving.isPending}
      />
      <Flex gap={2}>
        <Button disabled={name.trim() === "" || value.trim() === ""} loading={saving.isPending} size="xs" type="submit">
          Save
        </Button>
        <Button onClick={onClose} size="xs" variant="outline">
          Cancel
        </Button>
      </Flex>
    </Stack>
  );
}

function Row({ asset, entry }: { readonly asset: Asset; readonly entry: Entry }) {
  const may = useMay()("describe");
  const [editing, setEditing] = useState(false);
  const [left, setLeft] = useState(false);
  const close = () => {
    setEditing(false);
    setLeft(true);
  };
  const removing = useSaveAsset(asset.id);
  if (editing) {
    return (
      <Table.Row>
        <Table.Cell fontFamily="mono" verticalAlign="top">
          {entry.name}
        </Table.Cell>
        <Table.Cell colSpan={2}>
          <Editor asset={asset} entry={entry} onClose={close} />
        </Table.Cell>
      </Table.Row>
    );
  }
  return (
    <Table.Row>
      <Table.Cell fontFamily="mono" overflowWrap="anywhere" title={words(entry.name)}>
        {entry.name}
      </Table.Cell>
      <Table.Cell overflowWrap="anywhere">
        {removing.error === null ? null : <ErrorNote error={removing.error} />}
        {typeof entry.value === "object" ? <Code size="sm" whiteSpace="pre-wrap">{shownAs(entry.value)}</Code> : String(entry.value)}
      </Table.Cell>
      <Table.Cell>
        {may ? (
          <Flex justify="flex-end">
            <IconButton aria-label={`Edit ${entry.name}`} autoFocus={left} onClick={() => setEditing(true)} size="2xs" title="Edit" variant="ghost">
              <LuPencil />
            </IconButton>
            <IconButton
              aria-label={`Take ${entry.name} away`}
              loading={removing.isPending}
              onClick={() => removing.mutate({ change: { metadata: { [entry.name]: null } }, version: asset.version })}
              size="2xs"
              title="Take away what people wrote; what the source says shows again"
              variant="ghost"
            >
              <LuTrash2 />
            </IconButton>
          </Flex>
        ) : null}
      </Table.Cell>
    </Table.Row>
  );
}

/** Further facts of an asset: what the source tells, and what people add beside it. */
export function Details({ asset }: { readonly asset: Asset }) {
  const may = useMay()("describe");
  const [adding, setAdding] = useState(false);
  const facts = entries(asset.metadata);
  return (
    <Stack gap={3}>
      {facts.length === 0 ? (
        <Text color="fg.muted">No further facts are known.</Text>
      ) : (
        <TableFrame caption={`Facts of ${asset.name}`} heads={HEADS}>
          {facts.map((entry) => (
            <Row asset={asset} entry={entry} key={entry.name} />
          ))}
        </TableFrame>
      )}
      {adding ? <Editor asset={asset} entry={undefined} onClose={() => setAdding(false)} /> : null}
      {may && !adding ? (
        <Button alignSelf="flex-start" onClick={() => setAdding(true)} size="xs" variant="outline">
          <LuPlus /> Add a fact
        </Button>
      ) : null}
    </Stack>
  );
}
