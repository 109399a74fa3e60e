/**
 * Wavelets, pure and synchronous, in float64: transforms, inverse, cross spectra, coherence, tests, and what every study does to
 * its series first. Times, scales and periods are in the unit of dt; matrices are row-major, shape [scales, times].
 *
 * @module
 */
export { type Ar1, ar1 } from "./ar1.ts";
export { ar1Spectrum } from "./ar1_spectrum.ts";
export { crossQuantile } from "./chi_square.ts";
export { wct, type WctOptions, type WctResult } from "./coherence.ts";
export { type CoherenceAtScale, type Samples } from "./coherence_at_scale.ts";
export { CoherencePlan, type CoherencePlanOptions } from "./coherence_plan.ts";
export type { Complex, ComplexArray } from "./complex.ts";
export { coneOfInfluence } from "./cone_of_influence.ts";
export { type Convention, CONVENTIONS, type PadOption, type ScaleWindow } from "./convention.ts";
export type { Precision } from "./spectral/spectral_engine.ts";
export { cwt, type CwtOptions, type CwtResult } from "./cwt.ts";
export { deseason, type DeseasonOptions } from "./deseason.ts";
export { detrend, type DetrendOptions } from "./detrend.ts";
export { DOG, MexicanHat } from "./dog.ts";
export { type FilledSeries, fillGaps, type FillGapsOptions } from "./fill_gaps.ts";
export { icwt, type IcwtOptions } from "./icwt.ts";
export { Morlet } from "./morlet.ts";
export {
  type Mother,
  type MotherConstants,
  motherFrom,
  type MotherName,
  type MotherSpec,
  type WaveletLike,
} from "./mother.ts";
export { Paul } from "./paul.ts";
export { phaseRandomize } from "./phase_randomize.ts";
export type { RandomOptions, RandomSource } from "./random_source.ts";
export { rednoise, type RednoiseOptions } from "./rednoise.ts";
export type { ScaleOptions } from "./scale_axis.ts";
export type { Series } from "./series.ts";
export { significance, type SignificanceOptions, type SignificanceResult } from "./significance.ts";
export { standardize } from "./standardize.ts";
export { xwt, type XwtOptions, type XwtResult } from "./xwt.ts";
