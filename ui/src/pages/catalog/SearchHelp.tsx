import { Button, Code, Flex, IconButton, Popover, Portal, Stack, Text } from "@chakra-ui/react";
import { useState } from "react";
import { LuCircleHelp } from "react-icons/lu";

import { KEYS } from "@/pages/catalog/asked";

/** What a search understands, each filter to be tried by a click. */
export function SearchHelp({ onFilter }: { readonly onFilter: (key: string, value: string) => void }) {
  const [open, setOpen] = useState(false);
  return (
    <Popover.Root lazyMount onOpenChange={({ open: next }) => setOpen(next)} open={open} positioning={{ placement: "bottom-end" }} unmountOnExit>
      <Popover.Trigger asChild>
        <IconButton aria-label="What a search understands" size="md" title="What a search understands" variant="outline">
          <LuCircleHelp />
        </IconButton>
      </Popover.Trigger>
      <Portal>
        <Popover.Positioner>
          <Popover.Content w="min(460px, calc(100vw - 32px))">
            <Popover.Body>
              <Stack gap={2}>
                <Popover.Title fontWeight="semibold">What a search understands</Popover.Title>
                <Text fontSize="sm">
                  Words find names by their parts, comments, columns and tags. Filters narrow; a value with spaces stands in double
                  quotes, and different filters all hold.
                </Text>
                <Stack aria-label="Filters" as="ul" gap={1} listStyleType="none">
                  {KEYS.map(([key, example, what]) => (
                    <Flex align="center" as="li" columnGap={2} key={key} wrap="wrap">
                      <Button
                        aria-label={`Search with ${key}:${example}`}
                        onClick={() => {
                          onFilter(key, example);
                          setOpen(false);
                        }}
                        px={0}
                        size="2xs"
                        variant="ghost"
                      >
                        <Code size="sm">
                          {key}:{example}
                        </Code>
                      </Button>
                      <Text color="fg.muted" fontSize="xs">
                        {what}
                      </Text>
                    </Flex>
                  ))}
                </Stack>
              </Stack>
            </Popover.Body>
          </Popover.Content>
        </Popover.Positioner>
      </Portal>
    </Popover.Root>
  );
}
