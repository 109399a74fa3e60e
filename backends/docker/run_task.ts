import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backOff } from "../back_off.ts";
import type { TaskRequest } from "../backend.ts";
import { ensureImage } from "../container_engine.ts";
import { coresHere } from "../cores.ts";
import type { DockerConfig } from "../docker_config.ts";
import { packTask } from "../shards/pack_task.ts";
import { cutShards } from "../shards/plan.ts";
import { readResult, ShardDamagedError } from "../shards/read_result.ts";
import { ShardLostError } from "../shards/shard_lost_error.ts";
import { PartialMerger } from "../span_queue.ts";
import { resolveTask } from "../task.ts";
import type { Span } from "../task.ts";
import { withTimeLimit } from "../time_limit.ts";
import { startWatchdog } from "../watchdog.ts";
import { ContainerLostError, JOB_LABEL, runShard } from "./shard_container.ts";
import type { ContainerJob } from "./shard_container.ts";

/** Shards for each container that runs side by side: enough that previews come, and that one which is lost costs little. */
const SHARDS_EACH = 4;
/** Removes the files of a job and its containers: also one that the engine was about to make. */
const CLEAN_UP = `rm -rf "$1"
for round in 1 2 3; do
  ids=$("$2" ps --all --quiet --filter "label=$3") && [ -n "$ids" ] && "$2" rm --force --volumes $ids
  sleep 1
done`;

/** Runs Monte Carlo work in containers, a shard in each. When it settles, there is none of them any more. */
export async function runTask(request: TaskRequest, config: DockerConfig): Promise<unknown> {
  return await withTimeLimit(
    `A job of ${request.nSimulations} simulations`,
    config.timeout,
    request.signal,
    (signal) => runShards({ ...request, signal }, config),
  );
}

async function runShards(request: TaskRequest, config: DockerConfig): Promise<unknown> {
  const { task, nSimulations, nJobs, signal } = request;
  const definition = await resolveTask(task);
  const packed = await packTask(task, request);
  const { containers, cores } = shareCores(config, nJobs);
  const spans = cutShards(nSimulations, definition.chunk ?? 1, config.shards ?? SHARDS_EACH * containers);
  const folder = await mkdtemp(join(tmpdir(), "morlet-shards-")), label = `${JOB_LABEL}=${crypto.randomUUID()}`;
  await using _watchdog = startWatchdog(["/bin/sh", "-c", CLEAN_UP, "sh", folder, config.engine, label]);
  try {
    const file = join(folder, "shard.js");
    await writeFile(file, packed.file, { mode: 0o644 }); // the image's user may be another one
    request.onStatus?.("its image is made ready");
    const image = await ensureImage(config, { workspace: folder, signal });
    signal.throwIfAborted();
    request.onStatus?.(`containers of ${image}`);
    const stop = new AbortController();
    const job = { config, image, packed, file, cores, label, signal: AbortSignal.any([signal, stop.signal]) };
    const merger = new PartialMerger(definition);
    await Promise.all(Array.from({ length: Math.min(containers, spans.length) }, async () => {
      try {
        for (let span = spans.shift(); span && !job.signal.aborted; span = spans.shift()) {
          merger.add(span, await runToResult(job, span, request.advance));
          if (merger.joined) request.onPartial?.(merger.partial);
        }
      } catch (error) {
        stop.abort(error); // the first failure ends the others
      }
    }));
    job.signal.throwIfAborted();
    return merger.result(nSimulations);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** How many containers run side by side, and how many threads each has: together no more than there are cores, unless asked for. */
export function shareCores(
  { cpu, n_jobs }: Pick<DockerConfig, "cpu" | "n_jobs">,
  nJobs = -1,
  cores: number = coresHere(),
): { containers: number; cores: number } {
  const containers = nJobs > 0 ? nJobs : n_jobs ?? Math.max(1, Math.floor(cores / (cpu ?? cores)));
  return { containers, cores: cpu ?? Math.max(1, Math.floor(cores / containers)) };
}

/** The partials of a shard, which runs again where its container was lost. */
async function runToResult(
  job: ContainerJob,
  span: Span,
  advance: (count: number) => void,
): Promise<readonly unknown[]> {
  const { config: { retries = 1 }, packed: { hash }, signal } = job;
  let told = 0;
  const tell = (done: number) => {
    advance(done - told);
    told = done;
  };
  for (let attempts = 1;; attempts++) {
    try {
      const partials = readResult(await runShard(job, span, tell), { hash, span });
      tell(span.count);
      return partials;
    } catch (error) {
      tell(0);
      signal.throwIfAborted();
      if (!(error instanceof ContainerLostError || error instanceof ShardDamagedError)) throw error;
      if (attempts > retries) throw new ShardLostError(span, attempts, error.message, { cause: error });
      await backOff(attempts - 1, signal);
    }
  }
}
