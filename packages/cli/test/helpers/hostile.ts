/** Files of the creator's folder that no command may choke on. `huge.json` is made longer than any file may be. */
export const HOSTILE_FILES: Readonly<Record<string, string | Uint8Array>> = {
  "broken.json": '{"name": ',
  "list.json": "[1, 2, 3]",
  "null.json": "null",
  "empty.json": "",
  "other.json": '{"name": "\\u001b[2J", "tokenId": 1, "proof": [1], "record": {}}',
  "deep.json": `${"[".repeat(200_000)}${"]".repeat(200_000)}`,
  "binary.json": Uint8Array.from([0xff, 0xfe, 0x00, 0x1b]),
  "huge.json": "",
};

const CONTROL = "a\u001b[2Jb";
const MISSING_FILES = ["missing.json", "folder", "a\u0000b", `${"x".repeat(5_000)}.json`, "manifest.json/x", ""];
const BAD_OBJECTS = [...MISSING_FILES, ...Object.keys(HOSTILE_FILES)];
const BAD_NUMBERS = [
  "-1",
  "1.5",
  "1e3",
  "0x1",
  "",
  " 1",
  "1\n2",
  "one",
  "NaN",
  "9".repeat(80),
  (2n ** 256n).toString(),
  CONTROL,
];
const BAD_TARGETS = ["folder", "a\u0000b", "manifest.json/x", `${"x".repeat(5_000)}.json`, ""];

/** What is hostile where the help says `<kind>`. */
export const HOSTILE_VALUES: Readonly<Record<string, readonly string[]>> = {
  address: [
    ...["", "0x12", "nobody.eth", `0x${"g".repeat(40)}`, "0xF39Fd6e51aad88F6F4ce6aB8827279cffFb92266"],
    ...[`0x${"ab".repeat(20)}${CONTROL}`, `0x${"ab".repeat(5_000)}`],
  ],
  provider: ["", "0x12", "nobody.eth", `0x${"g".repeat(40)}`, "0xF39Fd6e51aad88F6F4ce6aB8827279cffFb92266", CONTROL],
  manifest: [...BAD_OBJECTS, "0x12", `0x${"AB".repeat(32)}`],
  file: BAD_OBJECTS.filter(
    (name) => name.startsWith("m") || name === "folder" || name.includes("\u0000") || name === "",
  ),
  proposal: BAD_OBJECTS,
  ain: ["", "-1", "1e3", "0x1", "1.", ".5", "1,000", "9".repeat(13), `1.${"1".repeat(19)}`, "one", CONTROL],
  price: ["", "-1", "1e3", "0x1", "1.", ".5", "1,000", "9".repeat(40), `1.${"1".repeat(19)}`, "one", CONTROL],
  relay: ["", "nonsense", "ftp://127.0.0.1/", "file:///etc/passwd", "http://someone:word@127.0.0.1/", CONTROL],
  key: BAD_OBJECTS,
  rows: BAD_OBJECTS,
  epoch: BAD_OBJECTS,
  egg: BAD_NUMBERS,
  secret: BAD_OBJECTS,
  "new-secret": [...BAD_TARGETS, "manifest.json", "no-such-folder/secret.json"],
  request: [...BAD_NUMBERS, "0", "77", (2n ** 64n).toString()],
  input: BAD_OBJECTS,
  shell: ["", "cmd", CONTROL],
  choice: ["", "yes", "1", CONTROL],
  record: BAD_OBJECTS,
  proof: BAD_OBJECTS,
  folder: ["manifest.json", "a\u0000b", "manifest.json/x", "x".repeat(5_000)],
  "new-file": BAD_TARGETS,
  "new-record": BAD_TARGETS,
  token: BAD_NUMBERS,
  version: [...BAD_NUMBERS, "0", "4294967296", "77"],
  amount: [...BAD_NUMBERS, (2n ** 80n).toString()],
  index: [...BAD_NUMBERS, "77", (2n ** 64n).toString()],
  number: BAD_NUMBERS,
  seconds: [...BAD_NUMBERS, (2n ** 64n).toString()],
  id: [...BAD_NUMBERS, "1", "0"],
  text: ["", " ", CONTROL, "two\nlines", "\u202eturned", "x".repeat(100_000)],
  kind: ["", "erc20", CONTROL],
  reference: ["", "greeter:latest", CONTROL, "x".repeat(100_000)],
  bucket: [
    ...["", "models", "https://127.0.0.1", "ftp://127.0.0.1/models", "http://127.0.0.1:1/models", CONTROL],
    ...["https://a:b@127.0.0.1:1/models", "https://127.0.0.1:1/../etc", "https://127.0.0.1:1/models?x=1"],
  ],
  image: BAD_OBJECTS,
  repository: [
    ...[
      "",
      "greeter",
      "/greeter",
      "x.example/",
      "x.example/a:latest",
      `x.example/a@sha256:${"00".repeat(32)}`,
      "x.example/A",
    ],
    ...["https://x.example/a", "x.example/../a", "a@b.example/c", `x.example/${"a".repeat(5_000)}`, CONTROL],
  ],
  tag: ["", "a b", "../x", "a/b", "x".repeat(129), CONTROL],
  region: ["", "eu west", "../x", CONTROL, "x".repeat(5_000)],
  signature: ["0x1", "signed", `0x${"00".repeat(65)}`, CONTROL],
  url: [
    "",
    "nonsense",
    "ftp://127.0.0.1/",
    "file:///etc/passwd",
    "http://127.0.0.1:1",
    "http://%zz@127.0.0.1:1",
    CONTROL,
  ],
};
