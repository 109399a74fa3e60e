/**
 * Logarithm, exponential, sine and cosine from operations that IEEE 754 rounds exactly (+ - * / and whole numbers), so that
 * their bits do not depend on the JavaScript engine, as those of `Math.log`, `Math.exp`, `Math.sin` may.
 *
 * The algorithms and constants are those of FDLIBM 5.3 (e_log.c, e_exp.c, k_sin.c, k_cos.c, s_log1p.c), whose notice is:
 *
 *   Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 *   Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and distribute this software
 *   is freely granted, provided that this notice is preserved.
 */

const LN2_HI = 6.93147180369123816490e-01;
const LN2_LO = 1.90821492927058770002e-10;

/** A number and its bits; the high half is at index 1, as every platform of Deno is little-endian. */
const number = new Float64Array(1);
const bits = new Int32Array(number.buffer);

/**
 * The natural logarithm, within 0.8 units in the last place (measured), the same on every engine.
 *
 * @example
 * ```ts
 * import { log } from "@morlet/morlet/random";
 * import assert from "node:assert/strict";
 *
 * assert.equal(log(1), 0);
 * assert.equal(log(2), Math.LN2);
 * ```
 *
 * @param x Any number; below 0 the result is NaN.
 * @returns ln x.
 */
export function log(x: number): number {
  if (!(x > 0) || x === Infinity) return x === 0 ? -Infinity : x > 0 ? x : NaN;
  let k = 0;
  if (x < 2 ** -1022) {
    x *= 2 ** 54;
    k = -54;
  }
  number[0] = x;
  const high = bits[1];
  k += (high >> 20) - 1023;
  // x = 2^k (1 + f) with sqrt(2)/2 < 1 + f < sqrt(2).
  const mantissa = high & 0xfffff;
  const up = (mantissa + 0x95f64) & 0x100000;
  bits[1] = mantissa | (up ^ 0x3ff00000);
  k += up >> 20;
  const f = number[0] - 1;
  if ((0xfffff & 2 + mantissa) < 3) { // |f| < 2^-20
    if (f === 0) return k === 0 ? 0 : k * LN2_HI + k * LN2_LO;
    const r = f * f * (0.5 - 0.33333333333333333 * f);
    return k === 0 ? f - r : k * LN2_HI - ((r - k * LN2_LO) - f);
  }
  const s = f / (2 + f), z = s * s, w = z * z;
  const t1 = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  const t2 = z *
    (6.666666666666735130e-01 +
      w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  const r = t2 + t1;
  if (((mantissa - 0x6147a) | (0x6b851 - mantissa)) > 0) {
    const half = 0.5 * f * f;
    return k === 0 ? f - (half - s * (half + r)) : k * LN2_HI - ((half - (s * (half + r) + k * LN2_LO)) - f);
  }
  return k === 0 ? f - s * (f - r) : k * LN2_HI - ((s * (f - r) - k * LN2_LO) - f);
}

/**
 * The exponential, within 0.8 units in the last place (measured), the same on every engine.
 *
 * @example
 * ```ts
 * import { exp } from "@morlet/morlet/random";
 * import assert from "node:assert/strict";
 *
 * assert.equal(exp(0), 1);
 * assert.equal(exp(-Infinity), 0);
 * ```
 *
 * @param x Any number.
 * @returns e to the power x.
 */
export function exp(x: number): number {
  if (!(x <= 709.782712893383973096)) return x > 0 ? Infinity : NaN;
  if (x < -745.13321910194110842) return 0;
  // x = k ln 2 + hi - lo, |hi - lo| <= ln 2 / 2.
  const magnitude = x < 0 ? -x : x;
  let k = 0, hi = x, lo = 0;
  if (magnitude > 0.34657359027997264) {
    // In FDLIBM one step suffices below 1.5 ln 2; adding a signed half and cutting gives the same k there.
    if (magnitude < 1.0397207708399179) k = x < 0 ? -1 : 1;
    else k = Math.trunc(1.44269504088896338700 * x + (x < 0 ? -0.5 : 0.5));
    hi = x - k * LN2_HI;
    lo = k * LN2_LO;
    x = hi - lo;
  } else if (magnitude < 2 ** -28) {
    return 1 + x;
  }
  const t = x * x;
  const c = x -
    t * (1.66666666666666019037e-01 +
        t * (-2.77777777770155933842e-03 +
            t * (6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))));
  if (k === 0) return 1 - ((x * c) / (c - 2) - x);
  const y = 1 - ((lo - (x * c) / (2 - c)) - hi);
  return k >= -1021 ? scale(y, k) : scale(y, k + 1000) * 2 ** -1000;
}

/**
 * ln(1 + x), bit for bit that of glibc where it rounds every operation. Its build for processors with fused multiply-add
 * rounds 0.045 % of the values for x in (-1, 0) otherwise, by one unit in the last place.
 *
 * glibc's s_log1p.c is FDLIBM's with the polynomial's terms gathered differently, which changes last bits.
 *
 * @internal
 */
