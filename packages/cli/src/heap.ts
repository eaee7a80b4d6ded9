import { setFlagsFromString } from "node:v8";

/*
 * Imported before anything else. Node lets garbage lie as long as the machine has memory to spare, so that a history of
 * 20,000 trainings took 80 MiB more than one of 10,000, of which it had kept nothing. This has it collected sooner: no bound,
 * which a command that has much to keep would run into, but another measure of when (docs/decisions/0030).
 */
setFlagsFromString("--optimize-for-size");
