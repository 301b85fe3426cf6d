import { Flex, IconButton, Text } from "@chakra-ui/react";
import { useState } from "react";
import { LuPencil } from "react-icons/lu";

import type { Asset, Column } from "@/api/catalogTypes";
import { useMay } from "@/app/permissions";
import { draftOf } from "@/pages/asset/drafts";
import { TextEditor } from "@/pages/asset/TextEditor";

export const commentOf = (column: Column): string => column.description ?? column.comment ?? "";

/** What people, or else the source, say of a column, written where it stands. */
export function ColumnComment({ asset, column }: { readonly asset: Asset; readonly column: Column }) {
  const may = useMay()("describe");
  const label = `Description of ${column.name}`;
  const [editing, setEditing] = useState(() => draftOf(asset.id, label) !== undefined);
  const [left, setLeft] = useState(false);
  const close = () => {
    setEditing(false);
    setLeft(true);
  };
  const text = commentOf(column);
  if (editing) {
    return (
      <TextEditor
        asset={asset}
        change={(description) => ({ columns: [{ description, name: column.name }] })}
        label={label}
        onClose={close}
        placeholder="What the column holds. Empty shows the source's own comment."
        text={text}
      />
    );
  }
  return (
    <Flex align="flex-start" gap={1}>
      <Text whiteSpace="pre-line">{text}</Text>
      {may ? (
        <IconButton
          aria-label={`Edit the description of ${column.name}`}
          autoFocus={left}
          color="fg.muted"
          onClick={() => setEditing(true)}
          size="2xs"
          title="Edit the description"
          variant="ghost"
        >
          <LuPencil />
        </IconButton>
      ) : null}
    </Flex>
  );
}
