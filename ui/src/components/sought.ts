/** The catalog's page of all that has a word of the vocabulary: `term`, `domain`, `product` or `owner`. */
export const sought = (kind: string, name: string): string =>
  `/catalog?q=${encodeURIComponent(`${kind}:${/\s/u.test(name) ? `"${name}"` : name}`)}`;
