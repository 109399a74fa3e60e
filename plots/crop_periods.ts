import type { WctFigureInput } from "./wct_options.ts";

/** A result without the scales whose periods lie outside a range. */
export function cropPeriods(result: WctFigureInput, [shortest, longest]: readonly [number, number]): WctFigureInput {
  const { periods, shape: [scales, n] } = result;
  const inside = Array.from({ length: scales }, (_, i) => i).filter((i) =>
    periods[i] >= shortest && periods[i] <= longest
  );
  const first = inside[0], end = inside[inside.length - 1] + 1;
  const rows = (values: ArrayLike<number>, perScale: number) =>
    Array.prototype.slice.call(values, first * perScale, end * perScale) as number[];
  return {
    ...result,
    coherence: rows(result.coherence, n),
    smoothedPhase: rows(result.smoothedPhase, n),
    periods: rows(periods, 1),
    ...(result.significance && { significance: rows(result.significance, 1) }),
    ...(result.pValues && { pValues: rows(result.pValues, n) }),
    shape: [end - first, n],
  };
}
