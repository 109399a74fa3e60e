import { requireWhole } from "./invalid_argument.ts";
import { type Entropy, entropyWords, mixEntropy, mixInto, spread } from "./seed_sequence.ts";

/**
 * The keys of all simulations of one master seed, at random access: the words
 * `new SeedSequence(seed).spawn(n)[index].generateState(2)`, without making the other children.
 *
 * @example The same words as the spawned child's
 * ```ts
 * import { SeedSequence, SimulationKeys } from "@morlet/morlet/random";
 * import assert from "node:assert/strict";
 *
 * const keys = new SimulationKeys(42);
 * assert.deepEqual(keys.key(7), new SeedSequence(42).spawn(8)[7].generateState(2));
 * ```
 */
export class SimulationKeys {
  readonly #first: number;
  readonly #second: number;
  readonly #constant: number;
  readonly #pool = [0, 0, 0, 0];

  /**
   * Mixes the master seed once.
   *
   * @param seed The master seed.
   * @throws {InvalidArgumentError} If it is negative or fractional.
   */
  constructor(seed: Entropy) {
    this.#constant = mixEntropy(entropyWords("seed", seed), this.#pool);
    [this.#first, this.#second] = this.#pool;
  }

  /**
   * The two 32-bit words of simulation `index`: the first is a user function's seed, both are the key of the counter-based
   * generator.
   *
   * @param index Number of the simulation, from 0.
   * @param out Where to write them; without it a new array is made.
   * @returns `out`.
   * @throws {InvalidArgumentError} If `index` is not a whole number of at least 0.
   */
  key(index: number, out: Uint32Array<ArrayBuffer> = new Uint32Array(2)): Uint32Array<ArrayBuffer> {
    requireWhole("index", index, 0);
    const pool = this.#pool;
    pool[0] = this.#first;
    pool[1] = this.#second;
    const constant = mixInto(pool, this.#constant, index >>> 0);
    if (index > 0xffffffff) mixInto(pool, constant, Math.floor(index / 2 ** 32));
    spread(pool, out, 0, 2);
    return out;
  }
}

/**
 * The two 32-bit words of one simulation of a master seed. For many simulations of one seed {@linkcode SimulationKeys} is
 * faster.
 *
 * @example Simulation 0 of seed 42
 * ```ts
 * import { simulationKey } from "@morlet/morlet/random";
 * import assert from "node:assert/strict";
 *
 * assert.equal(simulationKey(42, 0)[0], 2684470948);
 * ```
 *
 * @param seed The master seed.
 * @param index Number of the simulation, from 0.
 * @param out Where to write them; without it a new array is made.
 * @returns `out`.
 * @throws {InvalidArgumentError} If the seed is negative or fractional, or `index` not a whole number of at least 0.
 */
export function simulationKey(
  seed: Entropy,
  index: number,
  out?: Uint32Array<ArrayBuffer>,
): Uint32Array<ArrayBuffer> {
  return new SimulationKeys(seed).key(index, out);
}
