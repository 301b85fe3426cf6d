import { Button, Field, Flex, IconButton, Input, Text } from "@chakra-ui/react";
import { useId, useState } from "react";
import { LuTag, LuUndo2, LuX } from "react-icons/lu";

import { useCreateTag, useTags } from "@/api/tags";
import { useMay } from "@/app/permissions";
import { spelled, withoutTag, withTag, type Change } from "@/pages/labels/change";

type ChipProps = {
  readonly gone?: boolean;
  readonly name: string;
  readonly note?: string;
  readonly onPress: () => void;
};

function Chip({ gone = false, name, note, onPress }: ChipProps) {
  return (
    <Flex align="center" as="li" borderRadius="sm" borderWidth={1} fontSize="sm" gap={1} ps={2}>
      <LuTag aria-hidden />
      <Text color={gone ? "fg.muted" : undefined} textDecoration={gone ? "line-through" : undefined}>
        {name}
      </Text>
      {note === undefined ? null : (
        <Text color="fg.muted" fontSize="xs">
          {note}
        </Text>
      )}
      <IconButton
        aria-label={gone ? `Keep the tag ${name}` : `Remove the tag ${name}`}
        onClick={onPress}
        size="2xs"
        variant="ghost"
      >
        {gone ? <LuUndo2 /> : <LuX />}
      </IconButton>
    </Flex>
  );
}

type Props = {
  readonly change: Change;
  /** Tags that are there now, on any of the resources. */
  readonly known: readonly string[];
  readonly onChange: (revise: (change: Change) => Change) => void;
};

/**
 * Tags as chips, and a field that adds one of the vocabulary; a new word is made a tag first.
 *
 * Nothing can be typed before the vocabulary is there: it would be dropped without a word.
 */
export function TagInput({ change, known, onChange }: Props) {
  const [typed, setTyped] = useState("");
  const list = useId();
  const may = useMay();
  const { data, isPending } = useTags();
  const create = useCreateTag();
  const vocabulary = data?.data.map(({ name }) => name) ?? [];
  const found = spelled(vocabulary, typed);
  const unknown = typed.trim() !== "" && found === undefined && data !== undefined;

  const put = (tag: string) => {
    onChange((before) => withTag(before, known, tag));
    setTyped("");
  };
  const enter = () => {
    if (found !== undefined) {
      put(found);
    } else if (unknown && may("tag")) {
      create.mutate({ name: typed.trim() }, { onSuccess: ({ name }) => put(name) });
    }
  };
  return (
    <Field.Root invalid={create.error !== null}>
      <Field.Label>Tags</Field.Label>
      {known.length + change.added.length === 0 ? null : (
        <Flex as="ul" gap={2} listStyleType="none" mb={1} wrap="wrap">
          {known.map((tag) => {
            const gone = change.removed.includes(tag);
            return (
              <Chip
                gone={gone}
                key={tag}
                name={tag}
                onPress={() => onChange((before) => (gone ? withTag(before, known, tag) : withoutTag(before, tag)))}
              />
            );
          })}
          {change.added.map((tag) => (
            <Chip key={tag} name={tag} note="new here" onPress={() => onChange((before) => withoutTag(before, tag))} />
          ))}
        </Flex>
      )}
      <Flex gap={2} w="full">
        <Input
          autoComplete="off"
          disabled={isPending}
          list={list}
          maxLength={100}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") {
              event.preventDefault();
              enter();
            }
          }}
          placeholder="Add a tag"
          size="sm"
          value={typed}
        />
        <datalist id={list}>
          {vocabulary.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <Button
          disabled={found === undefined && !(unknown && may("tag"))}
          loading={create.isPending}
          onClick={enter}
          size="sm"
          variant="outline"
        >
          {unknown && may("tag") ? "Make it a tag" : "Add"}
        </Button>
      </Flex>
      {create.error === null ? null : <Field.ErrorText>{create.error.message}</Field.ErrorText>}
      {unknown && create.error === null ? (
        <Field.HelperText>
          {may("tag") ? "This is no tag yet." : "This is no tag yet, and you may not make one."}
        </Field.HelperText>
      ) : null}
    </Field.Root>
  );
}
