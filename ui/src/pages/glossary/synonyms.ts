/** Synonyms as they are typed in one line: what stands between commas, each once. */
export const synonymsOf = (text: string): readonly string[] => [...new Set(text.split(",").map((each) => each.trim()).filter((each) => each !== ""))];
