import { boundedLemire, boundedMasked } from "./bounded.ts";
import { type ChoiceOptions, choose } from "./choice.ts";
import { InvalidArgumentError, requireWhole } from "./invalid_argument.ts";
import { Pcg64 } from "./pcg64.ts";
import { type Entropy, entropyWords, SeedSequence } from "./seed_sequence.ts";
import { zigguratExponential, zigguratNormal } from "./ziggurat.ts";

/** An array that can be shuffled: a list or a typed array. */
export interface MutableArrayLike<T> {
  /** Number of items. */
  readonly length: number;
  /** The items. */
  [index: number]: T;
}

/**
 * NumPy's `default_rng(seed)`: the same seed gives the same numbers, bit for bit.
 *
 * @example
 * ```ts
 * import { defaultRng } from "@morlet/morlet/random";
 * import assert from "node:assert/strict";
 *
 * const rng = defaultRng(42);
 * assert.equal(rng.standardNormal(), 0.30471707975443135);
 * assert.deepEqual(defaultRng(42).standardNormal(2), Float64Array.of(0.30471707975443135, -1.0399841062404955));
 * ```
 *
 * @param seed A whole number of at least 0 (of any size as a bigint), a list of such, or a sequence of seeds.
 * @returns A fresh generator.
 * @throws {InvalidArgumentError} If the seed is negative or fractional.
 */
export function defaultRng(seed: Entropy | SeedSequence): Generator {
  if (seed instanceof SeedSequence) return new Generator(seed);
  return new Generator(seedSequence(seed));
}

/**
 * Draws as NumPy's `Generator` over PCG64 does, bit for bit on x86-64 with glibc.
 *
 * Without `size` a call returns one number; with it a `Float64Array` of that length, which holds the numbers that as many
 * single calls would return. Whole numbers come in the same array, as they may need 53 bits.
 *
 * The one exception to "bit for bit" is the last place of normals and exponentials from the distribution's tail, where NumPy
 * calls the C library's `log1p`. With glibc on a processor that has fused multiply-add about 6 normals and 11 exponentials
 * in a thousand million differ by one unit there, none of the first 8 million of seed 42; without it none does.
 */
export class Generator {
  /** Where the bits come from, and what {@linkcode Generator.spawn} spawns. */
  readonly seedSequence: SeedSequence;
  readonly #source: Pcg64;

  /** Seeds PCG64 from a sequence of seeds; {@linkcode defaultRng} also takes a number. */
  constructor(seedSequence: SeedSequence) {
    this.seedSequence = seedSequence;
    this.#source = new Pcg64(seedSequence);
  }

  /** A number in [0, 1), a multiple of 2^-53. */
  random(): number;
  /** `size` numbers in [0, 1). */
  random(size: number): Float64Array<ArrayBuffer>;
  random(size?: number): number | Float64Array<ArrayBuffer> {
    const source = this.#source;
    if (size === undefined) return source.nextDouble();
    const out = allocate(size);
    for (let i = 0; i < out.length; i++) out[i] = source.nextDouble();
    return out;
  }

  /** A normal of mean 0 and standard deviation 1. */
  standardNormal(): number;
  /** `size` normals of mean 0 and standard deviation 1. */
  standardNormal(size: number): Float64Array<ArrayBuffer>;
  standardNormal(size?: number): number | Float64Array<ArrayBuffer> {
    const source = this.#source;
    if (size === undefined) return zigguratNormal(source);
    const out = allocate(size);
    for (let i = 0; i < out.length; i++) out[i] = zigguratNormal(source);
    return out;
  }

  /** A normal of mean `loc` (default 0) and standard deviation `scale` (default 1). */
  normal(loc?: number, scale?: number): number;
  /** `size` normals of mean `loc` and standard deviation `scale`. */
  normal(loc: number, scale: number, size: number): Float64Array<ArrayBuffer>;
  normal(loc: number = 0, scale: number = 1, size?: number): number | Float64Array<ArrayBuffer> {
    requireFinite("loc", loc);
    requireScale("scale", scale);
    const source = this.#source;
    if (size === undefined) return loc + scale * zigguratNormal(source);
    const out = allocate(size);
    for (let i = 0; i < out.length; i++) out[i] = loc + scale * zigguratNormal(source);
    return out;
  }

  /** An exponential of mean `scale` (default 1). */
  exponential(scale?: number): number;
  /** `size` exponentials of mean `scale`. */
  exponential(scale: number, size: number): Float64Array<ArrayBuffer>;
  exponential(scale: number = 1, size?: number): number | Float64Array<ArrayBuffer> {
    requireScale("scale", scale);
    const source = this.#source;
    if (size === undefined) return scale * zigguratExponential(source);
    const out = allocate(size);
    for (let i = 0; i < out.length; i++) out[i] = scale * zigguratExponential(source);
    return out;
  }

