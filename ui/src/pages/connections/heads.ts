import type { Head } from "@/components/TableFrame";

export const HEADS: readonly Head[] = [
  { label: "Details", quiet: true, width: "40px" },
  { label: "Name" },
  { hideBelow: "md", label: "System" },
  { hideBelow: "lg", label: "Environment" },
  { hideBelow: "sm", label: "Status" },
  { hideBelow: "md", label: "Last check" },
  { label: "Actions", quiet: true },
];
