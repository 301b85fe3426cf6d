import { Button, Flex, IconButton, Stack, Text, Textarea } from "@chakra-ui/react";
import { useState } from "react";
import { LuPencil } from "react-icons/lu";

import { useDescribe } from "@/api/catalog";
import type { Asset } from "@/api/catalogTypes";
import { useMay } from "@/app/permissions";
import { ErrorNote } from "@/components/ErrorNote";

function Editor({ asset, onClose }: { readonly asset: Asset; readonly onClose: () => void }) {
  const [text, setText] = useState(asset.description ?? "");
  const describe = useDescribe(asset);
  const save = () => describe.mutate(text.trim() === "" ? null : text.trim(), { onSuccess: onClose });
  return (
    <Stack gap={2} maxW="80ch" mt={2}>
      <Textarea
        aria-label="Description"
        autoFocus
        autoresize
        maxLength={20_000}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            onClose();
          }
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            save();
          }
        }}
        placeholder="What is in it, whose it is, what to mind. Empty shows the source's own comment."
        size="sm"
        value={text}
      />
      {describe.error === null ? null : <ErrorNote error={describe.error} />}
      <Flex gap={2}>
        <Button loading={describe.isPending} onClick={save} size="xs">
          Save
        </Button>
        <Button onClick={onClose} size="xs" variant="outline">
          Cancel
        </Button>
      </Flex>
    </Stack>
  );
}

/** What people, or else the source, say of the asset; a crawl never overwrites what people wrote. */
export function Description({ asset }: { readonly asset: Asset }) {
  const may = useMay();
  const [editing, setEditing] = useState(false);
  if (editing) {
    return <Editor asset={asset} onClose={() => setEditing(false)} />;
  }
  const text = asset.description ?? "";
  if (!may("describe")) {
    return text === "" ? null : (
      <Text maxW="80ch" mt={2} whiteSpace="pre-line">
        {text}
      </Text>
    );
  }
  return (
    <Flex align="flex-start" gap={1} maxW="80ch" mt={2}>
      {text === "" ? (
        <Text color="fg.muted">No description yet.</Text>
      ) : (
        <Text whiteSpace="pre-line">{text}</Text>
      )}
      <IconButton
        aria-label="Edit the description"
        onClick={() => setEditing(true)}
        size="2xs"
        title="Edit the description"
        variant="ghost"
      >
        <LuPencil />
      </IconButton>
    </Flex>
  );
}
