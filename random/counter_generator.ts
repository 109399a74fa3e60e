import { cosTurn, log } from "./elementary.ts";
import { InvalidArgumentError, requireWhole } from "./invalid_argument.ts";
import { simulationKey } from "./simulation_key.ts";
import type { Entropy } from "./seed_sequence.ts";
import { threefry2x32 } from "./threefry.ts";

/**
 * Random numbers without a hidden state: every draw is a pure function of the key and of its index, so a GPU lane, a thread
 * and a later day can each make the one they need (Threefry-2x32, 20 rounds).
 *
 * All kinds of draws share the blocks of the cipher: draws of one index from one key depend on each other, whatever their
 * kind. Take another key (another simulation) for numbers that must be independent.
 *
 * @example The millionth normal, without those before it
 * ```ts
 * import { CounterGenerator } from "@morlet/morlet/random";
 * import assert from "node:assert/strict";
 *
 * const noise = CounterGenerator.ofSimulation(42, 0);
 * const late = noise.normal(1e6);
 * noise.normal(3);
 * assert.equal(noise.normal(1e6), late);
 * ```
 */
export class CounterGenerator {
  /** The two 32-bit words of the key. */
  readonly key: readonly [number, number];
  readonly #block = new Uint32Array(2);

  /**
   * Takes the key.
   *
   * @param key Two whole numbers of 32 bits.
   * @throws {InvalidArgumentError} If they are not.
   */
  constructor(key: ArrayLike<number>) {
    const isWord = (value: number) => Number.isInteger(value) && value >= 0 && value <= 0xffffffff;
    if (key.length !== 2 || !isWord(key[0]) || !isWord(key[1])) {
      throw new InvalidArgumentError("key", key, "two whole numbers from 0 to 2^32 - 1");
    }
    this.key = [key[0], key[1]];
  }

  /**
   * The generator of one simulation of a master seed, whose noise {@linkcode surrogateNormals} makes.
   *
   * @param seed The master seed.
   * @param index Number of the simulation, from 0.
   * @returns The generator with the simulation's key.
   */
  static ofSimulation(seed: Entropy, index: number): CounterGenerator {
    return new CounterGenerator(simulationKey(seed, index));
  }

  /**
   * The word number `index` of the stream of 32-bit words; two words make a block.
   *
   * @param index From 0.
   * @returns A whole number from 0 to 2^32 - 1.
   */
  uint32(index: number): number {
    const half = Math.floor(index / 2);
    return this.#draw(index, half)[index - 2 * half];
  }

  /**
   * A whole number from 0 to `n` - 1, from the word number `index`: the upper half of word times n, so that of 2^32 words no
   * result has more than one too many.
   *
   * @param index From 0.
   * @param n How many results there are, from 1 to 2^32.
   * @returns The number.
   */
  integer(index: number, n: number): number {
    if (!(Number.isInteger(n) && n >= 1 && n <= 2 ** 32)) {
      throw new InvalidArgumentError("n", n, "a whole number from 1 to 2^32");
    }
    const word = this.uint32(index);
    // In two steps, as the product may need 64 bits.
    return Math.floor(((word >>> 16) * n + Math.floor((word & 0xffff) * n / 65536)) / 65536);
  }

  /**
   * A number in [0, 1), a multiple of 2^-53, from the block number `index`.
   *
   * @param index From 0.
   * @returns The number.
   */
  uniform(index: number): number {
    const block = this.#draw(index, index);
    return ((block[0] >>> 5) * 2 ** 26 + (block[1] >>> 6)) * 2 ** -53;
  }

  /**
   * A standard normal from the block number `index`: the first series' noise at time `index` of {@linkcode surrogateNormals}.
   *
   * @param index From 0.
   * @returns The number; its magnitude is at most sqrt(64 ln 2) = 6.66.
   */
  normal(index: number): number {
    const block = this.#draw(index, index);
    return Math.sqrt(-2 * log((block[0] + 1) / 2 ** 32)) * cosTurn(block[1]);
  }

  #draw(index: number, counter: number): Uint32Array {
    requireWhole("index", index, 0);
    threefry2x32(this.key[0], this.key[1], counter >>> 0, Math.floor(counter / 2 ** 32), this.#block);
    return this.#block;
  }
}
