/** The days for which a violation may be accepted: from tomorrow on, a year at most. */

const DAY_MS = 86_400_000;
const LONGEST_DAYS = 365;

const day = (moment: number): string => new Date(moment).toISOString().slice(0, 10);

export const earliest = (now = Date.now()): string => day(now + DAY_MS);
export const latest = (now = Date.now()): string => day(now + (LONGEST_DAYS - 1) * DAY_MS);
/** Proposed at first: three months. */
export const proposed = (now = Date.now()): string => day(now + 90 * DAY_MS);

/** The end of the last day that was chosen. */
export const until = (chosen: string): string => `${chosen}T23:59:59Z`;
