import type { S3Place } from "ainft-core/content";
import { UsageError } from "../errors.ts";
import { endpointOf } from "../node.ts";
import type { Settings } from "../settings.ts";
import { expectPrivate, filled, httpUrl } from "../web.ts";
import { FolderStore } from "./folder.ts";
import { KuboStore } from "./kubo.ts";
import { S3Store } from "./s3.ts";
import type { PublishingStore } from "./store.ts";

const DEFAULT_REGION = "us-east-1";
/** As relays read them in their configuration. */
const BUCKET_PATH = /^\/(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(?<prefix>(?:[A-Za-z0-9_-]+(?:\/|$))*))?$/u;

/** A store, and what a relay's `content.sources` says to find its bodies; undefined for the folder. */
export interface ChosenStore {
  readonly store: PublishingStore;
  readonly source: Readonly<Record<string, string>> | undefined;
}

/** The store that the options name: the content folder, unless it is another. Throws {@link UsageError}. */
export function chosenStore(settings: Settings): ChosenStore {
  const kubo = settings.text("kubo");
  const s3 = settings.text("s3");
  const given = ["store", "kubo", "s3"].filter((name) => settings.text(name) !== undefined);
  if (given.length > 1) throw new UsageError(`Give ${given.map((name) => `--${name}`).join(" or ")}, not both.`);
  if (s3 === undefined && settings.text("region") !== undefined) throw new UsageError("--region goes with --s3.");
  if (kubo !== undefined) return kuboStore(settings, kubo);
  if (s3 !== undefined) return s3Store(settings, s3);
  return { store: new FolderStore(settings.io.cwd, settings.store), source: undefined };
}

function kuboStore({ io }: Settings, given: string): ChosenStore {
  const { url, headers } = endpointOf(httpUrl(given, "--kubo").href);
  const token = filled(io.env["AINFT_KUBO_TOKEN"]);
  const authorization = token === undefined ? headers["authorization"] : `Bearer ${token}`;
  if (authorization !== undefined) expectPrivate(url, "--kubo");
  return { store: new KuboStore({ url, authorization }), source: { type: "ipfs", url } };
}

function s3Store(settings: Settings, given: string): ChosenStore {
  const { env } = settings.io;
  const place = bucketPlace(given);
  const keyId = filled(env["AWS_ACCESS_KEY_ID"]);
  const secret = filled(env["AWS_SECRET_ACCESS_KEY"]);
  const sessionToken = filled(env["AWS_SESSION_TOKEN"]);
  const region =
    settings.text("region") ?? filled(env["AWS_REGION"]) ?? filled(env["AWS_DEFAULT_REGION"]) ?? DEFAULT_REGION;
  if (!/^[a-z0-9-]{1,64}$/u.test(region))
    throw new UsageError("--region must be the name of a region, such as eu-west-1.");
  if (keyId === undefined || secret === undefined)
    throw new UsageError("No keys for the bucket: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.");
  if (sessionToken !== undefined) expectPrivate(place.url, "--s3");
  const keys = { keyIdEnv: "AWS_ACCESS_KEY_ID", secretEnv: "AWS_SECRET_ACCESS_KEY" };
  const source = { type: "s3", ...place, region, ...keys };
  return { store: new S3Store(place, { keyId, secret, region, sessionToken }), source };
}

/** `endpoint/bucket`, with http: or https: before it and folders behind it, or without. */
function bucketPlace(given: string): S3Place {
  const url = httpUrl(/^[a-z]+:/iu.test(given) ? given : `https://${given}`, "--s3");
  const { bucket, prefix = "" } = BUCKET_PATH.exec(url.pathname)?.groups ?? {};
  if (bucket === undefined || url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    throw new UsageError("--s3 must be endpoint/bucket, or endpoint/bucket/folder, and hold no keys.");
  return { url: url.origin, bucket, prefix: prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/` };
}
