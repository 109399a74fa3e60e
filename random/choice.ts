import { boundedLemire } from "./bounded.ts";
import type { Generator } from "./generator.ts";
import { InvalidArgumentError, requireWhole } from "./invalid_argument.ts";
import type { Pcg64 } from "./pcg64.ts";

/** Options of {@linkcode Generator.choice}. */
export interface ChoiceOptions {
  /** Whether a number may be picked more than once; by default true. */
  replace?: boolean;
  /** Probability of each number, summing to 1; by default all are equal. */
  p?: ArrayLike<number>;
  /** Whether picks without replacement and probabilities come in random order (true by default), or faster in any order. */
  shuffle?: boolean;
}

/**
 * NumPy's `Generator.choice` for one dimension.
 *
 * @internal
 */
export function choose(
  rng: Generator,
  source: Pcg64,
  population: number,
  size: number,
  options: ChoiceOptions,
): Float64Array<ArrayBuffer> {
  const { replace = true, p, shuffle = true } = options;
  requireWhole("size", size, 0);
  requireWhole("population", population, size === 0 ? 0 : 1);
  if (p) requireProbabilities(p, population);
  if (!replace) {
    const possible = p ? Array.from(p).filter((value) => value > 0).length : population;
    if (size > possible) throw new InvalidArgumentError("size", size, `at most ${possible} without replacement`);
  }
  if (p) return replace ? weighted(rng, p, size) : weightedDistinct(rng, p, size);
  if (replace) return size === 0 ? new Float64Array(0) : rng.integers(0, population, size);
  return distinct(source, population, size, shuffle);
}

function weighted(rng: Generator, p: ArrayLike<number>, size: number): Float64Array<ArrayBuffer> {
  const sums = cumulative(p);
  return rng.random(size).map((x) => firstAbove(sums, x));
}

function weightedDistinct(rng: Generator, p: ArrayLike<number>, size: number): Float64Array<ArrayBuffer> {
  const left = Float64Array.from(p);
  const found = new Set<number>();
  while (found.size < size) {
    const draws = rng.random(size - found.size);
    for (const i of found) left[i] = 0;
    const sums = cumulative(left);
    for (const x of draws) found.add(firstAbove(sums, x));
  }
  return Float64Array.from(found);
}

function distinct(source: Pcg64, population: number, size: number, shuffle: boolean): Float64Array<ArrayBuffer> {
  if (population > 10000 && size > Math.floor(population / (shuffle ? 50 : 20))) {
    const all = Float64Array.from({ length: population }, (_, i) => i);
    shuffleTail(source, all, Math.max(population - size, 1));
    return all.slice(population - size);
  }
  // Floyd's algorithm.
  const picked = new Set<number>();
  const out = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const last = population - size + i;
    const value = boundedLemire(source, last);
    out[i] = picked.has(value) ? last : value;
    picked.add(out[i]);
  }
  if (shuffle) shuffleTail(source, out, 1);
  return out;
}

/** Shuffles by Lemire's numbers, where `Generator.shuffle` uses masks. */
function shuffleTail(source: Pcg64, items: Float64Array, first: number): void {
  for (let i = items.length - 1; i >= first; i--) {
    const j = boundedLemire(source, i);
    const item = items[j];
    items[j] = items[i];
    items[i] = item;
  }
}

function cumulative(p: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(p.length);
  let sum = 0;
  for (let i = 0; i < p.length; i++) sums[i] = sum += p[i];
  return sums.map((value) => value / sum);
}

/** The first index whose value is above `x`. */
function firstAbove(sorted: Float64Array, x: number): number {
  let low = 0, high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (x < sorted[middle]) high = middle;
    else low = middle + 1;
  }
  return low;
}

function requireProbabilities(p: ArrayLike<number>, population: number): void {
  if (p.length !== population) throw new InvalidArgumentError("p", p, `as long as the population (${population})`);
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    if (!(p[i] >= 0)) throw new InvalidArgumentError(`p[${i}]`, p[i], "a number of at least 0");
    sum += p[i];
  }
  if (!(Math.abs(sum - 1) <= 1.5e-8)) throw new InvalidArgumentError("p", sum, "probabilities that sum to 1");
}
