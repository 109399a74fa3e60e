/**
 * Makes what a job needs to run where there is Deno and nothing else, no network, no packages, no Morlet: one self-contained
 * JavaScript file, and a plan. Both are the same for all shards, and one hash stands for both. A shard is then run by
 *
 *     deno run --no-prompt --allow-read=FILE FILE HASH START COUNT CORES [tied] < PLAN > OUTPUT
 *
 * (`shardCommand` makes the line): simulations START to START + COUNT - 1, in CORES threads. The file and the plan are checked
 * against HASH first. With `tied`, the shard ends when its input does, so that nothing outlives who started it by a pipe; until then it
 * runs the further spans that come there, each a frame (see `readSpan`), after its first.
 *
 * It writes frames to its output (shard_stream.ts tells their form): progress now and then, and the result at the end, with which it
 * exits with 0, also where a simulation threw: that is a result, which `readResult` throws. Any other exit is the shard's own failure,
 * and its error stream tells more; what the task prints goes there as well. A task has no permission but to read FILE.
 *
 *     const packed = await packTask(task, { seed: 42 });                  // packed.file, packed.plan, packed.hash
 *     const spans = cutShards(nSimulations, definition.chunk ?? 1, 13);
 *     // ... on a node: shardCommand(...)
 *     const { done, result } = readShardStream(output);                   // result: undefined while it runs, or if cut short
 *     merger.add(span, readResult(result, { hash: packed.hash, span }));  // ShardDamagedError: run it again
 */
import type { Entropy } from "../../random/mod.ts";
import { encode } from "../codec.ts";
import { frame } from "../frames.ts";
import { sendTask } from "../function_source.ts";
import { resolveTask } from "../task.ts";
import type { ModuleReference, Span, Task } from "../task.ts";
import { bundleModule } from "./bundle_module.ts";
import type { Bundle } from "./bundle_module.ts";
import { OWN_MODULE, planHash } from "./plan.ts";
import type { ShardPlan } from "./plan.ts";
import { rememberPlaces } from "./source_places.ts";

/** A job that can travel. */
export interface PackedTask {
  /** The file that a shard runs. */
  readonly file: Uint8Array<ArrayBuffer>;
  /** What a shard reads from its input. */
  readonly plan: Uint8Array<ArrayBuffer>;
  /** SHA-256 that stands for both. */
  readonly hash: string;
}

/** What decides the numbers beside the task, and a simulation's time. */
export type PackOptions = { readonly seed: Entropy; readonly simulationTimeout?: number };

/**
 * Packs a task. Its module is the build that it names, or is bundled; a function travels as source.
 *
 * @throws {InvalidArgumentError} If the module cannot be loaded or bundled, or the function has no source.
 */
export async function packTask(task: Task, { seed, simulationTimeout }: PackOptions): Promise<PackedTask> {
  await resolveTask(task); // what cannot be loaded here is told here
  const bundle = "module" in task ? await bundleOf(task) : { code: "" };
  const { default: runner } = await import("./shard_runner.js", { with: { type: "text" } });
  const file = new TextEncoder().encode(`const MORLET_MODULE = ${JSON.stringify(bundle.code)};\n${runner}`);
  const sent = sendTask(task);
  const own = "module" in sent ? { module: OWN_MODULE, name: sent.name, args: sent.args } : sent;
  const plan = encode({ task: own, seed, simulationTimeout } satisfies ShardPlan);
  const hash = planHash(file, plan);
  if (bundle.find) rememberPlaces(hash, bundle.find);
  return { file, plan: frame(plan), hash };
}

/**
 * The command line that runs a shard of a packed task whose file lies at `file`. Where the path may hold a comma, at which Deno would cut
 * it, start the shard in the file's folder and name it from there.
 */
export function shardCommand(
  file: string,
  hash: string,
  { start, count }: Span,
  { deno = "deno", cores = 1, tied = false }: { deno?: string; cores?: number; tied?: boolean } = {},
): string[] {
  return [deno, ...shardArguments(file, hash), ...[start, count, cores].map(String), ...(tied ? ["tied"] : [])];
}

/** The part of it that is the same for all shards: Deno's arguments up to the hash. The task may be granted permissions. */
export function shardArguments(file: string, hash: string, permissions: readonly string[] = []): string[] {
  // Deno takes no other grant beside "all", and of two for reading the narrower one.
  const all = permissions.includes("all"), own = all || permissions.includes("read") ? [] : [`read=${file}`];
  const grants = [...own, ...all ? ["all"] : permissions].map((permission) => `--allow-${permission}`);
  return ["run", "--no-prompt", "--quiet", "--no-config", "--no-lock", ...grants, file, hash];
}

/** A module in one piece, whose `import.meta` is that of its source: where it runs it has no address that others could be relative to. */
async function bundleOf({ module, build }: ModuleReference): Promise<Bundle> {
  const { code, find }: Bundle = build === undefined ? await bundleModule(module) : { code: await textOf(build) };
  const meta = `{ url: ${
    JSON.stringify(module)
  }, main: false, resolve: (name) => new URL(name, import_meta.url).href }`;
  return {
    code: `const import_meta = ${meta};\n${code.replaceAll(/\bimport\.meta\b/g, "import_meta")}`,
    find: find && ((line, column) => find(line - 1, column)),
  };
}

async function textOf(address: string): Promise<string> {
  const { default: text } = await import(address, { with: { type: "text" } });
  return text;
}
