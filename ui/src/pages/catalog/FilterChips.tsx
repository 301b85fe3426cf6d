import { Flex, IconButton, Text } from "@chakra-ui/react";
import { LuX } from "react-icons/lu";

import { filtersOf, without } from "@/pages/catalog/asked";

type Props = { readonly onText: (text: string) => void; readonly text: string };

/** The filters that a search's text was read as, each to be taken away. */
export function FilterChips({ onText, text }: Props) {
  const filters = filtersOf(text);
  if (filters.length === 0) {
    return null;
  }
  return (
    <Flex aria-label="Filters of the search" as="ul" gap={2} listStyleType="none" mt={2} wrap="wrap">
      {filters.map((filter) => (
        <Flex align="center" as="li" bg="bg.muted" borderRadius="full" fontSize="sm" gap={1} key={filter.text} ps={3}>
          <Text as="span" color="fg.muted">
            {filter.key}
          </Text>
          <Text as="span" fontWeight="medium">
            {filter.value}
          </Text>
          <IconButton
            aria-label={`Take the filter ${filter.text} away`}
            borderRadius="full"
            onClick={() => onText(without(text, filter))}
            size="2xs"
            variant="ghost"
          >
            <LuX />
          </IconButton>
        </Flex>
      ))}
    </Flex>
  );
}
