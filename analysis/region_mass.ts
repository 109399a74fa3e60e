/** Coherence nearer to 1 than this says nothing more. */
const NEAREST = 1e-9;

/**
 * Measures patches of a coherence map by their mass: the sum over a patch's samples of
 * `dj dt / period * (ln(1 - R²) / ln(1 - level) - 1)`.
 *
 * The first factor is an area in octaves times periods. A wavelet lasts in proportion to its period, and so do the patches that chance
 * makes; in this measure a wavelet's reproducing kernel has one area wherever it lies, so that long periods are not favoured (the
 * areawise test of Maraun, Kurths and Holschneider 2007; the normalised area of Schulte, Duffy and Najjar 2015 is nearly the same). But
 * for a constant it is a sample's weight in the variance of a series (Torrence and Compo 1998, equation 14).
 *
 * The second tells how far coherence is above its level. The null of R² of K independent samples has `P(R² > x) = (1 - x)^(K - 1)`, so that
 * the quotient is ln p over ln of the level's p, whatever K, and less 1 it is 0 at the level. The product adds up the areas that the
 * patch has at all stricter levels, as the cumulative areawise test does (Schulte 2016), and is less at the mercy of the one level
 * than area is: the cluster mass of Bullmore et al. (1999) and of Maris and Oostenveld (2007).
 */
export class RegionMass {
  /** For each scale, the area of a sample over ln(1 - level), and the area. */
  readonly #slopes: Float64Array;
  readonly #areas: Float64Array;

  /**
   * Prepares the factors.
   *
   * @param periods Fourier periods, evenly spaced in octaves.
   * @param dt Sampling interval, in the unit of the periods.
   * @param levels The pointwise level of each scale.
   */
  constructor(periods: Float64Array, dt: number, levels: Float64Array) {
    const dj = periods.length > 1 ? Math.log2(periods[1] / periods[0]) : 1;
    this.#areas = periods.map((period) => dj * dt / period);
    this.#slopes = this.#areas.map((area, j) => area / Math.log(1 - levels[j]));
  }

  /** The mass of one sample at scale `j` whose coherence is above the level. */
  of(j: number, coherence: number): number {
    return Math.log(Math.max(NEAREST, 1 - coherence)) * this.#slopes[j] - this.#areas[j];
  }
}
