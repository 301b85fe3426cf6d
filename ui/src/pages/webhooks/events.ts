/** What a webhook can be told of, as kinds that a person chooses. */

export const KINDS = [
  ["asset.*", "Assets: made, changed, deleted, another schema"],
  ["relationship.*", "Relationships: made, changed, removed"],
  ["tag.*", "Tags of the vocabulary"],
  ["task.progress", "Runs: their progress and end"],
] as const;

const NAMES: Readonly<Record<string, string>> = {
  "asset.*": "all of assets",
  "relationship.*": "all of relationships",
  "tag.*": "all of tags",
  "task.progress": "runs",
};

/** What is sent, in words; none chosen is everything that its maker may read. */
export const heard = (events: readonly string[]): string =>
  events.length === 0 ? "everything" : events.map((event) => NAMES[event] ?? event).join(", ");
