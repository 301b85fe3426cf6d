import { Button, Field, Flex, IconButton, Input } from "@chakra-ui/react";
import { useId, useState } from "react";
import { LuX } from "react-icons/lu";

import { spelled } from "@/pages/labels/change";

type Props = {
  readonly label: string;
  readonly onWords: (words: readonly string[]) => void;
  readonly placeholder: string;
  /** The words there are to choose from. */
  readonly vocabulary: readonly string[];
  readonly words: readonly string[];
};

/** Words of a vocabulary as chips, and a field that adds one. */
export function WordInput({ label, onWords, placeholder, vocabulary, words }: Props) {
  const [text, setText] = useState("");
  const list = useId();
  const found = spelled(vocabulary, text);
  const add = () => {
    if (found !== undefined) {
      onWords(words.includes(found) ? words : [...words, found]);
      setText("");
    }
  };
  return (
    <Field.Root>
      <Field.Label>{label}</Field.Label>
      {words.length === 0 ? null : (
        <Flex as="ul" gap={2} listStyleType="none" mb={1} wrap="wrap">
          {words.map((word) => (
            <Flex align="center" as="li" borderRadius="sm" borderWidth={1} fontSize="sm" gap={1} key={word} ps={2}>
              {word}
              <IconButton
                aria-label={`Take ${word} away`}
                onClick={() => onWords(words.filter((each) => each !== word))}
                size="2xs"
                variant="ghost"
              >
                <LuX />
              </IconButton>
            </Flex>
          ))}
        </Flex>
      )}
      <Flex gap={2} w="full">
        <Input
          autoComplete="off"
          list={list}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") {
              event.preventDefault();
              add();
            }
          }}
          placeholder={placeholder}
          size="sm"
          value={text}
        />
        <datalist id={list}>
          {vocabulary.map((word) => (
            <option key={word} value={word} />
          ))}
        </datalist>
        <Button disabled={found === undefined} onClick={add} size="sm" variant="outline">
          Add
        </Button>
      </Flex>
    </Field.Root>
  );
}
