import { InvalidArgumentError, requireBetween, requireOneOf, requirePositive, requireWhole } from "../random/mod.ts";
import { CONVENTIONS, motherFrom } from "../wavelet/mod.ts";
import type { Convention, WaveletLike } from "../wavelet/mod.ts";
import { requireRoom } from "./kernel/kernel_program.ts";
import { surrogatePlan } from "./surrogate_counters.ts";
import type { SignificanceSpec } from "./significance_task.ts";

/** The scales that are tested, and in what record. */
export interface SignificanceAxis {
  /** Sampling interval. */
  dt: number;
  /** Spacing of the scales in octaves (default 1/12). */
  dj?: number;
  /** Smallest scale, in the unit of dt (default: the one whose Fourier period is 2 dt). */
  s0?: number;
  /** The scales are numbered 0 to J (default: up to the length of the record). */
  J?: number;
  /** Samples of the record that is tested (default: six times the largest scale). */
  n?: number;
  /** Mother wavelet (default Morlet with f0 = 6). */
  wavelet?: WaveletLike;
  /** Whose smoothing window is used (default `"exact"`). */
  convention?: Convention;
  /**
   * `"single"` (default): the fast kernel, whose levels are those of the oracle within 0.003. Scales and mothers for which single
   * precision is not enough are left to the oracle, as the result's `note` says: the smallest scales, often below a sample, from the
   * first 16,384 samples of each surrogate. `"double"`: the readable oracle in float64, for all scales and samples.
   */
  precision?: SignificanceSpec["precision"];
}

/**
 * Fills in the defaults and refuses what cannot be used, before any work.
 *
 * @throws {InvalidArgumentError} Naming the field, the value and the constraint.
 */
export function significanceSpec(al1: number, al2: number, axis: SignificanceAxis): SignificanceSpec {
  const { dt, dj = 1 / 12, wavelet = "morlet", convention = "exact", precision = "single", n: given } = axis;
  requireBetween("al1", al1, -1, 1);
  requireBetween("al2", al2, -1, 1);
  requirePositive("dt", dt);
  requirePositive("dj", dj);
  requireOneOf("convention", convention, CONVENTIONS);
  requireOneOf("precision", precision, ["double", "single"]);
  const mother = motherFrom(wavelet);
  const s0 = axis.s0 ?? 2 * dt / mother.flambda();
  requirePositive("s0", s0);
  if (given !== undefined) requireWhole("n", given, 1);
  if (axis.J === undefined && given === undefined) {
    throw new InvalidArgumentError("J", undefined, "given where n is not");
  }
  const J = axis.J ?? Math.max(0, Math.round(Math.log2(given! * dt / s0) / dj));
  requireWhole("J", J, 0);
  const n = given ?? Math.ceil(6 * s0 * 2 ** (J * dj) / dt);
  if (precision === "single") requireRoom(n);
  const spec = { n, dt, dj, s0, J, wavelet: mother.toJSON(), convention, ar1: [al1, al2] as const, precision };
  if (surrogatePlan(spec).lastOutside < 0) {
    throw new InvalidArgumentError(
      "n",
      n,
      "so long that the smallest scale has a sample outside the cone of influence",
    );
  }
  return spec;
}
