import { Box, Flex, Heading, HStack } from "@chakra-ui/react";
import { useEffect, type ReactNode } from "react";
import { useLocation } from "react-router";

import { mirror } from "@/app/frame";

type Props = {
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
  readonly icon?: ReactNode;
  /** The window's title, where the heading is not enough. */
  readonly name?: string;
  readonly title: string;
};

/** The head of a page; it also keeps Airflow's address and title in step. */
export function PageHead({ actions, children, icon, name, title }: Props) {
  const { hash, pathname, search } = useLocation();
  useEffect(() => mirror(name ?? title), [hash, name, pathname, search, title]);
  return (
    <Flex align="flex-start" columnGap={4} justify="space-between" mb={4} rowGap={2} wrap="wrap">
      <Box minW={0}>
        <HStack gap={2}>
          {icon === undefined ? null : (
            <Box aria-hidden color="fg.muted" fontSize="xl">
              {icon}
            </Box>
          )}
          <Heading as="h1" overflowWrap="anywhere" size="xl">
            {title}
          </Heading>
        </HStack>
        {children}
      </Box>
      {actions === undefined ? null : <HStack wrap="wrap">{actions}</HStack>}
    </Flex>
  );
}
