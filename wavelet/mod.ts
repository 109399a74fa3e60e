/**
 * Wavelets, pure and synchronous, in float64: transforms, inverse, cross spectra, coherence, tests, and what every study does to
 * its series first. Times, scales and periods are in the unit of dt; matrices are row-major, shape [scales, times].
 *
 * @module
 */
export { wct, type WctOptions, type WctResult } from "./coherence.ts";
export { type CoherenceAtScale, CoherencePlan, type CoherencePlanOptions } from "./coherence_plan.ts";
export type { Complex, ComplexArray } from "./complex.ts";
export { coneOfInfluence } from "./cone_of_influence.ts";
export { type Convention, CONVENTIONS, type ScaleWindow } from "./convention.ts";
export { DOG, MexicanHat } from "./dog.ts";
export {
  type Mother,
  type MotherConstants,
  motherFrom,
  type MotherName,
  type MotherSpec,
  type WaveletLike,
} from "./mother.ts";
export { Morlet } from "./morlet.ts";
export { Paul } from "./paul.ts";
export type { ScaleOptions } from "./scale_axis.ts";
export type { Series } from "./series.ts";