  /** A number in [low, high), by default in [0, 1). */
  uniform(low?: number, high?: number): number;
  /** `size` numbers in [low, high). */
  uniform(low: number, high: number, size: number): Float64Array<ArrayBuffer>;
  uniform(low: number = 0, high: number = 1, size?: number): number | Float64Array<ArrayBuffer> {
    requireFinite("low", low);
    const range = high - low;
    if (!(range >= 0 && range < Infinity)) {
      throw new InvalidArgumentError("high", high, `a finite number of at least low (${low})`);
    }
    const source = this.#source;
    if (size === undefined) return low + range * source.nextDouble();
    const out = allocate(size);
    for (let i = 0; i < out.length; i++) out[i] = low + range * source.nextDouble();
    return out;
  }

  /**
   * A whole number in [low, high), or in [0, low) without `high`.
   *
   * @param low Least value, a safe whole number; without `high` the bound above.
   * @param high One more than the largest value; at most 2^53 - 1 above `low`.
   * @returns The number.
   * @throws {InvalidArgumentError} If a bound is not a safe whole number, or no number lies between them.
   */
  integers(low: number, high?: number): number;
  /** `size` whole numbers in [low, high). */
  integers(low: number, high: number, size: number): Float64Array<ArrayBuffer>;
  integers(low: number, high?: number, size?: number): number | Float64Array<ArrayBuffer> {
    const highField = high === undefined ? "low" : "high";
    if (high === undefined) [low, high] = [0, low];
    requireWhole("low", low, Number.MIN_SAFE_INTEGER);
    if (!Number.isSafeInteger(high) || high <= low) {
      throw new InvalidArgumentError(highField, high, `a whole number above ${low}`);
    }
    const most = high - low - 1;
    if (!Number.isSafeInteger(most + 1)) {
      throw new InvalidArgumentError(highField, high, `at most 2^53 - 1 above low (${low})`);
    }
    const source = this.#source;
    if (size === undefined) return low + boundedLemire(source, most);
    const out = allocate(size);
    for (let i = 0; i < out.length; i++) out[i] = low + boundedLemire(source, most);
    return out;
  }

  /**
   * Shuffles the items in place.
   *
   * @param items A list or typed array.
   */
  shuffle<T>(items: MutableArrayLike<T>): void {
    const source = this.#source;
    for (let i = items.length - 1; i > 0; i--) {
      const j = boundedMasked(source, i);
      const item = items[i];
      items[i] = items[j];
      items[j] = item;
    }
  }

  /** The numbers from 0 to `n` - 1 in random order. */
  permutation(n: number): Float64Array<ArrayBuffer>;
  /** A shuffled copy of a list or typed array. */
  permutation<A extends MutableArrayLike<unknown> & { slice(): A }>(items: A): A;
  /** A shuffled copy of a list. */
  permutation<T>(items: readonly T[]): T[];
  permutation(items: number | (MutableArrayLike<unknown> & { slice(): unknown })): unknown {
    let copy: MutableArrayLike<unknown>;
    if (typeof items === "number") {
      requireWhole("n", items, 0);
      copy = Float64Array.from({ length: items }, (_, i) => i);
    } else {
      copy = items.slice() as MutableArrayLike<unknown>;
    }
    this.shuffle(copy);
    return copy;
  }

  /**
   * Picks whole numbers from 0 to `population` - 1.
   *
   * @example A bootstrap resample
   * ```ts
   * import { defaultRng } from "@morlet/morlet/random";
   * import assert from "node:assert/strict";
   *
   * const data = [1.5, 2.5, 4];
   * const picks = defaultRng(1).choice(data.length, 5);
   * assert.deepEqual(Array.from(picks, (i) => data[i]), [2.5, 2.5, 4, 4, 1.5]);
   * ```
   *
   * @param population How many there are to pick from.
   * @param size How many are picked.
   * @param options With or without replacement, and the probabilities.
   * @returns The numbers picked.
   * @throws {InvalidArgumentError} If there are fewer than `size` to pick from, or the probabilities are none.
   */
  choice(population: number, size: number, options: ChoiceOptions = {}): Float64Array<ArrayBuffer> {
    return choose(this, this.#source, population, size, options);
  }

  /**
   * Makes `count` independent generators from the children of {@linkcode Generator.seedSequence}.
   *
   * @param count How many.
   * @returns The generators.
   */
  spawn(count: number): Generator[] {
    return this.seedSequence.spawn(count).map((child) => new Generator(child));
  }
}

function seedSequence(seed: Entropy): SeedSequence {
  try {
    return new SeedSequence(seed);
  } catch (error) {
    entropyWords("seed", seed); // the same refusal, by the caller's name for it
    throw error;
  }
}

function allocate(size: number): Float64Array<ArrayBuffer> {
  requireWhole("size", size, 0);
  return new Float64Array(size);
}

function requireFinite(field: string, value: number): void {
  if (!Number.isFinite(value)) throw new InvalidArgumentError(field, value, "a finite number");
}

function requireScale(field: string, value: number): void {
  if (!(value >= 0 && value < Infinity)) throw new InvalidArgumentError(field, value, "a finite number of at least 0");
}
