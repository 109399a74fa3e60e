import type { MapGrid } from "./map_canvas.ts";

/**
 * A result without the scales whose periods lie outside a range.
 *
 * @param fields Names of the matrices and of the lists with one number a scale that are cut too; those not there are left out.
 */
export function cropPeriods<T extends MapGrid>(
  result: T,
  [shortest, longest]: readonly [number, number],
  fields: readonly (keyof T)[],
): T {
  const { periods, shape: [scales, n] } = result;
  const inside = Array.from({ length: scales }, (_, i) => i).filter((i) =>
    periods[i] >= shortest && periods[i] <= longest
  );
  const first = inside[0], end = inside[inside.length - 1] + 1;
  const cut = (values: ArrayLike<number>) => {
    const perScale = values.length === scales ? 1 : n;
    return Array.prototype.slice.call(values, first * perScale, end * perScale) as number[];
  };
  const parts = fields.flatMap((field) => {
    const value = result[field] as ArrayLike<number> | undefined;
    return value === undefined ? [] : [[field, cut(value)]];
  });
  return { ...result, ...Object.fromEntries(parts), periods: cut(periods), shape: [end - first, n] };
}
