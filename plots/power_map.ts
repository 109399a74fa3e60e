import { shortNumber } from "./log_ticks.ts";
import type { MapGrid } from "./map_canvas.ts";
import type { HeatField } from "./map_heat.ts";
import { decimals } from "./round.ts";
import { thinGrid } from "./thin_grid.ts";

/** Octaves of power that the colours tell apart at most; what is below has the darkest. */
const OCTAVES = 12;

/** Colour, range and ticks of power on a scale of powers of two. */
export function powerColors(
  power: (at: number, scale: number) => number,
  { shape }: MapGrid,
): Pick<HeatField, "color" | "range" | "ticks"> {
  const { rows, columns } = thinGrid(shape, 20_000);
  const sample = rows.flatMap((i) => columns.map((j) => Math.log2(power(i * shape[1] + j, i)))).filter(Number.isFinite);
  sample.sort((a, b) => a - b);
  const top = sample.at(-1) ?? 1;
  // Zeros of the transform are points of very low power, which would take most of the colours.
  let high = Math.ceil(2 * top) / 2;
  let low = Math.max(high - OCTAVES, Math.floor(sample[Math.floor(0.02 * sample.length)] ?? 0));
  if (!(high > low)) [low, high] = [low - 1, low + 1];
  const step = Math.max(1, Math.ceil((high - low) / 7)), tickvals: number[] = [];
  for (let k = Math.ceil(low / step) * step; k <= high; k += step) tickvals.push(k);
  return {
    color: (at, i) => decimals(Math.max(low, Math.log2(power(at, i))), 2),
    range: [low, high],
    ticks: { tickvals, ticktext: tickvals.map((k) => shortNumber(2 ** k)) },
  };
}

/** Power in units of its level of significance, for people to read. */
export function ratioToLevel(power: number, level: number): number | string {
  return Number.isFinite(level) ? decimals(power / level, 2) : "–";
}
