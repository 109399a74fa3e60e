import { InvalidArgumentError } from "../random/mod.ts";
import { decode, encode } from "./codec.ts";
import type { GpuTask } from "./gpu_program.ts";

/** A run of consecutive simulations: `start`, `start + 1`, … `start + count - 1`. */
export interface Span {
  /** Index of the first simulation. */
  readonly start: number;
  /** How many simulations. */
  readonly count: number;
}

/**
 * Monte Carlo work as any thread, process, container or cluster node runs it.
 *
 * `prepare` is called once where the work runs, `simulate` for each simulation, and `collect` takes what has been gathered
 * since the last call: a *partial*. Partials of neighbouring simulations are joined by `merge`, always in order.
 *
 * @typeParam Args The arguments, a list that the codec can carry.
 * @typeParam State What `prepare` sets up: plans, tables, accumulators.
 * @typeParam Partial What a stretch of simulations adds up to.
 */
export interface TaskDefinition<Args extends readonly unknown[], State, Partial> {
  /** Sets up what every simulation needs. Called once per thread or process. */
  prepare(args: Args): State | Promise<State>;
  /**
   * Runs simulation `index`. Its randomness comes from `key` alone: the first word is the 32-bit seed, both together are
   * the key of the counter-based generator. The array is used again for the next simulation: copy it to keep it.
   */
  simulate(state: State, key: Uint32Array, index: number): void | Promise<void>;
  /** Gives what was gathered since the last call, and starts afresh. */
  collect(state: State): Partial;
  /** Joins a partial with its right neighbour. May reuse `left`. */
  merge(left: Partial, right: Partial): Partial;
  /**
   * How many simulations make one partial, the same on every backend (default 1): sums of floating-point numbers come
   * out alike everywhere because they are added in the same groups. Work is cut at multiples of it.
   */
  readonly chunk?: number;
  /**
   * Set where `merge` is exact however partials are grouped (counts, lists, maxima): chunks that are run together are then
   * collected once.
   */
  readonly associative?: boolean;
  /**
   * Set where `prepare` depends on its arguments alone and {@linkcode collect} leaves the state as `prepare` made it: a thread or process
   * then keeps the state for the next job with the same arguments.
   */
  readonly reusable?: boolean;
  /** How it runs on a GPU, where it can. */
  readonly gpu?: GpuTask<Args, Partial>;
}

/** A task, whatever its arguments, state and partials. */
// deno-lint-ignore no-explicit-any
export type AnyTaskDefinition = TaskDefinition<any, any, any>;

/** A worker function: gets the 32-bit seed of its simulation, then the arguments, and returns the simulation's value. */
// deno-lint-ignore no-explicit-any
export type WorkerFunction<T = unknown> = (seed: number, ...args: any[]) => T | Promise<T>;

/** Names an export of a module: a {@linkcode TaskDefinition} or a {@linkcode WorkerFunction}. */
export interface ModuleReference {
  /** The module's specifier: a `file:`, `data:`, `jsr:`, `npm:` or `https:` address. */
  readonly module: string;
  /** The export's name. */
  readonly name: string;
  /**
   * Address of a build of the module, one JavaScript file that imports nothing but Node's modules, where there is one: backends that
   * send code elsewhere send it, and bundle the module where none is named.
   */
  readonly build?: string;
}

/** Work and its arguments, as data that can be sent anywhere; or a function, which is sent as source. */
export type Task = { readonly args: readonly unknown[] } & (ModuleReference | { readonly run: WorkerFunction });

/**
 * Finds the definition behind a task, importing its module where it names one.
 *
 * @throws {InvalidArgumentError} If the module has no such export, or the export is neither a task nor a function.
 *
 * @param task The task.
 * @param loaded Its module, where that has been imported already.
 */
export async function resolveTask(task: Task, loaded?: Record<string, unknown>): Promise<AnyTaskDefinition> {
  if ("run" in task) return listTask(task.run);
  let module: Record<string, unknown>;
  try {
    module = loaded ?? await import(task.module);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidArgumentError("worker.module", task.module, "a module that can be loaded", { hint: why, cause });
  }
  const found = module[task.name];
  if (typeof found === "function") return listTask(found as WorkerFunction);
  if (isTaskDefinition(found)) return found;
  throw new InvalidArgumentError("worker.name", task.name, "the name of an exported function or task", {
    hint: `The module exports ${Object.keys(module).join(", ") || "nothing"}`,
  });
}

/** Wraps a worker function as a task that lists the values in order of simulation. */
export function listTask<T>(run: WorkerFunction<T>): TaskDefinition<readonly unknown[], ListState<T>, T[]> {
  return {
    associative: true,
    prepare(args) {
      // A copy: what a worker does to its arguments is neither the caller's nor, on one backend alone, the next simulation's.
      const sent = encode(args, "workerArgs");
      return { sent, args: decode(sent) as unknown[], checked: false, values: [] };
    },
    simulate(state, key) {
      const value = run(key[0], ...state.args);
      if (!isPromiseLike(value)) return void state.values.push(kept(value));
      return value.then((v) => void state.values.push(kept(v)));
    },
    collect(state) {
      if (!state.checked) requireUnchanged(run, state);
      state.checked = true;
      const values = state.values;
      state.values = [];
      return values;
    },
    merge(left, right) {
      for (const value of right) left.push(value);
      return left;
    },
  };
}

interface ListState<T> {
  readonly sent: Uint8Array;
  readonly args: readonly unknown[];
  checked: boolean;
  values: T[];
}

/** A worker may fill the same array again for the next simulation. */
function kept<T>(value: T): T {
  return ArrayBuffer.isView(value) && "slice" in value ? (value as unknown as Uint8Array).slice() as T : value;
}

/** Values would depend on which simulations shared a thread. */
function requireUnchanged(run: WorkerFunction, { sent, args }: ListState<unknown>): void {
  const now = encode(args, "workerArgs");
  if (now.length === sent.length && now.every((byte, i) => byte === sent[i])) return;
  throw new InvalidArgumentError("worker", run, "a function that leaves its arguments as they are", {
    hint: "Copy an argument before you change it, for example by x.slice()",
  });
}

function isTaskDefinition(value: unknown): value is AnyTaskDefinition {
  const candidate = value as AnyTaskDefinition | undefined;
  return typeof candidate === "object" && candidate !== null &&
    (["prepare", "simulate", "collect", "merge"] as const).every((part) => typeof candidate[part] === "function");
}

function isPromiseLike<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}
