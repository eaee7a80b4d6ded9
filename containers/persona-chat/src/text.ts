/**
 * Text to numbers and back. Only plain string operations on code units are used: `toLowerCase`, `normalize` and
 * `Intl` follow the Unicode tables of the runtime, so two Node versions could read one question in two ways.
 */

const ANSWER_TOKEN = /[A-Za-z0-9']+(?:-[A-Za-z0-9']+)*|[.,!?;:]/g;
const CLOSING = /^[.,!?;:]$/;

/** @returns The words of a question: lower-case, apostrophes kept, everything else a separator. */
export function questionWords(text: string): string[] {
  let plain = "";
  for (let at = 0; at < text.length; at++) plain += plainCharacter(text.charCodeAt(at));
  return plain.split(" ").filter((word) => word.length > 0);
}

/** @returns The tokens of an answer: words with their case, and punctuation marks. */
export function answerTokens(text: string): string[] {
  return text.match(ANSWER_TOKEN) ?? [];
}

/** @returns The text of a list of answer tokens: the inverse of `answerTokens` for normally spaced text. */
export function joinTokens(tokens: readonly string[]): string {
  let text = "";
  for (const token of tokens) text += text === "" || CLOSING.test(token) ? token : ` ${token}`;
  return text;
}

/**
 * What the network sees of a question: its known words, and hashes of its word pairs and of the letter groups inside
 * its words. The letter groups let a word it never met ("lanterns") resemble one it has ("lantern").
 * @param ids Feature number of every known word; number 0 stands for any unknown word.
 * @param buckets How many hash buckets follow the words.
 * @returns For every word in reading order, its feature numbers.
 */
export function questionFeatures(text: string, ids: ReadonlyMap<string, number>, buckets: number): number[][] {
  const bucket = (key: string) => ids.size + 1 + (hash(key) % buckets);
  let previous = "^";
  return questionWords(text).map((word) => {
    const pair = `${previous} ${word}`;
    previous = word;
    return [ids.get(word) ?? 0, bucket(pair), ...letterGroups(word).map(bucket)];
  });
}

function plainCharacter(code: number): string {
  const isUpper = code >= 65 && code <= 90;
  if (isUpper) return String.fromCharCode(code + 32);
  const isLower = code >= 97 && code <= 122;
  const isDigit = code >= 48 && code <= 57;
  if (isLower || isDigit || code === 39) return String.fromCharCode(code);
  if (code === 0x2019) return "'";
  return code > 127 ? String.fromCharCode(code) : " ";
}

function letterGroups(word: string): string[] {
  const framed = `<${word}>`;
  const groups: string[] = [];
  for (let at = 0; at + 4 <= framed.length; at++) groups.push(framed.slice(at, at + 4));
  return groups;
}

/** FNV-1a over UTF-16 code units, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
