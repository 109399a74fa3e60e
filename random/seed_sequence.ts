/**
 * NumPy's `SeedSequence` (numpy/random/bit_generator.pyx, BSD-3-Clause), after Melissa O'Neill's `seed_seq` alternatives,
 * "Developing a seed_seq Alternative" (2015): a hash that spreads any entropy over a pool of four 32-bit words.
 */
import { InvalidArgumentError, requireOneOf, requireWhole } from "./invalid_argument.ts";

/** What a sequence of seeds can start from: a whole number of at least 0, of any size as a bigint, or a list of such. */
export type Entropy = number | bigint | readonly (number | bigint)[];

/** Options of {@linkcode SeedSequence}. */
export interface SeedSequenceOptions {
  /** Place in the tree of spawned sequences; empty for the root. {@linkcode SeedSequence.spawn} sets it. */
  spawnKey?: readonly (number | bigint)[];
}

const INIT_A = 0x43b0d7e5;
const MULT_A = 0x931e8875;
const INIT_B = 0x8b51f9dd;
const MULT_B = 0x58f38ded;
const MIX_MULT_L = 0xca01f9dd;
const MIX_MULT_R = 0x4973f715;
const POOL = 4;

/**
 * Makes independent seeds from one: the same words as NumPy's `numpy.random.SeedSequence`, bit for bit.
 *
 * @example The words of the children of seed 42
 * ```ts
 * import { SeedSequence } from "@morlet/morlet/random";
 * import assert from "node:assert/strict";
 *
 * const children = new SeedSequence(42).spawn(2);
 * assert.deepEqual(children.map((child) => child.generateState(1)[0]), [2684470948, 4091952314]);
 * ```
 */
export class SeedSequence {
  /** What the sequence was made from. */
  readonly entropy: Entropy;
  /** Place in the tree of spawned sequences; empty for the root. */
  readonly spawnKey: readonly (number | bigint)[];
  readonly #pool = [0, 0, 0, 0];
  #spawned = 0;

