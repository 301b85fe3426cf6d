import { Badge, type BadgeProps } from "@chakra-ui/react";
import type { ReactNode } from "react";
import {
  LuBan,
  LuCircleAlert,
  LuCircleCheck,
  LuCircleDashed,
  LuCircleHelp,
  LuCircleMinus,
  LuCircleX,
  LuLoaderCircle,
  LuTriangleAlert,
} from "react-icons/lu";

import { words } from "@/components/format";

const OK = ["success", <LuCircleCheck key="ok" />] as const;
const BAD = ["failed", <LuCircleX key="bad" />] as const;
const ODD = ["warning", <LuTriangleAlert key="odd" />] as const;
const OFF = ["gray", <LuCircleMinus key="off" />] as const;

/** Our states in Airflow's palettes: (palette, icon). */
const LOOKS: Record<string, readonly [string, ReactNode]> = {
  active: OK,
  added: OK,
  applied: OK,
  cancelled: ["gray", <LuBan key="ban" />],
  changed: ["info", <LuCircleAlert key="changed" />],
  closed: OFF,
  completed: OK,
  confirmed: OK,
  degraded: ODD,
  failed: BAD,
  healthy: OK,
  held: ODD,
  inactive: OFF,
  maintenance: ODD,
  manual: ODD,
  missing: BAD,
  open: ODD,
  passed: OK,
  pending: ["queued", <LuCircleDashed key="pending" />],
  planned: ["info", <LuCircleDashed key="planned" />],
  proposed: ["info", <LuCircleHelp key="proposed" />],
  rejected: OFF,
  removed: BAD,
  running: ["running", <LuLoaderCircle key="running" />],
  skipped: OFF,
  unchanged: OFF,
  unhealthy: BAD,
  unknown: ["gray", <LuCircleHelp key="unknown" />],
  warning: ODD,
};

type Props = { readonly label?: string; readonly state: string; readonly title?: string | undefined } & Omit<
  BadgeProps,
  "children" | "title"
>;

/** A state as Airflow shows states: a pill with an icon, never colour alone. */
export function StateBadge({ label, state, ...style }: Props) {
  const key = state.toLowerCase();
  // White on Airflow's orange and cyan is too faint to read.
  const [palette, icon] = LOOKS[key] ?? ["gray", null];
  return (
    <Badge
      alignItems="center"
      borderRadius="full"
      color={palette === "warning" || palette === "running" ? "black" : undefined}
      colorPalette={palette}
      fontSize="xs"
      gap={1}
      px={2}
      py={0.5}
      variant="solid"
      whiteSpace="nowrap"
      {...style}
    >
      {icon}
      {label ?? words(key)}
    </Badge>
  );
}
