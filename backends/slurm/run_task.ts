import { packTask } from "../shards/pack_task.ts";
import { cutShards } from "../shards/plan.ts";
import { ShardLostError } from "../shards/shard_lost_error.ts";
import type { TaskRequest } from "../backend.ts";
import type { SlurmConfig } from "../slurm_config.ts";
import { PartialMerger } from "../span_queue.ts";
import { resolveTask } from "../task.ts";
import { TimeLimitError } from "../time_limit.ts";
import { ShardArray } from "./shard_array.ts";
import { WorkFolder } from "./work_folder.ts";

/**
 * Runs Monte Carlo work as arrays of jobs over a shared folder. What is in the folder when a job of the same task, arguments, number,
 * seed and shards starts is taken, and shards that still run are waited for: so one whose program was killed goes on.
 */
export async function runTask(request: TaskRequest, config: SlurmConfig): Promise<unknown> {
  const { task, nSimulations, seed, nJobs, simulationTimeout, signal } = request;
  const definition = await resolveTask(task);
  const packed = await packTask(task, { seed, simulationTimeout });
  signal.throwIfAborted();
  const spans = cutShards(nSimulations, definition.chunk ?? 1, config.shards);
  await using folder = await WorkFolder.open(config.work_dir ?? config.working_dir ?? ".", packed, spans);
  const merger = new PartialMerger(definition);
  const array = new ShardArray(folder, {
    packed,
    spans,
    config,
    maxRunning: nJobs !== undefined && nJobs > 0 ? nJobs : config.max_running,
    signal,
    advance: request.advance,
    onStatus: request.onStatus,
    take(span, partials) {
      merger.add(span, partials);
      if (merger.joined) request.onPartial?.(merger.partial);
    },
  });
  try {
    await array.run();
  } catch (error) {
    await array.cancel();
    if (!isClusters(error) || array.finished === 0) await folder.remove();
    signal.throwIfAborted(); // with its own reason
    throw error;
  }
  await folder.remove();
  return merger.result(nSimulations);
}

/** Whether the cluster ended the work, not the task or the user: what is finished is then worth keeping. */
function isClusters(error: unknown): boolean {
  return error instanceof ShardLostError || error instanceof TimeLimitError;
}
