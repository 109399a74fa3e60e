import gammainc from "@stdlib/math-base-special-gammainc";
import { requireBetween, requirePositive } from "../random/mod.ts";

/** The value below which a chi-square variable of `dof` degrees of freedom, any positive number, lies with probability `level`. */
export function chiSquareQuantile(level: number, dof: number): number {
  return solve((x) => chiSquareTail(x, dof), level, dof);
}

/**
 * The value below which the root of the product of two independent chi-square variables lies with probability `level`
 * (Torrence and Compo 1998, equation 31; Grinsted et al. 2004, equation 5). For the cross spectrum it stands where chi-square
 * stands for a spectrum.
 *
 * @example Torrence and Compo's Z_2(95%) and Z_1(95%)
 * ```ts
 * import { crossQuantile } from "@morlet/morlet/wavelet";
 * import assert from "node:assert/strict";
 *
 * assert.equal(crossQuantile(0.95, 2).toFixed(4), "3.9985");
 * assert.equal(crossQuantile(0.95, 1).toFixed(3), "2.182");
 * ```
 *
 * @param level Probability, in (0, 1).
 * @param dof Degrees of freedom of each variable, any positive number.
 * @returns The quantile.
 */
export function crossQuantile(level: number, dof: number): number {
  requireBetween("level", level, 0, 1);
  requirePositive("dof", dof);
  return solve((z) => crossTail(z, dof), level, dof);
}

/** Probability that a chi-square variable exceeds x. */
function chiSquareTail(x: number, dof: number): number {
  return gammainc(x / 2, dof / 2, true, true);
}

/**
 * Probability beyond z. The density is proportional to z^(dof-1) K_0(z); with K_0(z) as the integral of exp(-z cosh u), what is
 * left beyond z is the integral of the tail of chi-square at 2 z cosh u with 2 dof degrees, times cosh(u)^-dof. Both decay so
 * fast that the trapezoidal rule is as good as exact.
 */
function crossTail(z: number, dof: number): number {
  const step = 0.1;
  let sum = 0, total = 0;
  for (let u = 0;; u += step) {
    const cosh = Math.cosh(u), weight = (u === 0 ? 0.5 : 1) * cosh ** -dof;
    total += weight;
    sum += weight * chiSquareTail(2 * z * cosh, 2 * dof);
    if (weight < 1e-17 * total) return sum / total;
  }
}

/** Where a tail has fallen to 1 - level; halves the interval until nothing lies between its ends. */
function solve(tail: (x: number) => number, level: number, start: number): number {
  let low = 0, high = start;
  while (tail(high) > 1 - level) [low, high] = [high, 2 * high];
  for (let middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (tail(middle) > 1 - level) low = middle;
    else high = middle;
  }
  return high;
}
