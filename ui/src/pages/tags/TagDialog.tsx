import { Stack } from "@chakra-ui/react";
import { useState, type FormEvent } from "react";

import { drafted, useSaveTag, type TagDraft, type WholeTag } from "@/api/tags";
import { CheckField } from "@/components/CheckField";
import { DialogButtons } from "@/components/DialogButtons";
import { ErrorNote } from "@/components/ErrorNote";
import { ModalDialog } from "@/components/ModalDialog";
import { TextField } from "@/components/TextField";
import { depthOf, wrongDepth } from "@/pages/tags/depth";

const FORM_ID = "tag";
const EMPTY: TagDraft = { category: null, description: null, name: "", spread: null };

/** `null` for what is empty. */
const filled = (text: string): string | null => (text.trim() === "" ? null : text.trim());

type Props = {
  readonly maySpread: boolean;
  readonly onClose: () => void;
  /** What is changed; a new one where it is missing. */
  readonly tag?: WholeTag | undefined;
};

/** Adds a word to the vocabulary of tags, or changes one: how it is called, and whether it spreads along lineage. */
export function TagDialog({ maySpread, onClose, tag }: Props) {
  const before = tag === undefined ? EMPTY : drafted(tag);
  const [name, setName] = useState(before.name);
  const [category, setCategory] = useState(before.category ?? "");
  const [description, setDescription] = useState(before.description ?? "");
  const [spreads, setSpreads] = useState(before.spread !== null);
  const [depth, setDepth] = useState(String(before.spread?.depth ?? ""));
  const saving = useSaveTag(tag);
  const wrong = spreads ? wrongDepth(depth) : undefined;
  const ready = name.trim() !== "" && wrong === undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) {
      const spread = spreads ? { depth: depthOf(depth) } : null;
      saving.mutate({ category: filled(category), description: filled(description), name: name.trim(), spread }, { onSuccess: onClose });
    }
  };
  return (
    <ModalDialog
      footer={
        <DialogButtons
          deed={tag === undefined ? "Create the tag" : "Save"}
          disabled={!ready}
          form={FORM_ID}
          onClose={onClose}
          pending={saving.isPending}
        />
      }
      onClose={onClose}
      size="md"
      title={tag === undefined ? "Create a tag" : `Edit the tag ${tag.name}`}
    >
      <form id={FORM_ID} noValidate onSubmit={submit}>
        <Stack gap={4}>
          <TextField
            autoComplete="off"
            {...(tag === undefined ? {} : { help: "A new name goes wherever the tag is" })}
            label="Name"
            maxLength={100}
            name="name"
            onText={setName}
            required
            value={name}
          />
          <TextField
            autoComplete="off"
            help="Groups tags, such as Sensitive or Domain"
            label="Category"
            maxLength={100}
            name="category"
            onText={setCategory}
            value={category}
          />
          <TextField
            autoComplete="off"
            help="When to use it, for those who come after you"
            label="Description"
            name="description"
            onText={setDescription}
            value={description}
          />
          {maySpread ? (
            <CheckField
              checked={spreads}
              help="What is made of something that carries the tag carries it too, and shows from where; without it, it is withdrawn there"
              label="Spread it along lineage"
              onCheck={setSpreads}
            />
          ) : null}
          {maySpread && spreads ? (
            <TextField
              error={wrong}
              help="From 1 to 10; empty goes as far as it may"
              inputMode="numeric"
              label="How many steps"
              name="depth"
              onText={setDepth}
              value={depth}
            />
          ) : null}
          <ErrorNote error={saving.error} />
        </Stack>
      </form>
    </ModalDialog>
  );
}
