/** Synonyms as they are typed in one line: what stands between commas, each once. */
export const synonymsOf = (text: string): readonly string[] => [...new Set(text.split(",").map((each) => each.trim()).filter((each) => each !== ""))];

/** The synonym by which a word was found whose name does not hold what was looked for. */
export function foundBy({ name, synonyms = [] }: { readonly name: string; readonly synonyms?: readonly string[] }, search: string): string | undefined {
  const wanted = search.trim().toLowerCase();
  const holds = (text: string) => text.toLowerCase().includes(wanted);
  return wanted === "" || holds(name) ? undefined : synonyms.find(holds);
}
