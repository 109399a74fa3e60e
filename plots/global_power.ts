import type { CwtFigureInput } from "./cwt_options.ts";

/** Mean power of each scale over all samples, or over those outside the cone of influence; NaN where there is none. */
export function globalPower(
  { W: { re, im }, periods, coi, shape: [scales, n] }: CwtFigureInput,
  over: "all" | "outside",
): Float64Array {
  return Float64Array.from({ length: scales }, (_, i) => {
    let sum = 0, count = 0;
    for (let t = 0, at = i * n; t < n; t++, at++) {
      if (over === "outside" && periods[i] > coi[t]) continue;
      sum += re[at] * re[at] + im[at] * im[at];
      count++;
    }
    return sum / count;
  });
}
