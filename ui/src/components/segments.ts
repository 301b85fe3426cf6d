/** Text in which the server marked hits with `<em>`: split, never handed to the browser as HTML. */

export type Segment = { readonly hit: boolean; readonly text: string };

const ENTITIES: Record<string, string> = { "&#39;": "'", "&#x27;": "'", "&amp;": "&", "&gt;": ">", "&lt;": "<", "&quot;": '"' };

const plain = (text: string): string => text.replaceAll(/&(?:#39|#x27|amp|gt|lt|quot);/gu, (found) => ENTITIES[found] ?? found);

export function segments(marked: string): readonly Segment[] {
  return marked
    .split(/(<em>.*?<\/em>)/su)
    .filter((piece) => piece !== "")
    .map((piece) => {
      const hit = piece.startsWith("<em>") && piece.endsWith("</em>");
      return { hit, text: plain(hit ? piece.slice(4, -5) : piece) };
    });
}
