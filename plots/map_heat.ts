import type { Datum } from "plotly.js";
import type { MapCanvas } from "./map_canvas.ts";
import type { Trace } from "./map_lines.ts";
import { significant } from "./round.ts";
import { thinGrid } from "./thin_grid.ts";

/** A colour scale: a name that Plotly knows, or places in [0, 1] with their colours. */
export type ColorScale = string | readonly (readonly [place: number, color: string])[];

/** What {@linkcode heatTraces} paints. */
export interface HeatField {
  /** Name of the quantity. */
  name: string;
  /** The rounded number whose colour is shown at a sample. */
  color: (at: number, scale: number) => number;
  /** Numbers at the ends of the colour scale. */
  range: readonly [low: number, high: number];
  /** Colours. */
  colorscale: ColorScale;
  /** Ticks of the colour bar. */
  ticks: { tickvals: number[]; ticktext?: string[] };
  /** False where neighbours cannot be averaged, as angles. Default true. */
  smooth?: boolean;
  /** Lines shown when pointed at, in Plotly's notation, after the time and the period. */
  hover: readonly string[];
  /** What the lines name as customdata. */
  words: (at: number, scale: number) => (number | string)[];
  /** "Period". */
  period: string;
  /** Unit of the period. */
  periodUnit: string;
  /** At most so many cells. */
  maxPoints: number;
}

/** The map, and an unseen coarser one on top of it that answers when pointed at. */
export function heatTraces({ result: { periods, shape }, time }: MapCanvas, field: HeatField): Trace[] {
  const unit = field.periodUnit && ` ${field.periodUnit}`;
  const cells = (most: number) => {
    const { rows, columns } = thinGrid(shape, most);
    const map = <T>(value: (at: number, row: number) => T) =>
      rows.map((i) => columns.map((j) => value(i * shape[1] + j, i)));
    return { map, x: columns.map(time.at), y: rows.map((i) => significant(periods[i], 5)) };
  };
  const shown = cells(field.maxPoints), pointed = cells(Math.max(100, Math.min(4000, field.maxPoints / 5)));
  const picture: Trace = {
    type: "heatmap",
    name: field.name,
    x: shown.x,
    y: shown.y,
    z: shown.map(field.color),
    zsmooth: field.smooth === false ? false : "best",
    coloraxis: "coloraxis",
    hoverinfo: "skip",
  };
  const words: Trace = {
    type: "heatmap",
    x: pointed.x,
    y: pointed.y,
    z: pointed.map(field.hover.some((line) => line.includes("%{z")) ? field.color : () => 0),
    // A list for each cell, which Plotly takes and its types do not know.
    customdata: pointed.map(field.words) as unknown as Datum[],
    opacity: 0,
    showscale: false,
    hovertemplate: [time.hover, `${field.period}: %{y:.3~g}${unit}`, ...field.hover].join("<br>") + "<extra></extra>",
  };
  return [picture, words];
}

/** The colours of a map and their bar, for the layout. */
export function colorAxis(
  { range: [cmin, cmax], colorscale, ticks }: Pick<HeatField, "range" | "colorscale" | "ticks">,
  { theme, height }: MapCanvas,
  place: Record<string, unknown>,
): Record<string, unknown> {
  const colorbar = {
    tickfont: { size: 12 },
    thickness: 14,
    len: 1,
    x: 1,
    xpad: 12,
    ypad: 0,
    ...fewTicks(ticks, height / 18),
    outlinewidth: 0,
    ticks: "outside",
    ticklen: 4,
    tickcolor: theme.ink,
    ...place,
  };
  return { cmin, cmax, colorscale, colorbar };
}

/** Every tick, or every other one or so where they would not fit. */
function fewTicks({ tickvals, ticktext }: HeatField["ticks"], most: number): HeatField["ticks"] {
  const step = Math.ceil((tickvals.length - 1) / Math.max(1, most - 1));
  const kept = (_: unknown, k: number) => k % step === 0;
  return { tickvals: tickvals.filter(kept), ...(ticktext ? { ticktext: ticktext.filter(kept) } : {}) };
}
