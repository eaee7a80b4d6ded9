import { z } from "zod";

/** Whether events of games and chats are taken, and how many. */
export const activity = z.strictObject({
  enabled: z.boolean().default(false),
  eventsPerMinute: z.int().min(1).max(1_000_000).default(120),
  burst: z.int().min(1).max(10_000).default(30),
  maxPending: z.int().min(1).max(100_000).default(256),
  maxBatch: z.int().min(1).max(64).default(16),
});
