// What the tests of backends run: functions and tasks that a thread or process can import.

import { defaultRng } from "../../random/mod.ts";
import type { TaskDefinition } from "../../backends/mod.ts";

/** The classic worker. */
export function classic(seed: number, x: number): number {
  return defaultRng(seed).normal() + x;
}

/** Values of many kinds, to see what travels. */
export function kinds(seed: number): unknown {
  const values = new Float64Array(seed % 5).map((_, i) => seed / (i + 1));
  return {
    seed,
    values,
    bits: new Uint32Array([seed]),
    odd: [NaN, -0, Infinity, 2n ** 70n, new Date(seed)],
    none: undefined,
  };
}

/** Costs more and more, so that lanes end their spans in no particular order. */
export function uneven(seed: number, milliseconds: number): number {
  for (const end = performance.now() + milliseconds * (seed % 4); performance.now() < end;);
  return seed;
}

/** Throws in some simulations. */
export function failing(seed: number, bad: number): number {
  if (seed === bad) throw new RangeError(`seed ${seed} is bad`);
  return seed;
}

/** Never returns from one simulation. */
export async function hanging(seed: number, bad: number): Promise<number> {
  if (seed === bad) await new Promise(() => {});
  return seed;
}

/** Ends its thread or process. */
export function exiting(seed: number, bad: number): number {
  if (seed === bad) Deno.exit(7);
  return seed;
}

/** Throws outside of its own call stack, which ends a thread. */
export function crashing(seed: number, bad: number): Promise<number> {
  if (seed !== bad) return Promise.resolve(seed);
  return new Promise(() =>
    void setTimeout(() => {
      throw new Error("thrown from a timer");
    }, 0)
  );
}

/** A sum of floating-point numbers, whose last bits depend on the order of adding. */
export const floatSum: TaskDefinition<[number], { sum: number; scale: number }, Float64Array> = {
  chunk: 7,
  prepare: ([scale]) => ({ sum: 0, scale }),
  simulate(state, key) {
    state.sum += defaultRng(key[0]).normal() * state.scale ** (key[1] % 20);
  },
  collect(state) {
    const partial = new Float64Array([state.sum]);
    state.sum = 0;
    return partial;
  },
  merge: (left, right) => new Float64Array([left[0] + right[0]]),
};
