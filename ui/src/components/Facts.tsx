import { Box, Grid, Text } from "@chakra-ui/react";
import { Fragment, type ReactNode } from "react";

/** Names and values under each other; what is empty is left out. */
export function Facts({ facts }: { readonly facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  const shown = facts.filter(([, value]) => value !== undefined && value !== null && value !== "");
  return (
    <Grid as="dl" columnGap={4} fontSize="sm" rowGap={2} templateColumns="minmax(88px, max-content) minmax(0, 1fr)">
      {shown.map(([name, value]) => (
        <Fragment key={name}>
          <Text as="dt" color="fg.muted">
            {name}
          </Text>
          <Box as="dd" overflowWrap="anywhere">
            {value}
          </Box>
        </Fragment>
      ))}
    </Grid>
  );
}
