import { HStack, IconButton, Text } from "@chakra-ui/react";
import { LuChevronLeft, LuChevronRight } from "react-icons/lu";

import { count } from "@/components/format";

type Props = {
  readonly onPage: (page: number) => void;
  readonly page: number;
  readonly pageSize: number;
  readonly total: number;
};

/** Which rows are shown, and the way to the others; nothing when all fit on one page. */
export function Pager({ onPage, page, pageSize, total }: Props) {
  if (total <= pageSize) {
    return null;
  }
  const pages = Math.ceil(total / pageSize);
  const first = (page - 1) * pageSize + 1;
  return (
    <HStack as="nav" aria-label="Pages" justify="flex-end" pt={2}>
      <Text color="fg.muted" fontSize="sm">
        {count(first)}–{count(Math.min(total, page * pageSize))} of {count(total)}
      </Text>
      <IconButton
        aria-label="Previous page"
        disabled={page <= 1}
        onClick={() => onPage(page - 1)}
        size="sm"
        variant="outline"
      >
        <LuChevronLeft />
      </IconButton>
      <IconButton
        aria-label="Next page"
        disabled={page >= pages}
        onClick={() => onPage(page + 1)}
        size="sm"
        variant="outline"
      >
        <LuChevronRight />
      </IconButton>
    </HStack>
  );
}
