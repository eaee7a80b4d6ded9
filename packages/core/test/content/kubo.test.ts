import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { keepBlock, keepFile, keptCid, kuboCall, kuboForm, kuboPath, rawCid } from "../../src/content/index.ts";

const SHA256 = createHash("sha256").update("weights").digest("hex");
const NODE = { url: "http://127.0.0.1:5001/", authorization: undefined };

describe("calls of a Kubo node", () => {
  it("go to its RPC, with what gives the right to call it", () => {
    assert.deepEqual(kuboCall(NODE, "cat", { arg: "bafyroot/net.bin", offline: "true" }), {
      url: "http://127.0.0.1:5001/api/v0/cat?arg=bafyroot%2Fnet.bin&offline=true",
      headers: {},
    });
    const { headers } = kuboCall({ ...NODE, authorization: "Bearer t0ken" }, "cat", {});
    assert.deepEqual(headers, { authorization: "Bearer t0ken" });
  });

  it("keep a short body as the block that its digest names, and a longer file in raw blocks", () => {
    const block = new URL(keepBlock(NODE).url).searchParams;
    assert.deepEqual([block.get("cid-codec"), block.get("mhtype"), block.get("pin")], ["raw", "sha2-256", "true"]);
    const file = new URL(keepFile(NODE).url).searchParams;
    assert.deepEqual([file.get("cid-version"), file.get("raw-leaves"), file.get("pin")], ["1", "true", "true"]);
  });

  it("find a body by its digest, and a file where its manifest has it under ipfs alone", () => {
    assert.equal(kuboPath({ sha256: SHA256 }), rawCid(SHA256));
    assert.equal(kuboPath({ sha256: SHA256, uri: "https://example.org/net.bin" }), rawCid(SHA256));
    assert.equal(kuboPath({ sha256: SHA256, uri: "ipfs://bafyroot/net.bin" }), "bafyroot/net.bin");
  });

  it("put a file into a form as the web's own encoder does", async () => {
    const file = Buffer.from("a\r\n--b\r\nody");
    const form = new FormData();
    form.append("data", new File([file], "data"));
    const encoded = new Response(form);
    const type = encoded.headers.get("content-type") ?? "";
    const { contentType, head, tail } = kuboForm(type.replace("multipart/form-data; boundary=", ""));
    assert.equal(contentType, type);
    assert.deepEqual(Buffer.concat([head, file, tail]), Buffer.from(await encoded.arrayBuffer()));
  });

  it("are answered with a CID, or with nothing that counts", () => {
    assert.equal(keptCid('{"Key":"bafkreia","Size":7}\n'), "bafkreia");
    assert.equal(keptCid('{"Name":"data","Hash":"bafybeia","Size":"9"}\n'), "bafybeia");
    for (const answer of ["", "{}", '{"Key":7}', `{"Key":"${"a".repeat(200)}"}`, '{"Key":"../x"}'])
      assert.equal(keptCid(answer), undefined);
  });
});
