import { Button, Stack, Text } from "@chakra-ui/react";
import { useState } from "react";

import type { LabelOutcome, Resource } from "@/api/governanceTypes";
import { useClassifications, useLabel } from "@/api/tags";
import { ErrorNote } from "@/components/ErrorNote";
import { plural, words } from "@/components/format";
import { ModalDialog } from "@/components/ModalDialog";
import { SelectField } from "@/components/SelectField";
import { isEmpty, KEEP, labelling, NO_CHANGE, NONE, type Change } from "@/pages/labels/change";
import { TagInput } from "@/pages/labels/TagInput";

/** What is to be labelled, with a name that people know it by. */
export type Labelled = Resource & {
  readonly classification?: string | null | undefined;
  readonly name: string;
  readonly tags?: readonly string[] | undefined;
};

function common(targets: readonly Labelled[]): string | undefined {
  const found = new Set(targets.map(({ classification }) => classification ?? ""));
  return found.size === 1 ? [...found][0] : undefined;
}

function Refusals({ outcome, targets }: { readonly outcome: LabelOutcome; readonly targets: readonly Labelled[] }) {
  const names = new Map(targets.map(({ id, name }) => [id, name]));
  const failed = outcome.results.filter((each) => each.outcome === "failed");
  return (
    <Stack aria-live="polite" fontSize="sm" gap={1} role="alert">
      <Text fontWeight="semibold">
        {outcome.applied} changed, {outcome.unchanged} as wanted already, {outcome.failed} refused:
      </Text>
      {failed.map(({ code, message, resource }) => (
        <Text color="red.fg" key={resource.id} overflowWrap="anywhere">
          {names.get(resource.id) ?? resource.id}: {message} {code ? `(${code})` : ""}
        </Text>
      ))}
    </Stack>
  );
}

type Props = {
  readonly onClose: () => void;
  readonly onDone?: () => void;
  readonly targets: readonly Labelled[];
};

/** Changes tags and classification of one thing or of many at once. */
export function LabelDialog({ onClose, onDone, targets }: Props) {
  const [change, setChange] = useState<Change>(NO_CHANGE);
  const { data } = useClassifications();
  const label = useLabel();
  const known = [...new Set(targets.flatMap(({ tags = [] }) => tags))].sort();
  const now = common(targets);
  const kept = now === undefined ? "Leave each as it is" : now === "" ? "None yet" : `${words(now)}, as it is`;
  const levels = [...(data?.data ?? [])].sort((a, b) => a.level - b.level);
  const what = targets.length === 1 ? (targets[0]?.name ?? "") : plural(targets.length, targets[0]?.type ?? "thing");

  const apply = () => {
    const resources = targets.map(({ id, type }) => ({ id, type }));
    label.mutate(labelling(change, resources), {
      onSuccess: ({ failed }) => {
        onDone?.();
        if (failed === 0) {
          onClose();
        }
      },
    });
  };
  return (
    <ModalDialog
      footer={
        <>
          <Button onClick={onClose} variant="outline">
            {label.data === undefined ? "Cancel" : "Close"}
          </Button>
          <Button disabled={isEmpty(change)} loading={label.isPending} onClick={apply}>
            Apply
          </Button>
        </>
      }
      onClose={onClose}
      size="md"
      title={`Tags and classification of ${what}`}
    >
      <Stack gap={4}>
        <TagInput change={change} known={known} onChange={setChange} />
        <SelectField
          help="How carefully it is to be handled; compliance asks for it."
          label="Classification"
          name="classification"
          onText={(classification) => setChange((before) => ({ ...before, classification }))}
          options={[
            [KEEP, kept],
            ...levels.filter(({ name }) => name !== now).map(({ name }) => [name, words(name)] as const),
            ...(now === "" ? [] : [[NONE, "None"] as const]),
          ]}
          value={change.classification}
        />
        {label.error === null ? null : <ErrorNote error={label.error} />}
        {label.data !== undefined && label.data.failed > 0 ? (
          <Refusals outcome={label.data} targets={targets} />
        ) : null}
      </Stack>
    </ModalDialog>
  );
}
