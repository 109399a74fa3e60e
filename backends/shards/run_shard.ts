import { SimulationKeys } from "../../random/mod.ts";
import { missingVariable, OuterVariableError, receiveTask } from "../function_source.ts";
import { runSpan, SimulationError } from "../run_span.ts";
import { PartialMerger } from "../span_queue.ts";
import { resolveTask } from "../task.ts";
import type { AnyTaskDefinition, Span, Task } from "../task.ts";
import { WorkerPool } from "../worker_pool.ts";
import type { ShardPlan } from "./plan.ts";
import type { ShardOutcome } from "./shard_result.ts";

/** Where and how a shard runs. */
export interface ShardSettings {
  /** How many cores it has: one runs it on this thread, several in threads. */
  readonly cores: number;
  /** The module that threads run. */
  readonly entry: string;
  /** The address of the module that travelled with it. */
  readonly module: string;
  /** Told how many more simulations are done. */
  advance(count: number): void;
}

/** Runs the simulations of a shard. Never throws: what went wrong is an outcome. */
export async function runShard(plan: ShardPlan, span: Span, settings: ShardSettings): Promise<ShardOutcome> {
  try {
    const sent = "module" in plan.task ? { ...plan.task, module: settings.module } : plan.task;
    const task = receiveTask(sent), definition = await resolveTask(task);
    // A simulation's time can only be watched from another thread.
    const alone = settings.cores === 1 && plan.simulationTimeout === undefined;
    return { partials: await (alone ? runHere : runInThreads)(plan, span, settings, task, definition) };
  } catch (error) {
    const cause = error instanceof SimulationError ? error.cause : error;
    const variable = "source" in plan.task ? missingVariable(cause) : undefined;
    return { failure: variable === undefined ? error : new OuterVariableError(variable, cause) };
  }
}

type Run = (
  plan: ShardPlan,
  span: Span,
  settings: ShardSettings,
  task: Task,
  definition: AnyTaskDefinition,
) => Promise<readonly unknown[]>;

/** What a plan's task has prepared here, where one process runs several of its shards. */
const prepared = new WeakMap<ShardPlan, unknown>();

const runHere: Run = async (plan, span, { advance }, { args }, definition) => {
  const state = prepared.has(plan) ? prepared.get(plan) : await definition.prepare(args);
  prepared.delete(plan); // a simulation that throws leaves its state as it is
  const partials = await runSpan(definition, state, span, { keys: new SimulationKeys(plan.seed), onDone: advance });
  prepared.set(plan, state);
  return partials;
};

const runInThreads: Run = async ({ seed, simulationTimeout }, span, { cores, entry, advance }, task, definition) => {
  const pool = new WorkerPool(
    { type: "workers", n_jobs: cores, prefer: "threads", permissions: [], retries: 1 },
    entry,
  );
  const { signal } = new AbortController();
  const request = { task, nSimulations: span.count, seed, simulationTimeout, signal, advance };
  if (definition.associative) {
    const merger = new PartialMerger(definition, span.start);
    await pool.runSpan(request, span, (part, partials) => merger.add(part, partials));
    return [merger.result(span.count)];
  }
  // Where grouping matters, every chunk's partial is kept as it is: whoever joins the shards joins them in order.
  const parts: { start: number; partials: readonly unknown[] }[] = [];
  await pool.runSpan(request, span, ({ start }, partials) => void parts.push({ start, partials }));
  return parts.sort((a, b) => a.start - b.start).flatMap(({ partials }) => partials);
};
