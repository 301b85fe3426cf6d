import { Button, Flex, SimpleGrid, Stack, Text } from "@chakra-ui/react";
import { useState, type FormEvent } from "react";
import { LuPlus } from "react-icons/lu";

import { useClassifications, useCreateClassification } from "@/api/tags";
import { useMay } from "@/app/permissions";
import { DialogButtons } from "@/components/DialogButtons";
import { ErrorNote } from "@/components/ErrorNote";
import { ClassificationBadge } from "@/components/Labels";
import { ModalDialog } from "@/components/ModalDialog";
import { Panel } from "@/components/Panel";
import { RouteLink } from "@/components/RouteLink";
import { TextField } from "@/components/TextField";

const FORM_ID = "create-classification";

function CreateDialog({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState("");
  const [level, setLevel] = useState("");
  const [description, setDescription] = useState("");
  const create = useCreateClassification();
  const ready = name.trim() !== "" && /^\d+$/u.test(level);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) {
      const more = description.trim() === "" ? {} : { description: description.trim() };
      create.mutate({ level: Number(level), name: name.trim(), ...more }, { onSuccess: onClose });
    }
  };
  return (
    <ModalDialog
      footer={<DialogButtons deed="Create it" disabled={!ready} form={FORM_ID} onClose={onClose} pending={create.isPending} />}
      onClose={onClose}
      size="md"
      title="Create a classification"
    >
      <form id={FORM_ID} noValidate onSubmit={submit}>
        <Stack gap={4}>
          <SimpleGrid columns={{ base: 1, sm: 2 }} gap={4}>
            <TextField autoComplete="off" label="Name" name="name" onText={setName} required value={name} />
            <TextField
              help="Higher is more careful; public is 0, restricted 3"
              inputMode="numeric"
              label="Level"
              name="level"
              onText={setLevel}
              required
              value={level}
            />
          </SimpleGrid>
          <TextField autoComplete="off" label="Description" name="description" onText={setDescription} value={description} />
          {create.error === null ? null : <ErrorNote error={create.error} />}
        </Stack>
      </form>
    </ModalDialog>
  );
}

/** How carefully data is to be handled, from the least to the most. */
export function ClassificationPanel() {
  const { data, error, refetch } = useClassifications();
  const may = useMay();
  const [open, setOpen] = useState(false);
  const levels = [...(data?.data ?? [])].sort((a, b) => a.level - b.level);
  const button = (
    <Button onClick={() => setOpen(true)} size="xs" variant="outline">
      <LuPlus /> Classification
    </Button>
  );
  return (
    <Panel action={may("classify") ? button : undefined} title="Classifications">
      {error === null ? null : <ErrorNote error={error} onRetry={() => void refetch()} />}
      <Stack as="ul" gap={3} listStyleType="none">
        {levels.map(({ description, id, level, name }) => (
          <Stack as="li" fontSize="sm" gap={1} key={id}>
            <Flex align="center" gap={2} wrap="wrap">
              <ClassificationBadge name={name} />
              <Text color="fg.muted" fontSize="xs">
                level {level}
              </Text>
              <RouteLink fontSize="xs" ms="auto" to={`/catalog?classification=${encodeURIComponent(name)}`}>
                show in the catalog
              </RouteLink>
            </Flex>
            {description ? <Text color="fg.muted">{description}</Text> : null}
          </Stack>
        ))}
      </Stack>
      {open ? <CreateDialog onClose={() => setOpen(false)} /> : null}
    </Panel>
  );
}
