import type { Pcg64 } from "./pcg64.ts";

/**
 * A whole number from 0 to `most`, both included, by Lemire's method (arXiv:1805.10941) as NumPy's `random_bounded_uint64`
 * has it: from 32-bit words when `most` is below 2^32, else from 64-bit words.
 *
 * @internal
 */
export function boundedLemire(source: Pcg64, most: number): number {
  if (most === 0) return 0;
  if (most > 0xffffffff) return boundedLemire64(source, most);
  if (most === 0xffffffff) return source.next32() >>> 0;
  const n = most + 1;
  let word = source.next32() >>> 0;
  let low = Math.imul(word, n) >>> 0;
  if (low < n) {
    const threshold = (0xffffffff - most) % n;
    while (low < threshold) {
      word = source.next32() >>> 0;
      low = Math.imul(word, n) >>> 0;
    }
  }
  // The upper half of word * n; in two steps, as the product may need 64 bits.
  const upper = (word >>> 16) * n + Math.floor((word & 0xffff) * n / 65536);
  return Math.floor(upper / 65536);
}

/** Ranges beyond 32 bits are rare and may cost a bigint. */
function boundedLemire64(source: Pcg64, most: number): number {
  const n = BigInt(most) + 1n;
  let product = next64(source) * n;
  if (BigInt.asUintN(64, product) < n) {
    const threshold = (2n ** 64n - n) % n;
    while (BigInt.asUintN(64, product) < threshold) product = next64(source) * n;
  }
  return Number(product >> 64n);
}

function next64(source: Pcg64): bigint {
  const at = source.take(), words = source.words;
  return BigInt(words[at + 1] >>> 0) << 32n | BigInt(words[at] >>> 0);
}

/**
 * A whole number from 0 to `most`, both included, by masks and rejection, as NumPy's `random_interval` shuffles with;
 * `most` is below 2^32.
 *
 * @internal
 */
export function boundedMasked(source: Pcg64, most: number): number {
  if (most === 0) return 0;
  const mask = 0xffffffff >>> Math.clz32(most);
  for (;;) {
    const value = (source.next32() & mask) >>> 0;
    if (value <= most) return value;
  }
}
