import { cosTurn, log, sinTurn } from "./elementary.ts";
import { InvalidArgumentError } from "./invalid_argument.ts";
import { threefry2x32 } from "./threefry.ts";

const block = new Uint32Array(2);

/**
 * Fills two series with the independent standard normals of one simulation: at time t the block of Threefry-2x32-20 with
 * the simulation's key and the counter (t, stream), its two words turned into two normals by Box & Muller (1958).
 *
 * With the words w0, w1: u = (w0 + 1) / 2^32, r = sqrt(-2 ln u), theta = 2 pi w1 / 2^32; `first[t]` is r cos(theta),
 * `second[t]` is r sin(theta). Every operation is exactly rounded, so the bits are the same on every engine.
 *
 * @example Any part of the noise can be had again
 * ```ts
 * import { simulationKey, surrogateNormals } from "@morlet/morlet/random";
 * import assert from "node:assert/strict";
 *
 * const key = simulationKey(42, 0);
 * const [long1, long2] = [new Float64Array(100), new Float64Array(100)];
 * surrogateNormals(key, long1, long2);
 * const [short1, short2] = [new Float64Array(10), new Float64Array(10)];
 * surrogateNormals(key, short1, short2);
 * assert.deepEqual(short1, long1.slice(0, 10));
 * assert.deepEqual(short2, long2.slice(0, 10));
 * ```
 *
 * @param key The simulation's two words, from {@linkcode SimulationKeys}.
 * @param first Filled with the normals of the first series.
 * @param second Filled with the normals of the second; as long as `first`.
 * @param stream Which of the key's 2^32 streams (default 0): others share no block with it.
 * @throws {InvalidArgumentError} If the arrays differ in length.
 */
export function surrogateNormals(key: Uint32Array, first: Float64Array, second: Float64Array, stream = 0): void {
  const n = first.length;
  if (second.length !== n) throw new InvalidArgumentError("second", second, `as long as first (${n})`);
  const key0 = key[0], key1 = key[1];
  for (let t = 0; t < n; t++) {
    threefry2x32(key0, key1, t, stream, block);
    const r = Math.sqrt(-2 * log((block[0] + 1) / 2 ** 32)), word = block[1];
    first[t] = r * cosTurn(word);
    second[t] = r * sinTurn(word);
  }
}
