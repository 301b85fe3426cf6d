import type { Head } from "@/components/TableFrame";

export const HEADS: readonly Head[] = [
  { label: "Details", quiet: true, width: "40px" },
  { label: "Severity" },
  { label: "Violation" },
  { hideBelow: "md", label: "Where" },
  { hideBelow: "lg", label: "Owner" },
  { hideBelow: "md", label: "First seen" },
];
