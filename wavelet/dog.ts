import type { Complex } from "./complex.ts";
import type { Mother, MotherConstants, MotherName, MotherSpec } from "./mother.ts";
import {
  constants,
  logDoubleFactorial,
  logFactorial,
  logGammaHalf,
  ownConstants,
  requireOrder,
  supportEnd,
} from "./mother_parts.ts";

/**
 * The m-th derivative of a Gaussian, a real wavelet: `psi(t) = (-1)^(m+1) / sqrt(Gamma(m + 1/2)) d^m/dt^m exp(-t^2/2)`
 * (Torrence and Compo 1998, Table 1), with `psiFt(w) = -(-i)^m / sqrt(Gamma(m + 1/2)) w^m exp(-w^2/2)`.
 *
 * Table 1 prints `-i^m`, which is the transform with exp(+i w t), the conjugate for odd m; here psiFt is the transform of
 * psi with exp(-i w t), as the rest of the paper has it, so that the wavelet transform is the one of equation 2.
 *
 * For m = 2 and m = 6 the constants are those of Table 2; for other even m, C_delta is computed (equation 13), and `gamma` and
 * `deltaj0` are known only if you give them. For odd m a delta cannot be reconstructed, as psi(0) = 0.
 *
 * @example
 * ```ts
 * import { DOG } from "@morlet/morlet/wavelet";
 * import assert from "node:assert/strict";
 *
 * assert.equal(new DOG(6).psi(0).re.toFixed(3), "0.884"); // Table 2
 * assert.equal(new DOG(3).cdelta, undefined);
 * ```
 */
export class DOG implements Mother {
  readonly name: MotherName = "dog";
  readonly parameter: number;
  /** Order of the derivative. */
  readonly m: number;
  readonly dofmin = 1;
  readonly cdelta: number | undefined;
  readonly reconstruction: number | undefined;
  readonly gamma: number | undefined;
  readonly deltaj0: number | undefined;
  readonly turn: Complex;
  readonly #logNorm: number;
  readonly #end: number;

  /**
   * Makes the m-th derivative of a Gaussian.
   *
   * @param m Order of the derivative, a whole number from 1 to 100 (default 2).
   * @param given Constants that are not tabulated for this order.
   */
  constructor(m: number = 2, given?: MotherConstants) {
    requireOrder(m);
    this.parameter = this.m = m;
    const tabulated = TABLE[m];
    ({ gamma: this.gamma, deltaj0: this.deltaj0 } = constants(given, tabulated));
    this.turn = [{ re: -1, im: 0 }, { re: 0, im: 1 }, { re: 1, im: 0 }, { re: 0, im: -1 }][m % 4];
    this.#logNorm = -logGammaHalf(m) / 2;
    this.#end = supportEnd((w) => this.amplitude(w), Math.sqrt(m));
    if (m % 2 === 0) {
      // The integrals of psiFt(w)/w over both half axes, over psi(0), are 2 (m-2)!!/(m-1)!!.
      const ratio = Math.exp(logDoubleFactorial(m - 2) - logDoubleFactorial(m - 1));
      const cdelta = Math.sqrt(2 * Math.PI) * ratio / Math.LN2;
      this.reconstruction = cdelta * this.psi(0).re;
      this.cdelta = tabulated?.cdelta ?? cdelta;
    }
  }

  psi(t: number): Complex {
    // Hermite polynomials over sqrt(k!), which do not overflow.
    let before = 0, hermite = 1;
    for (let k = 0; k < this.m; k++) {
      [before, hermite] = [hermite, (t * hermite - Math.sqrt(k) * before) / Math.sqrt(k + 1)];
    }
    return { re: -hermite * Math.exp(logFactorial(this.m) / 2 + this.#logNorm - t * t / 2), im: 0 };
  }

  psiFt(w: number): Complex {
    const amplitude = this.amplitude(w);
    return { re: this.turn.re * amplitude, im: this.turn.im * amplitude };
  }

  amplitude(w: number): number {
    if (w === 0) return 0;
    const sign = w < 0 && this.m % 2 === 1 ? -1 : 1;
    return sign * Math.exp(this.#logNorm + this.m * Math.log(Math.abs(w)) - w * w / 2);
  }

  support(): readonly [low: number, high: number] {
    return [-this.#end, this.#end];
  }

  flambda(): number {
    return 2 * Math.PI / Math.sqrt(this.m + 0.5);
  }

  coi(): number {
    return Math.SQRT1_2;
  }

  sup(): number {
    return 1 / this.coi();
  }

  decay(tolerance: number): number {
    const step = 0.01;
    let peak = 0, end = 0;
    for (let t = 0; t < 2 * Math.sqrt(this.m) + 10; t += step) {
      const value = Math.abs(this.psi(t).re);
      peak = Math.max(peak, value);
      if (value >= tolerance * peak) end = t + step;
    }
    return end;
  }

  smooth(w: number): number {
    return Math.exp(-0.5 * w * w);
  }

  toJSON(): MotherSpec {
    return { name: this.name, parameter: this.m, ...ownConstants(this, TABLE[this.m]) };
  }
}

/**
 * The Mexican hat, `psi(t) = 2 / (sqrt(3) pi^(1/4)) (1 - t^2) exp(-t^2/2)`: {@linkcode DOG} with m = 2.
 *
 * @example
 * ```ts
 * import { MexicanHat } from "@morlet/morlet/wavelet";
 * import assert from "node:assert/strict";
 *
 * assert.equal(new MexicanHat().psi(0).re.toFixed(3), "0.867"); // Torrence and Compo 1998, Table 2
 * ```
 */
export class MexicanHat extends DOG {
  /** Which mother. */
  override readonly name = "mexicanhat";

  /** Makes a Mexican hat, with constants of your own if you like. */
  constructor(given?: MotherConstants) {
    super(2, given);
  }
}

const TABLE: Record<number, { cdelta: number; gamma: number; deltaj0: number } | undefined> = {
  2: { cdelta: 3.541, gamma: 1.43, deltaj0: 1.4 },
  6: { cdelta: 1.966, gamma: 1.37, deltaj0: 0.97 },
};
