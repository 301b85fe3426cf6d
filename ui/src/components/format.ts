/** Figures and times in the words of the pages. */

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

const relative = new Intl.RelativeTimeFormat("en", { numeric: "always" });

/** `3 minutes ago`; less than ten seconds either way is `just now`. */
export function ago(moment: string, now = Date.now()): string {
  const seconds = (Date.parse(moment) - now) / 1000;
  if (Number.isNaN(seconds)) {
    return moment;
  }
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return Math.abs(seconds) < 10 ? "just now" : relative.format(Math.trunc(seconds / size), unit);
}

const absolute = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "long" });

/** `2026-11-21 10:04:31 UTC`, in the reader's own zone. */
export function exactly(moment: string): string {
  const time = Date.parse(moment);
  return Number.isNaN(time) ? moment : absolute.format(time);
}

/** `850 ms`, `4.2 s`, `3 min 05 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1_000) {
    return `${Math.round(milliseconds)} ms`;
  }
  if (milliseconds < 60_000) {
    return `${(milliseconds / 1_000).toFixed(1)} s`;
  }
  const seconds = Math.round(milliseconds / 1_000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return `${minutes} min ${String(seconds % 60).padStart(2, "0")} s`;
  }
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

const figures = new Intl.NumberFormat("en");

export const count = (value: number): string => figures.format(value);

/** `3 tables`, `1 table`. */
export const plural = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? "" : "s"}`;

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

/** `1.5 MB`, in powers of ten. */
export function bytes(value: number): string {
  const power = value < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1_000 ** power;
  return `${power === 0 || scaled >= 100 ? Math.round(scaled) : scaled.toFixed(1)} ${UNITS[power]}`;
}

const ACRONYMS = new Set(["id", "sql", "ssl", "tls"]);

/** Names that are written in a way of their own. */
const NAMES: Readonly<Record<string, string>> = { openlineage: "OpenLineage" };

/** `data_source` and `dataSource` as `Data source`. */
export function words(name: string): string {
  const own = NAMES[name.toLowerCase()];
  if (own !== undefined) {
    return own;
  }
  if (ACRONYMS.has(name.toLowerCase())) {
    return name.toUpperCase();
  }
  const spaced = name.replaceAll(/([a-z0-9])([A-Z])/gu, "$1 $2").replaceAll(/[_-]+/gu, " ").toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
