import { Box, Flex, IconButton, Text } from "@chakra-ui/react";
import { useState } from "react";
import { LuPencil } from "react-icons/lu";

import type { Asset } from "@/api/catalogTypes";
import { useMay } from "@/app/permissions";
import { draftOf } from "@/pages/asset/drafts";
import { TextEditor } from "@/pages/asset/TextEditor";

const LABEL = "Description";

/** What people, or else the source, say of the asset; a crawl never overwrites what people wrote. */
export function Description({ asset }: { readonly asset: Asset }) {
  const may = useMay();
  const [editing, setEditing] = useState(() => draftOf(asset.id, LABEL) !== undefined);
  const [left, setLeft] = useState(false);
  const close = () => {
    setEditing(false);
    setLeft(true);
  };
  const text = asset.description ?? "";
  if (editing) {
    return (
      <Box mt={2}>
        <TextEditor
          asset={asset}
          change={(description) => ({ description })}
          label={LABEL}
          onClose={close}
          placeholder="What is in it, whose it is, what to mind. Empty shows the source's own comment."
          text={text}
        />
      </Box>
    );
  }
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
        autoFocus={left}
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
