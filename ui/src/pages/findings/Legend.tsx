import { Flex, Kbd, Text } from "@chakra-ui/react";

import { LEGEND } from "@/pages/findings/keys";

/** The keys, for those who decide on many. */
export function Legend() {
  return (
    <Flex aria-label="Keys" as="ul" columnGap={4} hideBelow="md" listStyleType="none" rowGap={1} wrap="wrap">
      {LEGEND.map(([keys, what]) => (
        <Flex align="center" as="li" gap={1} key={what}>
          {keys.map((key) => (
            <Kbd key={key} size="sm">
              {key}
            </Kbd>
          ))}
          <Text color="fg.muted" fontSize="xs">
            {what}
          </Text>
        </Flex>
      ))}
    </Flex>
  );
}
