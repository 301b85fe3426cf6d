/** Relationships as a person says them, from where the asset stands. */

import type { End, NewRelationship, Related, RelationshipType } from "@/api/relationships";

/** `is used by` for a relationship seen from one of its ends. */
export function saying({ source_asset_id: source, type }: Pick<Related, "source_asset_id" | "type">, here: string): string {
  const outward = source === here;
  const names: Record<RelationshipType, readonly [outward: string, inward: string]> = {
    CONTAINS: ["contains", "is part of"],
    DEPENDS_ON: ["depends on", "is read by"],
    PRODUCES: ["produces", "is produced by"],
    RELATED_TO: ["is related to", "is related to"],
    USES: ["uses", "is used by"],
  };
  return names[type][outward ? 0 : 1];
}

/** The asset at the other end; null for who may not read assets. */
export const otherEnd = ({ source_asset: there, source_asset_id: source, target_asset: target }: Related, here: string): End | null =>
  source === here ? target : there;

/** The request that a saying becomes. */
export function related(choice: string, here: string, other: string): NewRelationship {
  const [type, direction] = choice.split(" ") as [RelationshipType, string];
  const [source, target] = direction === "out" ? [here, other] : [other, here];
  return { source_asset_id: source, target_asset_id: target, type };
}

export const CHOICES = (
  [
    ["DEPENDS_ON", "out"], ["DEPENDS_ON", "in"], ["USES", "out"], ["USES", "in"], ["PRODUCES", "out"], ["PRODUCES", "in"],
    ["CONTAINS", "out"], ["CONTAINS", "in"], ["RELATED_TO", "out"],
  ] as const
).map(([type, direction]) => {
  const source = direction === "out" ? "here" : "there";
  return [`${type} ${direction}`, `It ${saying({ source_asset_id: source, type }, "here")} …`] as const;
});
