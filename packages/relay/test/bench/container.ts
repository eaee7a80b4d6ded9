// A program that needs 200 ms for an answer, and no processor: what a model on an accelerator looks like from the host.
import { createServer } from "node:http";

const ANSWER_MS = 200;
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.exit();
}, 500).unref();

createServer((request, response) => {
  request.resume();
  request.on("end", () => {
    const answer = (): void => {
      response.writeHead(200, { "Content-Type": "application/json" });
      response.end('{"output":{"heard":"hello","count":1},"state":{"count":1}}');
    };
    if (request.url === "/health") response.writeHead(200).end("{}");
    else setTimeout(answer, ANSWER_MS);
  });
}).listen(process.env["AINFT_SOCKET"]);
