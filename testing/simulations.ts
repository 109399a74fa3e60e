import type { TaskDefinition } from "../backends/mod.ts";
import { CounterGenerator, defaultRng } from "../random/mod.ts";
import { foldedDrawsProgram, ledgerProgram } from "./gpu_programs.ts";

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
  gpu: { program: () => ledgerProgram((rows) => [Float64Array.from(rows)]) },
};

/** Folds so many draws of the counter-based generator into one whole number: work of any length, with an exact result. */
export const foldedDraws: TaskDefinition<readonly [draws: number], { draws: number; values: number[] }, number[]> = {
  associative: true,
  prepare: ([draws]) => ({ draws, values: [] }),
  simulate({ draws, values }, key) {
    const noise = new CounterGenerator(key);
    let folded = 0;
    for (let k = 0; k < draws; k++) folded = Math.imul(folded, 31) + noise.uint32(k) | 0;
    values.push(folded >>> 8);
  },
  collect(state) {
    const { values } = state;
    state.values = [];
    return values;
  },
  merge(left, right) {
    for (const value of right) left.push(value);
    return left;
  },
  gpu: { program: ([draws]) => foldedDrawsProgram(draws) },
};

/** Adds floating-point numbers of very different size, so that the last bits tell in which order. */
export const floatSum: TaskDefinition<readonly [scale: number], { sum: number; readonly scale: number }, Float64Array> =
  {
    chunk: 7,
    prepare: ([scale]) => ({ sum: 0, scale }),
    simulate(state, key) {
      state.sum += term(state.scale, key[0], key[1]);
    },
    collect(state) {
      const partial = new Float64Array([state.sum]);
      state.sum = 0;
      return partial;
    },
    merge: (left, right) => new Float64Array([left[0] + right[0]]),
    gpu: {
      // The device tells which simulations make a chunk; the numbers are added here, in double precision.
      program: ([scale]) =>
        ledgerProgram((rows) => {
          const sums: Float64Array[] = [];
          for (let i = 0; 3 * i < rows.length; i++) {
            if (i % 7 === 0) sums.push(new Float64Array(1));
            sums.at(-1)![0] += term(scale, rows[3 * i + 1], rows[3 * i + 2]);
          }
          return sums;
        }),
    },
  };

function term(scale: number, first: number, second: number): number {
  return (first / 2 ** 32 - 0.5) * scale ** (second % 20);
}
