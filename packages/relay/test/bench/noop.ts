// A program that does nothing, always up: says what it is told. Prints the port it listens on.
import { createServer } from "node:http";

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (part: string) => (body += part));
  request.on("end", () => {
    const { input } = JSON.parse(body) as { input: { say: string } };
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ output: { heard: input.say }, state: null }));
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`${address !== null && typeof address === "object" ? address.port : ""}\n`);
});
