/** The filters in a search's text, as the server reads them: `type:TABLE tag:PII owner:"data office"`. */

export const KEYS = [
  ["type", "TABLE", "What it is: TABLE, VIEW, DATASET, PIPELINE, DASHBOARD or CHART"],
  ["tag", "PII", "A tag on it or on one of its columns"],
  ["owner", "ana", "Who answers for it"],
  ["domain", "Sales", "The part of the business"],
  ["term", "Churn", "A term of the glossary"],
  ["product", '"Customer 360"', "A data product it is given out with"],
  ["classification", "confidential", "How carefully it is to be handled"],
  ["connection", "shop", "The id of its connection"],
  ["schema", "public", "Its schema"],
] as const;

export type Filter = {
  readonly key: string;
  /** As it stands in the text. */
  readonly text: string;
  readonly value: string;
};

const FILTER = new RegExp(`(?<!\\S)(${KEYS.map(([key]) => key).join("|")}):(?:"([^"]+)"(?!\\S)|([^\\s"]+)(?!\\S))`, "giu");

const TYPES = new Set(["TABLE", "VIEW", "DATASET", "PIPELINE", "DASHBOARD", "CHART"]);

export const filtersOf = (text: string): readonly Filter[] =>
  [...text.matchAll(FILTER)]
    .map(([found, key = "", quoted, plain = ""]) => ({ key: key.toLowerCase(), text: found, value: quoted ?? plain }))
    .filter(({ key, value }) => key !== "type" || TYPES.has(value.trim().toUpperCase()));

/** The text without one of its filters. */
export const without = (text: string, filter: Filter): string =>
  text.replace(filter.text, " ").replaceAll(/\s+/gu, " ").trim();

/** The text with one more filter; a value with spaces stands in quotes. */
export function withFilter(text: string, key: string, value: string): string {
  const filter = `${key}:${/\s/u.test(value) && !value.startsWith('"') ? `"${value}"` : value}`;
  return text.split(/\s+/u).includes(filter) ? text : `${text.trim()} ${filter}`.trim();
}
