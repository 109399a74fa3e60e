import { requirePositive } from "../random/mod.ts";
import type { Complex } from "./complex.ts";
import type { Mother, MotherConstants, MotherSpec } from "./mother.ts";
import { constants, ownConstants } from "./mother_parts.ts";

const QUARTER = Math.PI ** -0.25;
/** Below this f0 the wavelet's mean is too far from zero for a reconstruction factor to exist. */
const ADMISSIBLE_F0 = 4;
/** exp(-9^2/2) is 2.6e-18. */
const WIDTH = 9;

/**
 * The Morlet wavelet, a complex exponential under a Gaussian: `psi(t) = pi^(-1/4) exp(i f0 t) exp(-t^2/2)`, with
 * `psiFt(w) = pi^(-1/4) H(w) exp(-(w - f0)^2/2)` (Torrence and Compo 1998, Table 1).
 *
 * For f0 = 6 the constants are those of Table 2. For another f0, C_delta is computed (equation 13; from f0 = 4 on, as below
 * that the mean is too far from zero), and `gamma` and `deltaj0` are known only if you give them. In theory gamma does not
 * depend on f0 (2.32) and deltaj0 is inversely proportional to it (3.6/f0).
 *
 * @example
 * ```ts
 * import { Morlet } from "@morlet/morlet/wavelet";
 * import assert from "node:assert/strict";
 *
 * const mother = new Morlet();
 * assert.equal(mother.flambda().toFixed(2), "1.03");
 * assert.equal(mother.deltaj0, 0.6);
 * assert.equal(new Morlet(8).deltaj0, undefined);
 * assert.equal(new Morlet(8, { deltaj0: 0.45 }).deltaj0, 0.45);
 * ```
 */
export class Morlet implements Mother {
  readonly name = "morlet";
  readonly parameter: number;
  /** Angular frequency of the exponential, in radians per scale. */
  readonly f0: number;
  readonly dofmin = 2;
  readonly cdelta: number | undefined;
  readonly reconstruction: number | undefined;
  readonly gamma: number | undefined;
  readonly deltaj0: number | undefined;
  readonly turn: Complex = { re: 1, im: 0 };

  /**
   * Makes a Morlet wavelet.
   *
   * @param f0 Angular frequency, in radians per scale (default 6).
   * @param given Constants that are not tabulated for this f0.
   */
  constructor(f0: number = 6, given?: MotherConstants) {
    requirePositive("wavelet.f0", f0);
    this.parameter = this.f0 = f0;
    const tabulated = f0 === 6 ? TABLE : undefined;
    ({ gamma: this.gamma, deltaj0: this.deltaj0 } = constants(given, tabulated));
    this.reconstruction = f0 < ADMISSIBLE_F0 ? undefined : reconstruction(f0);
    this.cdelta = tabulated?.cdelta ?? (this.reconstruction && this.reconstruction / QUARTER);
  }

  psi(t: number): Complex {
    const modulus = QUARTER * Math.exp(-t * t / 2);
    return { re: modulus * Math.cos(this.f0 * t), im: modulus * Math.sin(this.f0 * t) };
  }

  psiFt(w: number): Complex {
    return { re: this.amplitude(w), im: 0 };
  }

  amplitude(w: number, step: boolean = true): number {
    return step && w <= 0 ? 0 : QUARTER * Math.exp(-0.5 * (w - this.f0) ** 2);
  }

  support(step: boolean = true): readonly [low: number, high: number] {
    const low = this.f0 - WIDTH;
    return [step ? Math.max(0, low) : low, this.f0 + WIDTH];
  }

  flambda(): number {
    return 4 * Math.PI / (this.f0 + Math.sqrt(2 + this.f0 ** 2));
  }

  coi(): number {
    return Math.SQRT1_2;
  }

  sup(): number {
    return 1 / this.coi();
  }

  decay(tolerance: number): number {
    return Math.sqrt(-2 * Math.log(tolerance));
  }

  smooth(w: number): number {
    return Math.exp(-0.5 * w * w);
  }

  toJSON(): MotherSpec {
    return { name: this.name, parameter: this.f0, ...ownConstants(this, this.f0 === 6 ? TABLE : undefined) };
  }
}

const TABLE = { cdelta: 0.776, gamma: 2.32, deltaj0: 0.6 };

/**
 * C_delta psi_0(0) in the limit of many fine scales: sqrt(pi/2)/ln 2 times the integral of psiFt(w)/w. It leaves out
 * w < f0/100, where the tail's 1/w would diverge, slowly.
 */
function reconstruction(f0: number): number {
  const step = 0.005, low = Math.log(f0 / 100), high = Math.log(f0 + WIDTH);
  let sum = 0;
  for (let u = low; u < high; u += step) sum += QUARTER * Math.exp(-0.5 * (Math.exp(u) - f0) ** 2);
  return Math.sqrt(Math.PI / 2) / Math.LN2 * sum * step;
}
