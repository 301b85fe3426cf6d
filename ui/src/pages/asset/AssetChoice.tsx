import { Box, Flex, Input, Text } from "@chakra-ui/react";
import { useDeferredValue, useId, useState } from "react";

import { useSearch } from "@/api/catalog";
import type { Brief } from "@/api/catalogTypes";
import { AssetIcon } from "@/components/AssetIcon";
import { locationOf, titleOf } from "@/components/asset";

const SHOWN = 6;

type Props = { readonly label: string; readonly not: string; readonly onChoose: (asset: Brief | undefined) => void };

/** One asset, found by typing a part of its name. */
export function AssetChoice({ label, not, onChoose }: Props) {
  const [words, setWords] = useState("");
  const [chosen, setChosen] = useState<Brief>();
  const [at, setAt] = useState(0);
  const list = useId();
  const { data } = useSearch({ q: useDeferredValue(words) });
  const hits = (data?.pages[0]?.results ?? []).map(({ asset }) => asset).filter(({ id }) => id !== not).slice(0, SHOWN);
  const open = words.trim() !== "" && chosen === undefined;
  const choose = (asset: Brief | undefined) => {
    setChosen(asset);
    setWords(asset === undefined ? "" : titleOf(asset));
    onChoose(asset);
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => setAt((now) => Math.min(hits.length - 1, now + 1)),
    ArrowUp: () => setAt((now) => Math.max(0, now - 1)),
    Enter: () => choose(hits[at]),
  };
  return (
    <Box>
      <Text asChild fontSize="sm" fontWeight="medium">
        <label htmlFor={`${list}-input`}>{label}</label>
      </Text>
      <Input
        aria-activedescendant={open && hits[at] !== undefined ? `${list}-${at}` : undefined}
        aria-autocomplete="list"
        aria-controls={list}
        aria-expanded={open}
        autoComplete="off"
        id={`${list}-input`}
        mt={1}
        onChange={(event) => {
          setWords(event.target.value);
          setAt(0);
          if (chosen !== undefined) {
            setChosen(undefined);
            onChoose(undefined);
          }
        }}
        onKeyDown={(event) => {
          const act = keys[event.key];
          if (open && act !== undefined) {
            event.preventDefault();
            act();
          }
        }}
        placeholder="A part of its name"
        role="combobox"
        size="sm"
        value={words}
      />
      <Box aria-label="Found assets" borderRadius="md" borderWidth={1} hidden={!open} id={list} mt={1} role="listbox">
        {hits.map((asset, index) => (
          <Flex
            align="center"
            aria-selected={index === at}
            bg={index === at ? "bg.muted" : undefined}
            cursor="pointer"
            gap={2}
            id={`${list}-${index}`}
            key={asset.id}
            onClick={() => choose(asset)}
            px={2}
            py={1}
            role="option"
          >
            <AssetIcon type={asset.type} />
            <Text fontSize="sm">{titleOf(asset)}</Text>
            <Text color="fg.muted" fontSize="xs" truncate>
              {locationOf(asset)}
            </Text>
          </Flex>
        ))}
        {hits.length === 0 ? (
          <Text aria-selected={false} color="fg.muted" fontSize="sm" px={2} py={1} role="option">
            Nothing found
          </Text>
        ) : null}
      </Box>
    </Box>
  );
}
