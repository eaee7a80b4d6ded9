import { canonicalJson, JsonError, parseStrictJson } from "../../src/index.ts";

/** Documents and the one form each is hashed in. */
const ACCEPTED: readonly string[] = [
  "null",
  '"text"',
  '{"b":1,"a":[true,false,null]}',
  ' { "z" : { "y" : { } } , "a" : [ ] } ',
  "[-0,0.0,1e0,1E2,-1.50]",
  "[1e21,1e-7,0.000001,123456789012345680000,5e-324,1.7976931348623157e308]",
  '{"\\u20ac":"euro","\\r":"return","\\ud83d\\ude00":"smile","\\ufb33":"dalet","1":"one","\\u0080":"control","\\u00f6":"o"}',
  '"\\u0000\\u001f\\b\\t\\n\\f\\r\\"\\\\\\/\\u007f\\u2028\\ud834\\udd1e"',
  '{"constructor":1,"toString":2,"hasOwnProperty":3}',
];

/** Documents that no reader may accept. */
const REFUSED: readonly string[] = [
  "",
  "{",
  "[1,]",
  '{"a":1,}',
  "// note\n1",
  "[1 /* note */]",
  "\ufeff{}",
  "01",
  "[+1]",
  "NaN",
  "'single'",
  '"tab\there"',
  "{} {}",
  '{"a":1,"a":2}',
  '{"a":1,"\\u0061":2}',
  '[{"x":{"k":0,"k":0}}]',
  '{"a/b":{"~":1,"~":2}}',
  '{"__proto__":{}}',
  '{"a":{"\\u005f_proto__":1}}',
  '{"a":["\\ud800"]}',
  '"\\udc00\\ud800"',
  '{"\\ud83d":1}',
  "1e400",
  '{"a":[0,-1e309]}',
  `${"[".repeat(65)}${"]".repeat(65)}`,
  `{"a":${"[".repeat(64)}${"]".repeat(64)}}`,
];

/** Known answers of the JSON entry and of RFC 8785. */
export function jsonVectors(): object {
  return {
    canonical: ACCEPTED.map((document) => ({ document, canonical: canonicalText(document) })),
    refused: REFUSED.map((document) => ({ document, ...refusal(document) })),
  };
}

function canonicalText(document: string): string {
  return new TextDecoder().decode(canonicalJson(parseStrictJson(document)));
}

function refusal(document: string): { code: string; path: string } {
  try {
    parseStrictJson(document);
  } catch (error) {
    if (error instanceof JsonError) return { code: error.code, path: error.path };
    throw error;
  }
  throw new Error(`accepted a document that must be refused: ${document}`);
}