  /**
   * Mixes the entropy.
   *
   * @param entropy Whole numbers of at least 0; what does not fit into 53 bits comes as a bigint.
   * @param options Place in the tree of spawned sequences.
   * @throws {InvalidArgumentError} If a number is negative, fractional, or not safe as a `number`.
   */
  constructor(entropy: Entropy, options?: SeedSequenceOptions) {
    const words = entropyWords("entropy", entropy);
    this.entropy = entropy;
    const spawnKey = options?.spawnKey;
    if (spawnKey === undefined || spawnKey.length === 0) {
      this.spawnKey = [];
    } else {
      this.spawnKey = spawnKey;
      // A short entropy is filled up, so that a spawn key can't be taken for entropy.
      while (words.length < POOL) words.push(0);
      words.push(...entropyWords("spawnKey", spawnKey));
    }
    mixEntropy(words, this.#pool);
  }

  /** How many children have been spawned so far; the next child's key ends with this number. */
  get childrenSpawned(): number {
    return this.#spawned;
  }

  /**
   * Makes the next `count` children. A later call goes on where this one ended, as NumPy's does.
   *
   * @param count How many.
   * @returns Sequences whose words are independent of each other's and of this one's.
   * @throws {InvalidArgumentError} If `count` is not a whole number of at least 0.
   */
  spawn(count: number): SeedSequence[] {
    requireWhole("count", count, 0);
    const first = this.#spawned;
    this.#spawned += count;
    return Array.from(
      { length: count },
      (_, i) => new SeedSequence(this.entropy, { spawnKey: [...this.spawnKey, first + i] }),
    );
  }

  /** Makes `count` words of 32 bits. The first words do not depend on `count`. */
  generateState(count: number, type?: "uint32"): Uint32Array<ArrayBuffer>;
  /** Makes `count` words of 64 bits. */
  generateState(count: number, type: "uint64"): BigUint64Array<ArrayBuffer>;
  generateState(
    count: number,
    type: "uint32" | "uint64" = "uint32",
  ): Uint32Array<ArrayBuffer> | BigUint64Array<ArrayBuffer> {
    requireWhole("count", count, 0);
    requireOneOf("type", type, ["uint32", "uint64"]);
    const words = new Uint32Array(type === "uint64" ? 2 * count : count);
    this.writeState(words, 0, words.length);
    if (type === "uint32") return words;
    return BigUint64Array.from(
      { length: count },
      (_, i) => BigInt(words[2 * i + 1]) << 32n | BigInt(words[2 * i]),
    );
  }

  /**
   * Writes 32-bit words of state into an array, for the generator, which makes none of its own.
   *
   * @internal
   */
  writeState(out: Uint32Array | Int32Array, at: number, count: number): void {
    spread(this.#pool, out, at, count);
  }
}

/**
 * Splits whole numbers into 32-bit words, lowest first, as NumPy does.
 *
 * @internal
 */
export function entropyWords(field: string, entropy: Entropy): number[] {
  const words: number[] = [];
  if (typeof entropy === "object" && entropy !== null && Array.isArray(entropy)) {
    entropy.forEach((value, i) => pushWords(words, `${field}[${i}]`, value));
  } else {
    pushWords(words, field, entropy as number | bigint);
  }
  return words;
}

/**
 * Mixes words into a pool of four and returns the hash's constant after them, so that more words can follow.
 *
 * @internal
 */
export function mixEntropy(words: readonly number[], pool: number[]): number {
  let constant = INIT_A;
  const hash = (value: number): number => {
    value ^= constant;
    constant = Math.imul(constant, MULT_A);
    value = Math.imul(value, constant);
    return value ^ value >>> 16;
  };
  for (let i = 0; i < POOL; i++) pool[i] = hash(i < words.length ? words[i] : 0);
  for (let from = 0; from < POOL; from++) {
    for (let to = 0; to < POOL; to++) {
      if (from !== to) pool[to] = mix(pool[to], hash(pool[from]));
    }
  }
  for (let from = POOL; from < words.length; from++) {
    for (let to = 0; to < POOL; to++) pool[to] = mix(pool[to], hash(words[from]));
  }
  return constant;
}

/**
 * The first two words of state after one more word of entropy, given a pool and its hash's constant; words 2 and 3 of the
 * pool do not matter to them. Reads and writes `pool[0]` and `pool[1]`.
 *
 * @internal
 */
export function mixInto(pool: number[], constant: number, word: number): number {
  for (let to = 0; to < 2; to++) {
    let value = word ^ constant;
    constant = Math.imul(constant, MULT_A);
    value = Math.imul(value, constant);
    pool[to] = mix(pool[to], value ^ value >>> 16);
  }
  return Math.imul(Math.imul(constant, MULT_A), MULT_A);
}

/**
 * Writes the first `count` words of state to `out[at]` and on.
 *
 * @internal
 */
export function spread(pool: readonly number[], out: Uint32Array | Int32Array, at: number, count: number): void {
  let constant = INIT_B;
  for (let i = 0; i < count; i++) {
    let value = pool[i & POOL - 1] ^ constant;
    constant = Math.imul(constant, MULT_B);
    value = Math.imul(value, constant);
    out[at + i] = value ^ value >>> 16;
  }
}

function mix(x: number, y: number): number {
  const value = Math.imul(MIX_MULT_L, x) - Math.imul(MIX_MULT_R, y) | 0;
  return value ^ value >>> 16;
}

function pushWords(words: number[], field: string, value: number | bigint): void {
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value) || value < 0) throw refused(field, value);
    words.push(value >>> 0);
    if (value > 0xffffffff) words.push(Math.floor(value / 2 ** 32));
  } else {
    if (typeof value !== "bigint" || value < 0n) throw refused(field, value);
    do {
      words.push(Number(value & 0xffffffffn));
      value >>= 32n;
    } while (value > 0n);
  }
}

function refused(field: string, value: unknown): InvalidArgumentError {
  const unsafe = typeof value === "number" && Number.isInteger(value) && value > 0;
  return new InvalidArgumentError(field, value, "a whole number of at least 0", {
    hint: unsafe ? "Above 2**53 - 1 a number is not exact: give a bigint" : undefined,
  });
}

/** Refuses what is not a seed, under the name that the caller knows it by. */
export function requireSeed(field: string, value: unknown): asserts value is Entropy {
  try {
    new SeedSequence(value as Entropy);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new InvalidArgumentError(field, error.value, error.constraint, { cause: error });
  }
}
