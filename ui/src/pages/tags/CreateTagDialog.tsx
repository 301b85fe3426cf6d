import { Button, Stack } from "@chakra-ui/react";
import { useState, type FormEvent } from "react";

import { useCreateTag } from "@/api/tags";
import { ErrorNote } from "@/components/ErrorNote";
import { ModalDialog } from "@/components/ModalDialog";
import { TextField } from "@/components/TextField";

const FORM_ID = "create-tag";

/** Adds a word to the vocabulary of tags. */
export function CreateTagDialog({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState("");
  const [category, setCategory] = useState("");
  const [description, setDescription] = useState("");
  const create = useCreateTag();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== "") {
      const filled = Object.entries({ category, description }).filter(([, text]) => text.trim() !== "");
      create.mutate(
        { name: name.trim(), ...Object.fromEntries(filled.map(([field, text]) => [field, text.trim()])) },
        { onSuccess: onClose },
      );
    }
  };
  return (
    <ModalDialog
      footer={
        <>
          <Button onClick={onClose} variant="outline">
            Cancel
          </Button>
          <Button disabled={name.trim() === ""} form={FORM_ID} loading={create.isPending} type="submit">
            Create the tag
          </Button>
        </>
      }
      onClose={onClose}
      size="md"
      title="Create a tag"
    >
      <form id={FORM_ID} noValidate onSubmit={submit}>
        <Stack gap={4}>
          <TextField autoComplete="off" label="Name" maxLength={100} name="name" onText={setName} required value={name} />
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
          {create.error === null ? null : <ErrorNote error={create.error} />}
        </Stack>
      </form>
    </ModalDialog>
  );
}
