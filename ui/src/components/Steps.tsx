import { Badge, Box, Grid, Stack, Text } from "@chakra-ui/react";
import { LuCircleCheck, LuCircleMinus, LuCircleX, LuTriangleAlert } from "react-icons/lu";

import type { CheckStep, StepStatus } from "@/api/types";
import { duration, words } from "@/components/format";

const LOOKS: Record<StepStatus, readonly [color: string, icon: typeof LuCircleX]> = {
  failed: ["red.fg", LuCircleX],
  passed: ["green.fg", LuCircleCheck],
  skipped: ["fg.muted", LuCircleMinus],
  warning: ["orange.fg", LuTriangleAlert],
};

function Step({ step }: { readonly step: CheckStep }) {
  const { code, message, milliseconds, name, remedy, status } = step;
  const [color, Icon] = LOOKS[status];
  return (
    <Grid as="li" columnGap={2} templateColumns={{ base: "16px minmax(0, 1fr)", sm: "16px 140px minmax(0, 1fr)" }}>
      <Box color={color} mt="3px">
        <Icon aria-label={status} role="img" />
      </Box>
      <Text fontWeight={status === "failed" ? "semibold" : undefined}>{words(name)}</Text>
      <Box color="fg.muted" gridColumn={{ base: 2, sm: 3 }} minW={0} overflowWrap="anywhere">
        <Text as="span" color={status === "failed" ? "red.fg" : undefined}>
          {message}
        </Text>
        {code ? (
          <Badge ms={2} size="xs">
            {code}
          </Badge>
        ) : null}
        {milliseconds ? (
          <Text as="span" fontSize="xs" ms={2} whiteSpace="nowrap">
            {duration(milliseconds)}
          </Text>
        ) : null}
        {remedy ? (
          <Text color="fg">
            <Text as="span" fontWeight="medium">
              What helps:
            </Text>{" "}
            {remedy}
          </Text>
        ) : null}
      </Box>
    </Grid>
  );
}

/** The named steps of a check, each with what helps when it failed. */
export function Steps({ steps }: { readonly steps: readonly CheckStep[] }) {
  return (
    <Stack as="ol" fontSize="sm" gap={1.5} listStyleType="none">
      {steps.map((step) => (
        <Step key={step.name} step={step} />
      ))}
    </Stack>
  );
}
