import { z } from "zod";

const IMAGE = /^[^@\s]{1,400}@sha256:[0-9a-f]{64}$/;

const endpoint = z.strictObject({
  image: z.string().regex(IMAGE, "must be an image with its digest, as the manifest names it"),
  url: z.url({ protocol: /^https?$/, error: "must be an http or https address" }).refine(isBare, {
    error: "must have neither user, query nor fragment",
  }),
  tokenEnv: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the name of an environment variable")
    .optional(),
});

/** Programs that run elsewhere. Only these addresses are ever asked, each for the one image that it is said to serve. */
export const httpRunner = z
  .strictObject({
    type: z.literal("http"),
    endpoints: z.array(endpoint).min(1).max(256),
    privateHosts: z.array(z.string().min(1).max(253)).max(256).default([]),
  })
  .refine(({ endpoints, privateHosts }) => endpoints.every(({ url }) => isSafe(url, privateHosts)), {
    path: ["endpoints"],
    error: "must be https, or hosts that privateHosts names: anybody on the way could answer otherwise",
  })
  .refine(({ endpoints }) => new Set(endpoints.map(({ image }) => image)).size === endpoints.length, {
    path: ["endpoints"],
    error: "must name each image once",
  });

function isBare(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password, search, hash } = new URL(text);
  return username === "" && password === "" && search === "" && hash === "";
}

function isSafe(text: string, privateHosts: readonly string[]): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === "https:" || privateHosts.includes(hostname);
}
