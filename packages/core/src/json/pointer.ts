/** One step into a document: a member's name or an element's place. */
export type PathSegment = string | number;

/** Writes a path as an RFC 6901 pointer, such as `/ainft/container/image`. The whole document is the empty text. */
export function jsonPointer(segments: readonly PathSegment[]): string {
  return segments.map((segment) => `/${escapeSegment(String(segment))}`).join("");
}

function escapeSegment(segment: string): string {
  return segment.replaceAll("~", "~0").replaceAll("/", "~1");
}
