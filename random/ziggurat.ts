/**
 * NumPy's ziggurats for the normal and the exponential distribution (numpy/random/src/distributions/distributions.c,
 * BSD-3-Clause; Marsaglia & Tsang 2000, J. Stat. Softw. 5(8)): same words in, same bits out.
 */
import { exp, log1p } from "./elementary.ts";
import type { Pcg64 } from "./pcg64.ts";
import { EXPONENTIAL_F, EXPONENTIAL_K, EXPONENTIAL_W, NORMAL_F, NORMAL_K, NORMAL_W } from "./ziggurat_tables.ts";

/** Where the tails begin. */
const NORMAL_R = 3.6541528853610087963519472518;
const NORMAL_INVERSE_R = 0.27366123732975827203338247596;
const EXPONENTIAL_R = 7.6971174701310497140446280481;

/**
 * A standard normal.
 *
 * @internal
 */
export function zigguratNormal(source: Pcg64): number {
  for (;;) {
    const at = source.take(), low = source.words[at], high = source.words[at + 1];
    // From the lowest bit up: 8 bits of layer, 1 of sign, 52 of magnitude.
    const layer = low & 0xff;
    const magnitude = (high & 0x1fffffff) * 2 ** 23 + (low >>> 9);
    const x = (low & 0x100) === 0 ? magnitude * NORMAL_W[layer] : -(magnitude * NORMAL_W[layer]);
    if (magnitude < NORMAL_K[layer]) return x; // 99.3 % of the time
    if (layer === 0) return normalTail(source, (low & 0x20000) !== 0);
    if (
      (NORMAL_F[layer - 1] - NORMAL_F[layer]) * source.nextDouble() + NORMAL_F[layer] < exp(-0.5 * x * x)
    ) return x;
  }
}

function normalTail(source: Pcg64, negative: boolean): number {
  for (;;) {
    const x = -NORMAL_INVERSE_R * log1p(-source.nextDouble());
    const y = -log1p(-source.nextDouble());
    if (y + y > x * x) return negative ? -(NORMAL_R + x) : NORMAL_R + x;
  }
}

/**
 * A standard exponential.
 *
 * @internal
 */
export function zigguratExponential(source: Pcg64): number {
  for (;;) {
    const at = source.take(), low = source.words[at], high = source.words[at + 1];
    // From the lowest bit up: 3 bits unused, 8 of layer, 53 of magnitude.
    const layer = (low >>> 3) & 0xff;
    const magnitude = (high >>> 0) * 2 ** 21 + (low >>> 11);
    const x = magnitude * EXPONENTIAL_W[layer];
    if (magnitude < EXPONENTIAL_K[layer]) return x; // 98.9 % of the time
    if (layer === 0) return EXPONENTIAL_R - log1p(-source.nextDouble());
    if (
      (EXPONENTIAL_F[layer - 1] - EXPONENTIAL_F[layer]) * source.nextDouble() + EXPONENTIAL_F[layer] < exp(-x)
    ) return x;
  }
}
