/** Just enough of SQL to colour it: comments, strings, numbers and the words of the language. */

export type TokenKind = "comment" | "keyword" | "number" | "other" | "string";

export type Token = { readonly kind: TokenKind; readonly text: string };

const KEYWORDS = new Set(
  (
    "all and any as asc between by case cast coalesce cross current desc distinct else end except exists extract false " +
    "filter first following from full group grouping having ilike in inner intersect interval into is join last lateral " +
    "left like limit natural not null nulls offset on only or order outer over partition preceding range recursive " +
    "returning right row rows select sets similar some table tablesample then true unbounded union unique using values " +
    "when where window with within"
  ).split(" "),
);

const PIECE = /(--[^\n]*|\/\*[\s\S]*?\*\/)|('(?:[^']|'')*')|("(?:[^"]|"")*")|(\b\d+(?:\.\d+)?\b)|([A-Za-z_]\w*)/gu;

function kindOf([, comment, string, , number, word]: RegExpExecArray): TokenKind {
  if (comment !== undefined) {
    return "comment";
  }
  if (string !== undefined) {
    return "string";
  }
  if (number !== undefined) {
    return "number";
  }
  return word !== undefined && KEYWORDS.has(word.toLowerCase()) ? "keyword" : "other";
}

export function tokens(sql: string): readonly Token[] {
  const found: Token[] = [];
  let end = 0;
  for (const match of sql.matchAll(PIECE)) {
    if (match.index > end) {
      found.push({ kind: "other", text: sql.slice(end, match.index) });
    }
    found.push({ kind: kindOf(match), text: match[0] });
    end = match.index + match[0].length;
  }
  return end < sql.length ? [...found, { kind: "other", text: sql.slice(end) }] : found;
}
