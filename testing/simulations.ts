import type { TaskDefinition } from "../backends/mod.ts";
import { defaultRng } from "../random/mod.ts";

// What the conformance suite runs. Exports, so that any thread, process or node can import them.

/** A draw. */
export function draw(seed: number, shift: number): number {
  return defaultRng(seed).normal() + shift;
}

/** Values of many kinds, named and unnamed arguments: what must travel unharmed. */
export function echo(seed: number, given: unknown, named: { readonly gain: number }): unknown {
  const values = new Float64Array(seed % 5).map((_, i) => seed * named.gain / (i + 1));
  return { seed, given, values, odd: [NaN, -0, Infinity, 2n ** 70n, new Date(seed), undefined, null] };
}

/** Costs from nothing to three times so many milliseconds, so that spans end in no particular order. */
export function uneven(seed: number, milliseconds: number): number {
  for (const end = performance.now() + milliseconds * (seed % 4); performance.now() < end;);
  return seed;
}

/** Throws in one simulation. */
export function failing(seed: number, bad: number): number {
  if (seed === bad) throw new RangeError(`seed ${seed} is bad`);
  return seed;
}

/** Lists the simulations that were run and the words of their keys. */
export const ledger: TaskDefinition<readonly [], { rows: number[] }, Float64Array> = {
  associative: true,
  prepare: () => ({ rows: [] }),
  simulate: ({ rows }, key, index) => void rows.push(index, key[0], key[1]),
  collect(state) {
    const partial = Float64Array.from(state.rows);
    state.rows = [];
    return partial;
  },
  merge: (left, right) => Float64Array.from([...left, ...right]),
};

/** Adds floating-point numbers of very different size, so that the last bits tell in which order. */
export const floatSum: TaskDefinition<readonly [scale: number], { sum: number; readonly scale: number }, Float64Array> =
  {
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
