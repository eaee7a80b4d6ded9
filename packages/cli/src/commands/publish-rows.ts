import { pushImage } from "./image.ts";
import { checkManifest, digestManifest, publishManifest } from "./manifest.ts";
import { type Row, STORE } from "./row.ts";

/** The commands that put a program where others find it: its manifest, its files and its image. */
export const PUBLISH_ROWS: readonly Row[] = [
  {
    words: "manifest check [file]",
    about: "say whether a manifest is one",
    example: "ainft manifest check",
    needs: "files",
    run: checkManifest,
  },
  {
    words: "manifest digest [file]",
    about: "print digest, CID and URI",
    example: "ainft manifest digest --json",
    needs: "files",
    run: digestManifest,
  },
  {
    words: "manifest publish [file]",
    about: "publish a manifest and the files that it pins: into the content folder, a Kubo node or a bucket",
    example: "ainft manifest publish --kubo http://127.0.0.1:5001",
    needs: "files",
    run: publishManifest,
    options: [
      STORE,
      ["--kubo <url>", "RPC of a Kubo node, in place of the folder (secret: AINFT_KUBO_TOKEN)"],
      ["--s3 <bucket>", "endpoint/bucket, in its place (keys: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)"],
      ["--region <region>", "region of the bucket (AWS_REGION; default us-east-1)"],
      ["--files <folder>", "where the files lie (default beside the manifest)"],
    ],
  },
  {
    words: "image push <image>",
    about: "push an image (OCI layout, or what podman save writes) to a registry, and check its digest",
    example: "ainft image push greeter.tar --to registry.example/greeter",
    needs: "files",
    run: pushImage,
    options: [
      ["--to <repository>", "host/name (secrets: AINFT_REGISTRY_USER and AINFT_REGISTRY_PASSWORD, or podman login)"],
      ["--manifest <manifest>", "manifest whose image it must be, and which says where it goes without --to"],
      ["--tag <tag>", "tag that it gets, too"],
    ],
  },
];
