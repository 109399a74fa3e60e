/**
 * Threefry-2x32 with 20 rounds: a block cipher as random numbers, so that every draw is a pure function of key and counter
 * (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", doi:10.1145/2063384.2063405).
 *
 * @param key0 First 32-bit word of the key.
 * @param key1 Second word of the key.
 * @param counter0 First 32-bit word of the counter.
 * @param counter1 Second word of the counter.
 * @param out Where the two 32-bit words go.
 *
 * @example The zero vector of Random123's known answers
 * ```ts
 * import { threefry2x32 } from "@morlet/morlet/random";
 * import assert from "node:assert/strict";
 *
 * const out = new Uint32Array(2);
 * threefry2x32(0, 0, 0, 0, out);
 * assert.deepEqual([...out], [0x6b200159, 0x99ba4efe]);
 * ```
 */
export function threefry2x32(key0: number, key1: number, counter0: number, counter1: number, out: Uint32Array): void {
  // Whole numbers stay signed 32-bit throughout; the array makes them unsigned.
  const key2 = PARITY ^ key0 ^ key1;
  let a = counter0 + key0 | 0, b = counter1 + key1 | 0;

  a = a + b | 0, b = (b << 13 | b >>> 19) ^ a;
  a = a + b | 0, b = (b << 15 | b >>> 17) ^ a;
  a = a + b | 0, b = (b << 26 | b >>> 6) ^ a;
  a = a + b | 0, b = (b << 6 | b >>> 26) ^ a;
  a = a + key1 | 0, b = b + key2 + 1 | 0;

  a = a + b | 0, b = (b << 17 | b >>> 15) ^ a;
  a = a + b | 0, b = (b << 29 | b >>> 3) ^ a;
  a = a + b | 0, b = (b << 16 | b >>> 16) ^ a;
  a = a + b | 0, b = (b << 24 | b >>> 8) ^ a;
  a = a + key2 | 0, b = b + key0 + 2 | 0;

  a = a + b | 0, b = (b << 13 | b >>> 19) ^ a;
  a = a + b | 0, b = (b << 15 | b >>> 17) ^ a;
  a = a + b | 0, b = (b << 26 | b >>> 6) ^ a;
  a = a + b | 0, b = (b << 6 | b >>> 26) ^ a;
  a = a + key0 | 0, b = b + key1 + 3 | 0;

  a = a + b | 0, b = (b << 17 | b >>> 15) ^ a;
  a = a + b | 0, b = (b << 29 | b >>> 3) ^ a;
  a = a + b | 0, b = (b << 16 | b >>> 16) ^ a;
  a = a + b | 0, b = (b << 24 | b >>> 8) ^ a;
  a = a + key1 | 0, b = b + key2 + 4 | 0;

  a = a + b | 0, b = (b << 13 | b >>> 19) ^ a;
  a = a + b | 0, b = (b << 15 | b >>> 17) ^ a;
  a = a + b | 0, b = (b << 26 | b >>> 6) ^ a;
  a = a + b | 0, b = (b << 6 | b >>> 26) ^ a;
  out[0] = a + key2;
  out[1] = b + key0 + 5;
}

const PARITY = 0x1bd11bda;
