/** The text in a `data:application/json;base64,` URI. Refuses bytes that are not UTF-8. */
export function jsonTextOf(uri: string): string {
  const prefix = "data:application/json;base64,";
  if (!uri.startsWith(prefix)) throw new Error(`Not a JSON data URI: ${uri.slice(0, 40)}`);
  return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(uri.slice(prefix.length), "base64"));
}

/** The JSON document in a `data:application/json;base64,` URI. */
export function jsonOf(uri: string): unknown {
  return JSON.parse(jsonTextOf(uri));
}

/** Every control character, as one text. */
const CONTROLS = String.fromCharCode(...Array.from({ length: 32 }, (_, code) => code), 127);

/** Texts that break out of JSON, HTML or a URI where somebody forgot to escape, by what they are. */
export const HOSTILE_TEXTS: readonly (readonly [title: string, text: string])[] = [
  ["quotes", 'a "quoted" name", "injected": "yes'],
  ["backslashes", '\\ \\\\ \\" \\u0041 ends with \\'],
  ["control characters", CONTROLS],
  ["a closing script tag", "</script><script>alert(1)</script>"],
  ["what a URI would read", "#fragment?query=%22%00&x=y"],
  ["line separators", "\u2028\u2029\ufeff"],
  ["every length of UTF-8", "aé€😀\u{10ffff}"],
  ["right-to-left marks", "\u202e\u2066evil\u2069"],
];

/** Bytes that are no UTF-8, by why. */
export const NOT_UTF8: readonly (readonly [title: string, bytes: string])[] = [
  ["a lone continuation byte", "0x80"],
  ["the last continuation byte", "0xbf"],
  ["a first byte of two without the second", "0x61c3"],
  ["a first byte of three without the third", "0xe282"],
  ["a first byte of four without the fourth", "0xf09f98"],
  ["a first byte followed by a letter", "0xc361"],
  ["a third byte that is a letter", "0xe28261"],
  ["a second byte that is a first byte", "0xc3c3"],
  ["an overlong form of two bytes", "0xc0af"],
  ["an overlong form of two bytes, the longest", "0xc1bf"],
  ["an overlong form of three bytes", "0xe09fbf"],
  ["an overlong form of four bytes", "0xf08fbfbf"],
  ["the first surrogate", "0xeda080"],
  ["the last surrogate", "0xedbfbf"],
  ["a character above U+10FFFF", "0xf4908080"],
  ["the byte 0xf8", "0xf888808080"],
  ["the byte 0xff", "0xff"],
];
