import { Badge } from "@chakra-ui/react";
import type { ReactNode } from "react";
import { LuChevronsUp, LuChevronUp, LuEqual, LuInfo, LuOctagonAlert } from "react-icons/lu";

import { count, words } from "@/components/format";

const LOOKS: Record<string, readonly [palette: string, icon: ReactNode]> = {
  critical: ["failed", <LuOctagonAlert key="critical" />],
  high: ["failed", <LuChevronsUp key="high" />],
  info: ["gray", <LuInfo key="info" />],
  low: ["info", <LuEqual key="low" />],
  medium: ["warning", <LuChevronUp key="medium" />],
};

/** How grave something is: word, sign and colour; with a figure, how many are. */
export function SeverityBadge({ figure, severity }: { readonly figure?: number; readonly severity: string }) {
  const key = severity.toLowerCase();
  const [palette, icon] = LOOKS[key] ?? ["gray", null];
  return (
    <Badge colorPalette={palette} variant={key === "critical" ? "solid" : "subtle"} whiteSpace="nowrap">
      {icon}
      {figure === undefined ? "" : `${count(figure)} `}
      {words(key)}
    </Badge>
  );
}
