import { createHash } from "node:crypto";
import type { Entropy } from "../../random/mod.ts";
import type { SentTask } from "../function_source.ts";
import type { Span } from "../task.ts";

/** What all shards of a job have in common, as it is sent to them. */
export interface ShardPlan {
  /** The task; the module of one that names a module is in the file beside. */
  readonly task: SentTask;
  /** The master seed. */
  readonly seed: Entropy;
  /** Milliseconds that one simulation may take. */
  readonly simulationTimeout?: number;
}

/** Stands for the address of the module that travels in the shard's own file. */
export const OWN_MODULE = "shard:module";

/** SHA-256 over the file that runs and the plan, in hexadecimal: what a shard checks before it starts, and its result after. */
export function planHash(file: Uint8Array, plan: Uint8Array): string {
  return createHash("sha256").update(sha256(file)).update(sha256(plan)).digest("hex");
}

/** SHA-256 in hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Cuts simulations into shards: as many as asked for, or as many as there are chunks, none larger than another by more than a
 * chunk. Cut at multiples of `chunk`.
 */
export function cutShards(nSimulations: number, chunk: number, shards: number): Span[] {
  const chunks = Math.ceil(nSimulations / chunk);
  const count = Math.min(shards, chunks);
  const cuts = Array.from(
    { length: count + 1 },
    (_, i) => Math.min(nSimulations, Math.floor(i * chunks / count) * chunk),
  );
  return cuts.slice(1).map((end, i) => ({ start: cuts[i], count: end - cuts[i] }));
}
