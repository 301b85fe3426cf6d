import { Box, Flex, Heading } from "@chakra-ui/react";
import { useId, type ReactNode } from "react";

type Props = { readonly action?: ReactNode; readonly children: ReactNode; readonly title: string };

/** A bordered part of a page with a heading of its own. */
export function Panel({ action, children, title }: Props) {
  const id = useId();
  return (
    <Box aria-labelledby={id} as="section" borderRadius="md" borderWidth={1} minW={0} p={4}>
      <Flex align="center" columnGap={2} justify="space-between" mb={3} minH={6} rowGap={1} wrap="wrap">
        <Heading as="h2" id={id} size="sm" whiteSpace="nowrap">
          {title}
        </Heading>
        {action}
      </Flex>
      {children}
    </Box>
  );
}