export function log1p(x: number): number {
  if (!(x > -1) || x === Infinity) return x === -1 ? -Infinity : x > 0 ? x : NaN;
  number[0] = x;
  const highX = bits[1], magnitude = highX & 0x7fffffff;
  if (magnitude < 0x3e200000) return magnitude < 0x3c900000 ? x : x - x * x * 0.5; // |x| < 2^-29
  let k = 1, f = x, high = 1, c = 0;
  if (highX < 0x3fda827a && (highX > 0 || highX <= (0xbfd2bec3 | 0))) { // -0.2929 < x < 0.41422
    k = 0;
  } else {
    const u = highX < 0x43400000 ? 1 + x : x;
    number[0] = u;
    high = bits[1];
    k = (high >> 20) - 1023;
    if (highX < 0x43400000) c = (k > 0 ? 1 - (u - x) : x - (u - 1)) / u; // what 1 + x lost
    high &= 0xfffff;
    if (high < 0x6a09e) {
      bits[1] = high | 0x3ff00000;
    } else {
      k++;
      bits[1] = high | 0x3fe00000;
      high = (0x100000 - high) >> 2;
    }
    f = number[0] - 1;
  }
  const half = 0.5 * f * f;
  if (high === 0) { // |f| < 2^-20
    if (f === 0) return k === 0 ? 0 : k * LN2_HI + (c + k * LN2_LO);
    const r = half * (1 - 0.66666666666666666 * f);
    return k === 0 ? f - r : k * LN2_HI - ((r - (k * LN2_LO + c)) - f);
  }
  const s = f / (2 + f), z = s * s, z2 = z * z, z4 = z2 * z2, z6 = z4 * z2;
  const r1 = z * 6.666666666666735130e-01;
  const r2 = 3.999999999940941908e-01 + z * 2.857142874366239149e-01;
  const r3 = 2.222219843214978396e-01 + z * 1.818357216161805012e-01;
  const r4 = 1.531383769920937332e-01 + z * 1.479819860511658591e-01;
  const r = r1 + z2 * r2 + z4 * r3 + z6 * r4;
  if (k === 0) return f - (half - s * (half + r));
  return k * LN2_HI - ((half - (s * (half + r) + (k * LN2_LO + c))) - f);
}

/** 2 pi / 2^32 in two parts; the first has 22 bits, so that its product with a 30-bit whole number is exact. */
const STEP_HI = 1.4629177869096566e-09;
const STEP_LO = 2.9235750311099115e-16;

/**
 * Cosine and sine of `word / 2^32` of a full turn, each within 0.75 units in the last place (measured), the same on every
 * engine: what the Box-Muller transform needs, with no angle to round.
 *
 * @example A quarter of a turn, and an eighth
 * ```ts
 * import { cosTurn, sinTurn } from "@morlet/morlet/random";
 * import assert from "node:assert/strict";
 *
 * assert.equal(cosTurn(2 ** 30), 0);
 * assert.equal(sinTurn(2 ** 29), Math.SQRT1_2);
 * ```
 *
 * @param word The angle as a 32-bit whole number: 2^30 is a quarter of a turn.
 * @returns The cosine.
 */
export function cosTurn(word: number): number {
  const quarter = (word + 0x20000000) >>> 30;
  const steps = word - (quarter << 30) | 0;
  switch (quarter) {
    case 0:
      return cosSteps(steps);
    case 1:
      return 0 - sinSteps(steps); // never -0
    case 2:
      return 0 - cosSteps(steps);
    default:
      return sinSteps(steps);
  }
}

/**
 * The sine of `word / 2^32` of a full turn; see {@linkcode cosTurn}.
 *
 * @param word The angle as a 32-bit whole number: 2^30 is a quarter of a turn.
 * @returns The sine.
 */
export function sinTurn(word: number): number {
  const quarter = (word + 0x20000000) >>> 30;
  const steps = word - (quarter << 30) | 0;
  switch (quarter) {
    case 0:
      return sinSteps(steps);
    case 1:
      return cosSteps(steps);
    case 2:
      return 0 - sinSteps(steps); // never -0
    default:
      return 0 - cosSteps(steps);
  }
}

/** Sine of at most an eighth of a turn either way. */
function sinSteps(steps: number): number {
  const exact = steps * STEP_HI, rest = steps * STEP_LO;
  const x = exact + rest, tail = (exact - x) + rest;
  const z = x * x, v = z * x;
  const r = 8.33333333332248946124e-03 +
    z * (-1.98412698298579493134e-04 +
        z * (2.75573137070700676789e-06 + z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10)));
  return x - ((z * (0.5 * tail - v * r) - tail) - v * -1.66666666666666324348e-01);
}

/** Cosine of at most an eighth of a turn either way. */
function cosSteps(steps: number): number {
  const exact = steps * STEP_HI, rest = steps * STEP_LO;
  const x = exact + rest, tail = (exact - x) + rest;
  const z = x * x, w = z * z;
  const r = z * (4.16666666666666019037e-02 + z * (-1.38888888888741095749e-03 + z * 2.48015872894767294178e-05)) +
    w * w * (-2.75573143513906633035e-07 + z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11));
  const half = 0.5 * z, near = 1 - half;
  return near + (((1 - near) - half) + (z * r - x * tail));
}

/** y 2^k for 1/2 < y < 2 and a result that is normal. */
function scale(y: number, k: number): number {
  number[0] = y;
  bits[1] += k << 20;
  return number[0];
}
