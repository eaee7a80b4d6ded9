// node lay-out.js <folder>: lays out an empty database, in a process of its own. See `layOut` in embedded.ts.
import { startEngine } from "./engine.ts";

const [folder = ""] = process.argv.slice(2);
const engine = await startEngine({ dataDir: folder });
await engine.close();
