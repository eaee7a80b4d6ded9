// Both test programs at once, always up: POST /<state or not>/infer. Prints the port it listens on.
import { createServer } from "node:http";

interface Question {
  readonly input: { readonly say: string; readonly mode?: string };
  readonly state: { readonly count: number } | null;
}

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (part: string) => (body += part));
  request.on("end", () => {
    const { input, state } = JSON.parse(body) as Question;
    const count = (state?.count ?? 0) + 1;
    const counts = request.url?.startsWith("/counter") === true;
    const heard = input.mode === "off-schema" ? 7 : input.say; // as the other test program misbehaves
    const answer = counts ? { output: { heard, count }, state: { count } } : { output: { heard }, state: null };
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(answer));
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`${address !== null && typeof address === "object" ? address.port : ""}\n`);
});
