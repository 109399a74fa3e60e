import type { MapCanvas } from "./map_canvas.ts";
import type { Trace } from "./map_lines.ts";
import { decimals, significant } from "./round.ts";
import type { ArrowOptions } from "./map_options.ts";

/** What {@linkcode phaseArrows} draws. */
export interface ArrowField {
  /** Phase, row-major, in radians. */
  phase: ArrayLike<number>;
  /** How strong the relation is at a sample, in the unit of the threshold. */
  strength: (at: number, scale: number) => number;
  /** Colour of a light edge, for maps where arrows cross dark colours. */
  casing?: string;
}

/** Phase arrows, evenly apart: right in phase, left in antiphase, down where the first leads. */
export function phaseArrows(
  canvas: MapCanvas,
  { phase, strength, casing }: ArrowField,
  options: Required<ArrowOptions>,
): Trace[] {
  const { result: { periods, coi, shape: [scales, n] }, time, theme } = canvas;
  const { threshold, spacing, length, insideCone } = options;
  const x: (number | string)[] = [], y: number[] = [], angle: number[] = [];
  for (const i of everyFew(scales, canvas.height / spacing)) {
    for (const j of everyFew(n, canvas.width / spacing)) {
      const at = i * n + j;
      if (!(strength(at, i) >= threshold) || (!insideCone && periods[i] > coi[j])) continue;
      x.push(time.at(j));
      y.push(significant(periods[i], 4));
      // Plotly turns markers clockwise from upwards.
      angle.push((Math.round(90 + phase[at] * 180 / Math.PI) + 360) % 360);
    }
  }
  if (!x.length) return [];
  const head = 0.42 * length, shaft = length - 0.8 * head;
  const shared = { type: "scatter", mode: "markers", x, y, hoverinfo: "skip", showlegend: false, cliponaxis: true };
  const standoff = angle.map(() => decimals(-length / 2, 1));
  // Both parts are moved along the arrow so that its middle is on the sample; only a list may hold a move forward.
  const parts = (color: string, edge: number, name: string) => [
    {
      ...shared,
      name: `phase arrow${name || "s"}`,
      marker: {
        symbol: "line-ns-open",
        size: shaft / 1.4,
        angle,
        standoff: 0.4 * head,
        line: { width: 1.4 + 2 * edge, color },
        color,
      },
    },
    {
      ...shared,
      name: `phase arrow${name} heads`,
      marker: { symbol: "arrow", size: head / 0.95, angle, standoff, color, line: { width: 2 * edge, color } },
    },
  ];
  return [
    ...(casing ? parts(casing, 1, " casing") : []),
    ...parts(theme.arrow, 0, ""),
  ] as unknown as Trace[];
}

/** About `count` of the indices below `n`, all as far apart, with as much left at both ends, which have none. */
function everyFew(n: number, count: number): number[] {
  const inner = Math.max(1, n - 2), step = Math.max(1, Math.ceil(inner / Math.max(1, count) - 0.3));
  const most = Math.max(1, Math.floor(inner / step)), start = Math.floor((n - 1 - (most - 1) * step) / 2);
  return Array.from({ length: most }, (_, k) => start + k * step);
}
