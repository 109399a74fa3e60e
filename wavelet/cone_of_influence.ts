import type { Convention } from "./convention.ts";
import type { Mother } from "./mother.ts";

/**
 * The cone of influence: at each sample the longest period that the record's edges do not disturb, in the unit of dt. A
 * sample is outside the cone, that is to be trusted, at periods up to it.
 *
 * It is `flambda * coi * dt` times the distance in samples to the nearest edge, which for "exact" and "pycwt" is half a sample
 * beyond the last one, for "grinsted" the last sample itself (1e-5 there).
 */
export function coneOfInfluence(
  n: number,
  dt: number,
  mother: Mother,
  convention: Convention,
): Float64Array<ArrayBuffer> {
  const factor = mother.flambda() * mother.coi() * dt;
  const coi = new Float64Array(n);
  for (let t = 0; t < n; t++) {
    const distance = Math.min(t, n - 1 - t);
    coi[t] = factor * (convention === "grinsted" ? distance || 1e-5 : distance + 0.5);
  }
  return coi;
}
