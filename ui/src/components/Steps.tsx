import { Badge, Box, Flex, Stack, Text } from "@chakra-ui/react";
import { LuCircleCheck, LuCircleMinus, LuCircleX, LuTriangleAlert } from "react-icons/lu";

import type { CheckStep, StepStatus } from "@/api/types";
import { duration, words } from "@/components/format";

const LOOKS: Record<StepStatus, readonly [color: string, icon: typeof LuCircleX]> = {
  failed: ["fg.error", LuCircleX],
  passed: ["fg.success", LuCircleCheck],
  skipped: ["fg.muted", LuCircleMinus],
  warning: ["fg.warning", LuTriangleAlert],
};

function Step({ step }: { readonly step: CheckStep }) {
  const [color, Icon] = LOOKS[step.status];
  return (
    <Flex as="li" gap={2}>
      <Box aria-hidden color={color} flexShrink={0} mt="3px">
        <Icon />
      </Box>
      <Box minW={0}>
        <Flex align="center" columnGap={2} wrap="wrap">
          <Text fontWeight="medium">{words(step.name)}</Text>
          <Text color={color} fontSize="xs">
            {step.status}
          </Text>
          {step.code === null || step.code === undefined ? null : <Badge size="xs">{step.code}</Badge>}
          {step.milliseconds === null || step.milliseconds === undefined ? null : (
            <Text color="fg.muted" fontSize="xs">
              {duration(step.milliseconds)}
            </Text>
          )}
        </Flex>
        {step.message ? (
          <Text color="fg.muted" overflowWrap="anywhere">
            {step.message}
          </Text>
        ) : null}
        {step.remedy ? (
          <Text mt={0.5} overflowWrap="anywhere">
            <Text as="span" color="fg.muted">
              What helps:{" "}
            </Text>
            {step.remedy}
          </Text>
        ) : null}
      </Box>
    </Flex>
  );
}

/** The named steps of a check, each with what helps when it failed. */
export function Steps({ steps }: { readonly steps: readonly CheckStep[] }) {
  return (
    <Stack as="ol" fontSize="sm" gap={2} listStyleType="none">
      {steps.map((step) => (
        <Step key={step.name} step={step} />
      ))}
    </Stack>
  );
}
