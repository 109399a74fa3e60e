// A backend of one's own: every shard is a fresh Deno process that reads its orders from a file and leaves its partials in
// another, as on a cluster with a shared folder. It is a plug-in: its default export is a list of backends.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { configSchema, decode, encode, PartialMerger, receiveTask, resolveTask } from "../backends/mod.ts";
import { runSpan, sendTask, SimulationError } from "../backends/mod.ts";
import type { BackendDefinition, SentTask, Span, TaskRequest } from "../backends/mod.ts";
import { type Entropy, SimulationKeys } from "../random/mod.ts";

/** Configuration of the `shards` backend. */
interface ShardsConfig {
  /** Into how many processes the work is cut. */
  readonly shards: number;
}

interface Orders {
  readonly task: SentTask;
  readonly seed: Entropy;
  readonly span: Span;
}

type Outcome = { readonly partials: unknown[] } | {
  readonly index: number;
  readonly seed: number;
  readonly message: string;
};

const shards: BackendDefinition<ShardsConfig> = {
  name: "shards",
  description: "A Deno process for each shard, with files in between",
  capabilities: { monteCarlo: true, run: false, deterministic: true, parallel: true, functions: true },
  schema: configSchema(
    "shards",
    z.strictObject({ type: z.literal("shards").optional(), shards: z.int().min(1).default(2) }),
  ),
  async probe() {
    const { state } = await Deno.permissions.query({ name: "run", command: Deno.execPath() });
    return state === "granted"
      ? { available: true }
      : { available: false, reason: "No process may be started", remedy: "Run Deno with --allow-run=deno" };
  },
  open: (config) => ({ runTask: (request) => runShards(request, config.shards) }),
};

async function runShards({ task, nSimulations, seed, signal, advance }: TaskRequest, count: number): Promise<unknown> {
  const definition = await resolveTask(task);
  const merger = new PartialMerger(definition);
  const folder = await mkdtemp(join(tmpdir(), "morlet-shards-"));
  const { chunk = 1 } = definition;
  const size = Math.ceil(nSimulations / chunk / count) * chunk;
  const starts = Array.from({ length: Math.ceil(nSimulations / size) }, (_, i) => i * size);
  try {
    await Promise.all(starts.map(async (start) => {
      const span = { start, count: Math.min(size, nSimulations - start) };
      const file = join(folder, `shard-${start}`);
      await writeFile(file, encode({ task: sendTask(task), seed, span } satisfies Orders));
      const config = new URL("../deno.json", import.meta.url).pathname;
      const args = [
        "run",
        "--no-prompt",
        "--allow-read",
        `--allow-write=${folder}`,
        "--config",
        config,
        import.meta.url,
        file,
      ];
      const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, signal }).output();
      signal.throwIfAborted();
      if (!success) throw new Error(`A shard failed: ${new TextDecoder().decode(stderr)}`);
      const outcome = decode(await readFile(`${file}.out`)) as Outcome;
      if ("message" in outcome) throw new SimulationError(outcome.index, outcome.seed, new Error(outcome.message));
      merger.add(span, outcome.partials);
      advance(span.count);
    }));
    return merger.result(nSimulations);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a shard's process does. */
async function runShard(file: string): Promise<void> {
  const { task, seed, span } = decode(await readFile(file)) as Orders;
  const definition = await resolveTask(receiveTask(task));
  let outcome: Outcome;
  try {
    const state = await definition.prepare(task.args);
    outcome = { partials: await runSpan(definition, state, span, { keys: new SimulationKeys(seed) }) };
  } catch (error) {
    if (!(error instanceof SimulationError)) throw error;
    outcome = { index: error.index, seed: error.seed, message: (error.cause as Error).message };
  }
  await writeFile(`${file}.out`, encode(outcome));
}

if (import.meta.main) await runShard(Deno.args[0]);

/** The plug-in. */
export default [shards];
