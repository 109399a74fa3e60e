import type { SimulationKeys } from "../random/mod.ts";
import type { AnyTaskDefinition, Span } from "./task.ts";
import { setImmediate } from "node:timers/promises";

/** Milliseconds of work after which the event loop gets a turn: timers, messages and Ctrl-C are then seen. */
const TURN = 12;

/** What {@linkcode runSpan} needs to know beside the task. */
export interface SpanOptions {
  /** The master seed's keys. */
  keys: SimulationKeys;
  /** Told now and then how many simulations have been done since it was last told. */
  onDone?: (count: number) => void;
  /** Ends the span early, with the signal's reason as the error. */
  signal?: AbortSignal;
  /** Tells of every single simulation, so that one that hangs can be named. */
  eager?: boolean;
}

/**
 * Runs a span of simulations on this thread and returns its partials, one per chunk, or a single one where the task says
 * that any grouping will do. Everything that runs a simulation, on whatever backend, runs it here.
 *
 * @throws {SimulationError} If a simulation throws: it names the simulation, its seed and the original error.
 */
export async function runSpan(
  definition: AnyTaskDefinition,
  state: unknown,
  span: Span,
  { keys, onDone, signal, eager = false }: SpanOptions,
): Promise<unknown[]> {
  const chunk = definition.associative ? span.count : definition.chunk ?? 1;
  const partials: unknown[] = [];
  const key = new Uint32Array(2);
  let told = 0, turn = performance.now();
  for (let i = 0; i < span.count; i++) {
    const index = span.start + i;
    keys.key(index, key);
    try {
      const pending = definition.simulate(state, key, index);
      if (pending !== undefined) await pending;
    } catch (cause) {
      throw new SimulationError(index, keys.key(index, key)[0], cause);
    }
    if ((i + 1) % chunk === 0 || i + 1 === span.count) partials.push(definition.collect(state));
    const now = performance.now();
    if (eager || now - turn > TURN || i + 1 === span.count) {
      onDone?.(i + 1 - told);
      told = i + 1;
    }
    if (now - turn > TURN && i + 1 < span.count) {
      await setImmediate();
      signal?.throwIfAborted();
      turn = performance.now();
    }
  }
  return partials;
}

/** Thrown when a simulation throws. It names the simulation and its seed; `cause` is what was thrown. */
export class SimulationError extends Error {
  /** Names the class. */
  override readonly name = "SimulationError";
  /** Which simulation, counted from 0. */
  readonly index: number;
  /** The 32-bit seed that it was given. Calling the function with it again repeats the failure. */
  readonly seed: number;

  /** Names the failed simulation. */
  constructor(index: number, seed: number, cause: unknown) {
    const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    super(`Simulation ${index} (seed ${seed}) failed with ${why}`, { cause });
    // The place in the simulation, not in what ran it: that is what a reader looks for.
    const frames = cause instanceof Error ? cause.stack?.match(/^ {4}at .*$/gm) : undefined;
    if (frames) this.stack = [`SimulationError: ${this.message}`, ...frames].join("\n");
    this.index = index;
    this.seed = seed;
  }
}
