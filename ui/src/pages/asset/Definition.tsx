import { Box } from "@chakra-ui/react";

import { CopyButton } from "@/components/CopyButton";
import { tokens, type TokenKind } from "@/pages/asset/sqlTokens";

const COLORS: Record<TokenKind, string | undefined> = {
  comment: "fg.muted",
  keyword: "purple.fg",
  number: "orange.fg",
  other: undefined,
  string: "green.fg",
};

/** A view's SQL as the source tells it. */
export function Definition({ sql }: { readonly sql: string }) {
  return (
    <Box position="relative">
      <Box position="absolute" right={2} top={2}>
        <CopyButton label="Copy the definition" text={sql} />
      </Box>
      <Box
        aria-label="Definition"
        as="pre"
        bg="bg.subtle"
        borderRadius="md"
        borderWidth={1}
        fontFamily="mono"
        fontSize="sm"
        overflowX="auto"
        p={4}
        tabIndex={0}
      >
        <code>
          {tokens(sql).map(({ kind, text }, index) => (
            <Box as="span" color={COLORS[kind]} fontWeight={kind === "keyword" ? "medium" : undefined} key={index}>
              {text}
            </Box>
          ))}
        </code>
      </Box>
    </Box>
  );
}
