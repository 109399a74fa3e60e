import { InvalidArgumentError, requirePositive } from "../random/mod.ts";
import type { MotherConstants } from "./mother.ts";

/** Below this share of its peak a wavelet's spectrum cannot be seen in float64. */
const INVISIBLE = 1e-17;

/** ln(n!). Logarithms keep high orders from overflowing. */
export function logFactorial(n: number): number {
  let sum = 0;
  for (let k = 2; k <= n; k++) sum += Math.log(k);
  return sum;
}

/** ln Gamma(m + 1/2), as Gamma(m + 1/2) = sqrt(pi) (1/2)(3/2)...(m - 1/2). */
export function logGammaHalf(m: number): number {
  let sum = Math.log(Math.PI) / 2;
  for (let k = 1; k <= m; k++) sum += Math.log(k - 0.5);
  return sum;
}

/** n!! = n (n - 2) (n - 4)..., 1 for n <= 0, as a logarithm. */
export function logDoubleFactorial(n: number): number {
  let sum = 0;
  for (let k = n; k > 1; k -= 2) sum += Math.log(k);
  return sum;
}

/** Where a function that falls from its peak at `peak` has fallen to an invisible share of it. */
export function supportEnd(f: (w: number) => number, peak: number): number {
  const limit = f(peak) * INVISIBLE;
  let end = Math.max(1, peak);
  while (f(end) > limit) end *= 1.1;
  return end;
}

/** Takes the given constants, checked, before the tabulated ones. */
export function constants(
  given: MotherConstants | undefined,
  tabulated: MotherConstants | undefined,
): { gamma: number | undefined; deltaj0: number | undefined } {
  const { gamma = tabulated?.gamma, deltaj0 = tabulated?.deltaj0 } = given ?? {};
  if (gamma !== undefined) requirePositive("wavelet.gamma", gamma);
  if (deltaj0 !== undefined) requirePositive("wavelet.deltaj0", deltaj0);
  return { gamma, deltaj0 };
}

/** The constants that differ from the tabulated ones, which are all that the plain-data form needs. */
export function ownConstants(
  mother: { gamma: number | undefined; deltaj0: number | undefined },
  tabulated: MotherConstants | undefined,
): MotherConstants {
  const { gamma, deltaj0 } = mother;
  return {
    ...(gamma !== undefined && gamma !== tabulated?.gamma && { gamma }),
    ...(deltaj0 !== undefined && deltaj0 !== tabulated?.deltaj0 && { deltaj0 }),
  };
}

/** Refuses an order that is not a whole number from 1 to 100. */
export function requireOrder(m: unknown): asserts m is number {
  if (typeof m !== "number" || !Number.isInteger(m) || m < 1 || m > 100) {
    throw new InvalidArgumentError("wavelet.m", m, "a whole number from 1 to 100");
  }
}
