// A backend of one's own: every shard is a fresh Deno process that reads its orders from a file and leaves its partials in
// another, as on a cluster with a shared folder. It is a plug-in: its default export is a list of backends.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { backOff, decode, encode, extendBaseConfig, PartialMerger, receiveTask, resolveTask } from "../backends/mod.ts";
import { runSpan, sendTask, SimulationError } from "../backends/mod.ts";
import type { BackendDefinition, BaseBackendConfig, SentTask, Span, TaskRequest } from "../backends/mod.ts";
import { type Entropy, SimulationKeys } from "../random/mod.ts";

/** Configuration of the `shards` backend: what all have in common, every field of which acts here, and one of its own. */
interface ShardsConfig extends BaseBackendConfig {
  readonly type: "shards";
  /** Into how many processes the work is cut. */
  readonly shards: number;
}

type Orders = { readonly task: SentTask; readonly seed: Entropy; readonly span: Span };
type Outcome = { partials: unknown[] } | { index: number; seed: number; message: string };

const shards: BackendDefinition<ShardsConfig> = {
  name: "shards",
  description: "A Deno process for each shard, with files in between",
  capabilities: { monteCarlo: true, run: false, deterministic: true, parallel: true, functions: true },
  schema: extendBaseConfig<ShardsConfig>("shards", {
    shards: z.int("must be a whole number").min(1, "must be at least 1").default(2)
      .describe("Into how many processes the work is cut (default 2)."),
  }),
  async probe() {
    const { state } = await Deno.permissions.query({ name: "run", command: Deno.execPath() });
    if (state === "granted") return { available: true };
    return { available: false, reason: "No process may be started", remedy: "Run Deno with --allow-run" };
  },
  open: (config) => ({ runTask: (request) => runShards(request, config) }),
};

async function runShards(request: TaskRequest, { shards: count, ...config }: ShardsConfig): Promise<unknown> {
  const { task, nSimulations, seed, advance } = request;
  const failed = new AbortController(), limit = AbortSignal.timeout(config.timeout * 1000);
  const signal = AbortSignal.any([request.signal, failed.signal, limit]);
  const definition = await resolveTask(task);
  const merger = new PartialMerger(definition);
  const folder = await mkdtemp(join(tmpdir(), "morlet-shards-"));
  const { chunk = 1 } = definition;
  const size = Math.ceil(nSimulations / chunk / count) * chunk;
  const starts = Array.from({ length: Math.ceil(nSimulations / size) }, (_, i) => i * size);
  try {
    const ends = starts.map(async (start) => {
      const span = { start, count: Math.min(size, nSimulations - start) };
      const file = join(folder, `shard-${start}`);
      await writeFile(file, encode({ task: sendTask(task), seed, span } satisfies Orders));
      await startShard(file, config, signal);
      const outcome = decode(await readFile(`${file}.out`)) as Outcome;
      if ("message" in outcome) throw new SimulationError(outcome.index, outcome.seed, new Error(outcome.message));
      merger.add(span, outcome.partials);
      advance(span.count);
    });
    for (const end of ends) end.catch((error) => failed.abort(error)); // the first failure ends the others
    await Promise.allSettled(ends);
    signal.throwIfAborted();
    return merger.result(nSimulations);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs a shard's process, again if it fails and may be tried again. */
async function startShard(file: string, config: Omit<ShardsConfig, "shards">, signal: AbortSignal): Promise<void> {
  const { env_vars: env, working_dir: cwd, retries } = config;
  const project = fileURLToPath(new URL("../deno.json", import.meta.url));
  const allowed = ["--allow-read", "--allow-env", `--allow-write=${dirname(file)}`];
  const args = ["run", "--no-prompt", ...allowed, "--config", project, import.meta.url, file];
  for (let attempt = 0;; attempt++) {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, env, cwd, signal }).output();
    signal.throwIfAborted();
    if (success) return;
    if (attempt === retries) throw new Error(`A shard failed: ${new TextDecoder().decode(stderr)}`);
    await backOff(attempt, signal);
  }
}

/** What a shard's process does. */
async function runShard(file: string): Promise<void> {
  const { task, seed, span } = decode(await readFile(file)) as Orders;
  const definition = await resolveTask(receiveTask(task));
  let outcome: Outcome;
  try {
    const state = await definition.prepare(task.args), keys = new SimulationKeys(seed);
    outcome = { partials: await runSpan(definition, state, span, { keys }) };
  } catch (error) {
    if (!(error instanceof SimulationError)) throw error;
    outcome = { index: error.index, seed: error.seed, message: (error.cause as Error).message };
  }
  await writeFile(`${file}.out`, encode(outcome));
}

export default [shards];
if (import.meta.main) await runShard(Deno.args[0]);
