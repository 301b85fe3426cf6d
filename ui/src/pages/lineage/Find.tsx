import { Box, Flex, Input, InputGroup, Text } from "@chakra-ui/react";
import { useId, useRef, useState } from "react";
import { LuSearch } from "react-icons/lu";

import { AssetIcon } from "@/components/AssetIcon";
import { locationOf, titleOf } from "@/components/asset";
import type { Graph } from "@/pages/lineage/graph";
import { found } from "@/pages/lineage/part";

type Props = { readonly graph: Graph; readonly onFound: (id: string) => void };

/** Finds an asset of the known graph by a part of its name, also one that is not drawn. */
export function Find({ graph, onFound }: Props) {
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const list = useId();
  const input = useRef<HTMLInputElement>(null);
  const hits = found(graph, words);
  const choose = (id: string | undefined) => {
    if (id !== undefined) {
      setWords("");
      onFound(id);
    }
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => setAt((now) => Math.min(hits.length - 1, now + 1)),
    ArrowUp: () => setAt((now) => Math.max(0, now - 1)),
    Enter: () => choose(hits[at]),
    Escape: () => setWords(""),
  };
  const open = words.trim() !== "";
  return (
    <Box position="relative" w={{ base: "full", sm: "260px" }}>
      <InputGroup startElement={<LuSearch />}>
        <Input
          aria-activedescendant={hits[at] === undefined ? undefined : `${list}-${at}`}
          aria-autocomplete="list"
          aria-controls={list}
          aria-expanded={open}
          aria-label="Find in the graph"
          autoComplete="off"
          onBlur={() => setTimeout(() => setWords(""), 150)}
          onChange={(event) => {
            setWords(event.target.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            const act = keys[event.key];
            if (act !== undefined) {
              event.preventDefault();
              act();
            }
          }}
          placeholder="Find in the graph"
          ref={input}
          role="combobox"
          size="sm"
          spellCheck={false}
          value={words}
        />
      </InputGroup>
      <Box
        aria-label="Found in the graph"
        bg="bg.panel"
        borderRadius="md"
        borderWidth={1}
        boxShadow="md"
        hidden={!open}
        id={list}
        left={0}
        mt={1}
        position="absolute"
        right={0}
        role="listbox"
        zIndex="dropdown"
      >
        {hits.map((id, index) => {
          const asset = graph.assets.get(id);
          return asset === undefined ? null : (
            <Flex
              align="center"
              aria-selected={index === at}
              bg={index === at ? "bg.muted" : undefined}
              cursor="pointer"
              gap={2}
              id={`${list}-${index}`}
              key={id}
              onMouseDown={(event) => {
                event.preventDefault();
                choose(id);
              }}
              px={2}
              py={1}
              role="option"
            >
              <AssetIcon type={asset.type} />
              <Box minW={0}>
                <Text fontSize="sm" truncate>
                  {titleOf(asset)}
                </Text>
                <Text color="fg.muted" fontSize="xs" truncate>
                  {locationOf(asset)}
                </Text>
              </Box>
            </Flex>
          );
        })}
        {hits.length === 0 ? (
          <Text aria-selected={false} color="fg.muted" fontSize="sm" p={2} role="option">
            Nothing that is known here has this name
          </Text>
        ) : null}
      </Box>
    </Box>
  );
}
