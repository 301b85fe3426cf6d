import { Skeleton, Stack, Text } from "@chakra-ui/react";

import type { useTest } from "@/api/connections";
import type { Health } from "@/api/types";
import { Ago } from "@/components/Ago";
import { ErrorNote } from "@/components/ErrorNote";
import { Steps } from "@/components/Steps";

type Props = { readonly health: Health | undefined; readonly test: ReturnType<typeof useTest> };

/** The steps of the check that runs or ran last. */
export function CheckOutcome({ health, test }: Props) {
  if (test.isPending) {
    return (
      <Stack aria-label="The check runs" gap={2}>
        <Text color="fg.muted" fontSize="sm">
          Checking …
        </Text>
        <Skeleton height="18px" maxW="280px" />
        <Skeleton height="18px" maxW="220px" />
      </Stack>
    );
  }
  if (test.error !== null) {
    return <ErrorNote error={test.error} title="The check could not be made" />;
  }
  const steps = test.data?.steps ?? health?.steps ?? [];
  if (steps.length === 0) {
    return (
      <Text color="fg.muted" fontSize="sm">
        {health?.checkedAt ? (
          <>
            The check <Ago moment={health.checkedAt} /> left no steps. Test the connection to see them.
          </>
        ) : (
          "Nobody has tested this connection yet. Testing connects, reads the version and looks at what may be read."
        )}
      </Text>
    );
  }
  return <Steps steps={steps} />;
}
