import type { PackedTask } from "../shards/pack_task.ts";
import type { SlurmConfig } from "../slurm_config.ts";
import type { Span } from "../task.ts";

/** What is to be done in shards, and who is told of it. */
export interface ShardWork {
  readonly packed: PackedTask;
  readonly spans: readonly Span[];
  readonly config: SlurmConfig;
  /** How many shards run at the same time. */
  readonly maxRunning?: number;
  readonly signal: AbortSignal;
  /** Takes the partials of a shard, in whatever order they come. */
  take(span: Span, partials: readonly unknown[]): void;
  /** Told how many more simulations are done; fewer than none where a shard begins again. */
  advance(count: number): void;
  /** Told how the shards stand. */
  onStatus?(status: string): void;
}
