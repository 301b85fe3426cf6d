import { Button, Flex, Stack, Textarea } from "@chakra-ui/react";
import { useState } from "react";

import { useSaveAsset, type AssetChange } from "@/api/assets";
import type { Asset } from "@/api/catalogTypes";
import { Conflict } from "@/pages/asset/Conflict";
import { draftOf, dropDraft, keepDraft } from "@/pages/asset/drafts";

type Props = {
  readonly asset: Asset;
  readonly change: (text: string | null) => AssetChange;
  readonly label: string;
  readonly onClose: () => void;
  readonly placeholder: string;
  readonly text: string;
};

/**
 * Writes a text of an asset where it stands; Ctrl+Enter saves, Escape leaves what was not changed.
 *
 * What was typed is kept until it is saved or given up, wherever one goes meanwhile.
 */
export function TextEditor({ asset, change, label, onClose: onLeave, placeholder, text: before }: Props) {
  const [draft] = useState(() => draftOf(asset.id, label));
  const [base] = useState(draft?.base ?? asset);
  const [text, setText] = useState(draft?.text ?? before);
  const write = (typed: string) => {
    setText(typed);
    keepDraft(label, { base, text: typed });
  };
  const onClose = () => {
    dropDraft(asset.id, label);
    onLeave();
  };
  const saving = useSaveAsset(asset.id);
  const save = (version: number) =>
    saving.mutate({ change: change(text.trim() === "" ? null : text.trim()), version }, { onSuccess: onClose });
  return (
    <Stack gap={2} maxW="80ch" w="full">
      <Textarea
        aria-label={label}
        autoFocus
        autoresize
        maxLength={20_000}
        onChange={(event) => write(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && text === before) {
            onClose();
          }
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            save(base.version);
          }
        }}
        placeholder={placeholder}
        size="sm"
        value={text}
      />
      <Conflict
        base={base}
        current={asset}
        error={saving.error}
        onOverwrite={() => save(asset.version)}
        onYield={onClose}
        pending={saving.isPending}
      />
      <Flex gap={2}>
        <Button loading={saving.isPending} onClick={() => save(base.version)} size="xs">
          Save
        </Button>
        <Button onClick={onClose} size="xs" variant="outline">
          Cancel
        </Button>
      </Flex>
    </Stack>
  );
}
