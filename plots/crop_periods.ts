import type { MapGrid } from "./map_canvas.ts";

/** Which periods are drawn: a range, or all there are. */
export type PeriodRange = readonly [shortest: number, longest: number] | "all";

/** The first of the scales that are drawn, and the one after the last: by default those with a sample outside the cone of influence. */
export function scalesInRange(
  { periods, coi, shape: [scales] }: MapGrid,
  range?: PeriodRange,
): [first: number, end: number] {
  if (range === "all") return [0, scales];
  const longestTrusted = () => Array.from(coi).reduce((most, period) => Math.max(most, period), 0);
  const [shortest, longest] = range ?? [0, longestTrusted()];
  const inside = Array.from({ length: scales }, (_, i) => i).filter((i) =>
    periods[i] >= shortest && periods[i] <= longest
  );
  // Where hardly a scale has one, everything is drawn, so that there is something to see.
  return range || inside.length > 1 ? [inside[0] ?? 0, (inside.at(-1) ?? -1) + 1] : [0, scales];
}

/**
 * A result without the scales that are not drawn.
 *
 * @param fields Names of the matrices and of the lists with one number a scale that are cut too; those not there are left out.
 */
export function cropPeriods<T extends MapGrid>(
  result: T,
  range: PeriodRange | undefined,
  fields: readonly (keyof T)[],
): T {
  const { shape: [scales, n] } = result, [first, end] = scalesInRange(result, range);
  const cut = (values: ArrayLike<number>) => {
    const perScale = values.length === scales ? 1 : n;
    return Array.prototype.slice.call(values, first * perScale, end * perScale) as number[];
  };
  const parts = (["periods", ...fields] as (keyof T)[]).flatMap((field) => {
    const value = result[field] as ArrayLike<number> | undefined;
    return value === undefined ? [] : [[field, cut(value)]];
  });
  return { ...result, ...Object.fromEntries(parts), shape: [end - first, n] };
}
