import type { KernelSpec } from "../../../analysis/kernel/kernel_plan.ts";
import { motherFrom } from "../../../wavelet/mother.ts";
import type { MotherSpec } from "../../../wavelet/mother.ts";

/** The exact convention's weights of neighbouring scales: `deltaj0` octaves, the ends fractional. */
export function boxcar(deltaj0: number, dj: number): Float64Array {
  const half = deltaj0 / (2 * dj), reach = Math.ceil(half + 0.5);
  return Float64Array.from(
    { length: 2 * reach + 1 },
    (_, k) => Math.max(0, Math.min(1, half + 0.5 - Math.abs(k - reach))),
  );
}

/** What a user's settings amount to: scales in the unit of dt, and those of them that have a sample outside the cone. */
export function kernelSpec(
  options: {
    n: number;
    dt?: number;
    dj?: number;
    s0?: number;
    J?: number;
    g?: [number, number];
    mother?: MotherSpec;
    stride?: number;
  },
): KernelSpec {
  const { n, dt = 1, dj = 1 / 12, mother = { name: "morlet", parameter: 6 }, g = [0.5, 0.3], stride } = options;
  const wavelet = motherFrom(mother), flambda = wavelet.flambda(), coi = wavelet.coi();
  const { s0 = 2 * dt / flambda } = options;
  const { J = Math.round(Math.log2(n * dt / s0) / dj) } = options;
  const scales = Float64Array.from({ length: J + 1 }, (_, j) => s0 * 2 ** (j * dj));
  const farthest = (n / 2 - Math.abs(Math.floor((n - 1) / 2) - (n - 1) / 2)) * dt * coi * flambda;
  const tested = scales.filter((scale) => flambda * scale <= farthest).length;
  return { n, dt, scales, tested, g, mother, weights: boxcar(wavelet.deltaj0 ?? 0.6, dj), flambda, coi, stride };
}

/** pycwt's own length of surrogates for a record of 512 samples, every scale tested. */
export function jobA(): KernelSpec {
  const s0 = 2 / motherFrom({ name: "morlet" }).flambda();
  return kernelSpec({ n: Math.ceil(6 * s0 * 2 ** (97 / 12)), s0, J: 97, g: [0.72, 0.55] });
}

/** A record of 512 samples, the scales that it can test. */
export function jobB(): KernelSpec {
  return kernelSpec({ n: 512, J: 97, g: [0.72, 0.55] });
}
