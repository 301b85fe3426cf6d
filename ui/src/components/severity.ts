/** How grave violations are, from the gravest. */

export const SEVERITIES = ["critical", "high", "medium", "low", "info"] as const;

const rank = (severity: string): number => {
  const place = SEVERITIES.findIndex((each) => each === severity.toLowerCase());
  return place === -1 ? SEVERITIES.length : place;
};

/** Counts by severity, the gravest first, none that is zero. */
export const bySeverity = (counts: Readonly<Record<string, number>>): readonly (readonly [string, number])[] =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([a], [b]) => rank(a) - rank(b));
