import type { Complex } from "./complex.ts";
import type { Mother, MotherConstants, MotherSpec } from "./mother.ts";
import { constants, logFactorial, ownConstants, requireOrder, supportEnd } from "./mother_parts.ts";

/**
 * The Paul wavelet of order m: `psi(t) = 2^m m! / sqrt(pi (2m)!) (1 - i t)^-(m+1)`, with
 * `psiFt(w) = 2^m / sqrt(m (2m-1)!) H(w) w^m exp(-w)` (Torrence and Compo 1998, Table 1).
 *
 * Table 1 gives psi another factor i^m, of which the transform beside it knows nothing; it is left out here, so that psiFt is
 * the transform of psi and the inverse has the right sign for every m. For m = 4, 8, ... the factor is 1.
 *
 * For m = 4 the constants are those of Table 2; for others C_delta is `pi / (m ln 2)` (equation 13), and `gamma` and `deltaj0`
 * are known only if you give them.
 *
 * @example
 * ```ts
 * import { Paul } from "@morlet/morlet/wavelet";
 * import assert from "node:assert/strict";
 *
 * const mother = new Paul(4);
 * assert.equal(mother.psi(0).re.toFixed(3), "1.079"); // Table 2
 * assert.equal(mother.cdelta, 1.132);
 * ```
 */
export class Paul implements Mother {
  readonly name = "paul";
  readonly parameter: number;
  /** Order. */
  readonly m: number;
  readonly dofmin = 2;
  readonly cdelta: number | undefined;
  readonly reconstruction: number | undefined;
  readonly gamma: number | undefined;
  readonly deltaj0: number | undefined;
  readonly turn: Complex = { re: 1, im: 0 };
  readonly #logNorm: number;
  readonly #psi0: number;
  readonly #end: number;

  /**
   * Makes a Paul wavelet.
   *
   * @param m Order, a whole number from 1 to 100 (default 4).
   * @param given Constants that are not tabulated for this order.
   */
  constructor(m: number = 4, given?: MotherConstants) {
    requireOrder(m);
    this.parameter = this.m = m;
    const tabulated = m === 4 ? TABLE : undefined;
    ({ gamma: this.gamma, deltaj0: this.deltaj0 } = constants(given, tabulated));
    this.#logNorm = m * Math.LN2 - (Math.log(m) + logFactorial(2 * m - 1)) / 2;
    this.#psi0 = Math.exp(m * Math.LN2 + logFactorial(m) - (Math.log(Math.PI) + logFactorial(2 * m)) / 2);
    this.#end = supportEnd((w) => this.amplitude(w), m);
    const cdelta = Math.PI / (m * Math.LN2);
    this.reconstruction = cdelta * this.#psi0;
    this.cdelta = tabulated?.cdelta ?? cdelta;
  }

  psi(t: number): Complex {
    const order = this.m + 1;
    const modulus = this.#psi0 * (1 + t * t) ** (-order / 2), angle = order * Math.atan(t);
    return { re: modulus * Math.cos(angle), im: modulus * Math.sin(angle) };
  }

  psiFt(w: number): Complex {
    return { re: this.amplitude(w), im: 0 };
  }

  amplitude(w: number): number {
    return w > 0 ? Math.exp(this.#logNorm + this.m * Math.log(w) - w) : 0;
  }

  support(): readonly [low: number, high: number] {
    return [0, this.#end];
  }

  flambda(): number {
    return 4 * Math.PI / (2 * this.m + 1);
  }

  coi(): number {
    return Math.SQRT2;
  }

  sup(): number {
    return 1 / this.coi();
  }

  decay(tolerance: number): number {
    return Math.sqrt(tolerance ** (-2 / (this.m + 1)) - 1);
  }

  /**
   * Response of the smoothing in time: the transform of the envelope |psi(t)|, `(1 + t^2)^-(m+1)/2`, which is
   * `2^(1-v)/Gamma(v) w^v K_v(w)` with v = m/2 and K the modified Bessel function.
   */
  smooth(w: number): number {
    w = Math.abs(w);
    if (w < 1e-9) return 1;
    const order = this.m / 2;
    // K_v(w) is the integral of exp(-w cosh u) cosh(v u): doubly exponential decay, so the trapezoidal rule is exact.
    const step = Math.min(0.25, 0.75 / Math.sqrt(w)), scale = order * Math.log(w);
    let sum = 0.5 * Math.exp(scale - w);
    const grows = Math.exp(step), falls = Math.exp(-2 * order * step);
    for (let u = step, e = grows, fall = falls;; u += step, e *= grows, fall *= falls) {
      const exponent = scale - w * (e + 1 / e) / 2 + order * u; // e is exp(u)
      sum += 0.5 * Math.exp(exponent) * (1 + fall);
      if (exponent < scale - w - 40 && exponent < -45 && w * (e - 1 / e) / 2 > order) break;
    }
    const logGamma = this.m % 2 === 0 ? logFactorial(order - 1) : logGammaOfHalves(this.m);
    return sum * step * Math.exp((1 - order) * Math.LN2 - logGamma);
  }

  toJSON(): MotherSpec {
    return { name: this.name, parameter: this.m, ...ownConstants(this, this.m === 4 ? TABLE : undefined) };
  }
}

const TABLE = { cdelta: 1.132, gamma: 1.17, deltaj0: 1.5 };

/** ln Gamma(m/2) for odd m. */
function logGammaOfHalves(m: number): number {
  let sum = Math.log(Math.PI) / 2;
  for (let k = 1; k <= m - 2; k += 2) sum += Math.log(k / 2);
  return sum;
}
