import { InvalidSettingError } from "./errors.ts";

export type Address =
  | { readonly kind: "socket"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number };

export interface Settings {
  readonly address: Address;
  readonly modelDirectory: string;
}

/**
 * Reads `AINFT_SOCKET`, or `AINFT_PORT` and `AINFT_HOST`, and `AINFT_MODEL_DIR`.
 * @throws InvalidSettingError naming the variable that is missing or wrong.
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const modelDirectory = env["AINFT_MODEL_DIR"] ?? "";
  if (modelDirectory === "")
    throw new InvalidSettingError("AINFT_MODEL_DIR", "must name the folder of the model files");
  const socket = env["AINFT_SOCKET"] ?? "";
  const port = env["AINFT_PORT"] ?? "";
  if (socket !== "" && port !== "") throw new InvalidSettingError("AINFT_SOCKET", "and AINFT_PORT cannot both be set");
  if (socket !== "") return { modelDirectory, address: { kind: "socket", path: socket } };
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) {
    throw new InvalidSettingError("AINFT_PORT", "must be a port number from 0 to 65535 (or set AINFT_SOCKET)");
  }
  return { modelDirectory, address: { kind: "tcp", host: env["AINFT_HOST"] ?? "127.0.0.1", port: Number(port) } };
}
