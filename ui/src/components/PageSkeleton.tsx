import { Skeleton, Stack } from "@chakra-ui/react";

/** Holds the place of a page that is on its way. */
export function PageSkeleton() {
  return (
    <Stack aria-busy gap={4}>
      <Skeleton height="32px" maxW="260px" />
      <Skeleton height="36px" maxW="420px" />
      <Skeleton height="240px" />
    </Stack>
  );
}
