/** What a webhook can be told of, as kinds that a person chooses. */

export const KINDS = [
  ["asset.*", "Assets: made, changed, deleted, another schema"],
  ["relationship.*", "Relationships: made, changed, removed"],
  ["tag.*", "Tags of the vocabulary"],
  ["domain.*", "Domains: made, changed, deleted"],
  ["term.*", "Terms of the glossary: made, changed, deleted"],
  ["data_product.*", "Data products: made, changed, deleted"],
  ["task.progress", "Runs: their progress and end"],
] as const;

const NAMES: Readonly<Record<string, string>> = {
  "asset.*": "all of assets",
  "relationship.*": "all of relationships",
  "tag.*": "all of tags",
  "domain.*": "all of domains",
  "term.*": "all of terms",
  "data_product.*": "all of data products",
  "task.progress": "runs",
};

/** How many events there are of a kind: the server stores each of them. */
const SIZES: Readonly<Record<string, number>> = { asset: 4, data_product: 3, domain: 3, relationship: 3, tag: 3, term: 3 };

/** Kinds in the place of their events where all of them are there. */
function gathered(events: readonly string[]): readonly string[] {
  const kind = (event: string): string => event.split(".")[0] ?? event;
  const whole = Object.entries(SIZES)
    .filter(([name, size]) => events.includes(`${name}.*`) || events.filter((event) => kind(event) === name).length === size)
    .map(([name]) => name);
  return [...whole.map((name) => `${name}.*`), ...events.filter((event) => !whole.includes(kind(event))).sort()];
}

/** What is chosen of a kind among events as the server stores them, or as they were chosen here. */
export function chosenOf(events: readonly string[], kind: string): boolean | "indeterminate" {
  const all = gathered(events);
  return all.includes(kind) || (all.some((event) => event.startsWith(kind.replace("*", ""))) && "indeterminate");
}

/** The events with all of a kind, or with none of it where all were chosen. */
export function switched(events: readonly string[], kind: string): readonly string[] {
  const others = gathered(events).filter((event) => event !== kind && !event.startsWith(kind.replace("*", "")));
  return chosenOf(events, kind) === true ? others : [...others, kind];
}

type Told = { readonly events: readonly string[]; readonly name: string; readonly url: string };

/** What of a webhook is to change; its events only where others were chosen, as the server stores each of a kind. */
export function changed(base: Told, draft: Told): Partial<Told> {
  const [name, url] = [draft.name.trim(), draft.url.trim()];
  return {
    ...(name === base.name ? {} : { name }),
    ...(url === base.url ? {} : { url }),
    ...(heard(draft.events) === heard(base.events) ? {} : { events: draft.events }),
  };
}

/** What is sent, in words; none chosen is everything that its maker may read. */
export const heard = (events: readonly string[]): string =>
  events.length === 0 ? "everything" : gathered(events).map((event) => NAMES[event] ?? event).join(", ");
