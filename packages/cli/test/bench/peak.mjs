// Loaded before the command: leaves the most memory that it ever held, in kibibytes, where the bench reads it.
import { writeFileSync } from "node:fs";

process.on("exit", () => writeFileSync(process.env.PEAK_FILE, String(process.resourceUsage().maxRSS)));
