import { InvalidArgumentError, requirePositive } from "../random/mod.ts";
import { motherFrom, type WaveletLike } from "./mother.ts";
import { readSeries, type Series } from "./series.ts";
import { knownOptions, type OptionNames } from "./known_options.ts";

/** Options of {@linkcode icwt}. */
export interface IcwtOptions {
  /** Interval between samples. */
  dt: number;
  /** Octaves between scales (default: what the scales say; a value that contradicts them is refused). */
  dj?: number;
  /** The mother wavelet of the transform (default "morlet"). */
  wavelet?: WaveletLike;
  /** Reconstruction factor C_delta to use with psi_0(0) instead of the computed one; `mother.cdelta` is the one of Table 2. */
  cdelta?: number;
}

const OPTIONS: OptionNames<IcwtOptions> = { dt: true, dj: true, wavelet: true, cdelta: true };

/**
 * Inverse wavelet transform: the part of the series that its scales cover (Torrence and Compo 1998, equation 11). The mean,
 * which the transform does not see, is not put back; near the record's ends, inside the cone, power is missing.
 *
 * The reconstruction factor is equation 13's, computed for many fine scales: 0.778 for the Morlet wavelet and 3.617 for the
 * Mexican hat, where Table 2 has 0.776 and 3.541, which would make the amplitude 2 % too large.
 *
 * @example There and back
 * ```ts
 * import { cwt, icwt } from "@morlet/morlet/wavelet";
 * import assert from "node:assert/strict";
 *
 * const x = Float64Array.from({ length: 512 }, (_, t) => Math.sin(t / 3) * Math.exp(-(((t - 256) / 60) ** 2)));
 * const { W, scales } = cwt(x, { dt: 1, dj: 1 / 4 });
 * const back = icwt(W, scales, { dt: 1 });
 * assert.ok(Math.abs(back[256] - x[256]) < 0.01);
 * ```
 *
 * @param W The transform, row-major, shape [scales, times]; of a complex one only the real part is needed.
 * @param scales Its scales, evenly spaced in the logarithm, in the unit of dt.
 * @param options `dt` is needed.
 * @returns The series, in the unit of the original.
 * @throws {InvalidArgumentError} If the mother has no such inverse (DOG of odd order, whose psi(0) is 0), or the shapes or the
 * spacing do not fit.
 */
export function icwt(W: { re: Series; im?: Series }, scales: Series, options: IcwtOptions): Float64Array<ArrayBuffer> {
  const { dt, wavelet = "morlet", cdelta } = options = knownOptions(options, OPTIONS);
  const mother = motherFrom(wavelet);
  requirePositive("dt", dt);
  const s = readSeries("scales", scales, { least: 1 });
  s.forEach((value, j) => requirePositive(`scales[${j}]`, value));
  const dj = spacing(s, options.dj);
  if (typeof W !== "object" || W === null || !("re" in W)) {
    throw new InvalidArgumentError("W", W, "a transform { re, im }");
  }
  const re = readSeries("W.re", W.re);
  if (re.length % s.length !== 0) {
    throw new InvalidArgumentError("W", W.re, `a matrix of ${s.length} rows, one for each scale`);
  }
  if (cdelta !== undefined) requirePositive("cdelta", cdelta);
  const divisor = cdelta === undefined ? mother.reconstruction : cdelta * mother.psi(0).re;
  if (divisor === undefined || divisor === 0) {
    throw new InvalidArgumentError(
      "wavelet",
      `${mother.name}(${mother.parameter})`,
      "a mother from which a delta can be rebuilt",
      {
        hint: mother.name === "dog" ? "Take an even order" : "Take f0 of at least 4",
      },
    );
  }
  const n = re.length / s.length, x = new Float64Array(n);
  for (let j = 0; j < s.length; j++) {
    const factor = dj * Math.sqrt(dt / s[j]) / divisor;
    for (let t = 0; t < n; t++) x[t] += factor * re[j * n + t];
  }
  return x;
}

/** Octaves between scales, from the scales themselves. */
function spacing(scales: Float64Array, given: number | undefined): number {
  if (given !== undefined) requirePositive("dj", given);
  if (scales.length === 1) {
    if (given === undefined) throw new InvalidArgumentError("dj", given, "given where there is a single scale");
    return given;
  }
  const dj = Math.log2(scales[scales.length - 1] / scales[0]) / (scales.length - 1);
  for (let j = 0; j < scales.length; j++) {
    if (Math.abs(Math.log2(scales[j] / scales[0]) - j * dj) > 1e-6 * Math.abs(dj) * scales.length) {
      throw new InvalidArgumentError(`scales[${j}]`, scales[j], "evenly spaced in the logarithm with the others");
    }
  }
  if (given !== undefined && Math.abs(given - Math.abs(dj)) > 1e-6 * given) {
    throw new InvalidArgumentError("dj", given, `what the scales say, ${Math.abs(dj)}`);
  }
  return Math.abs(dj);
}
