import type { Data, Datum, PlotData } from "plotly.js";
import { contourLines } from "./contour_lines.ts";
import { percent } from "./percent.ts";
import { type GridLine, simplifyLine } from "./simplify_line.ts";
import type { Theme } from "./theme.ts";
import { thinGrid } from "./thin_grid.ts";
import type { TimeScale } from "./time_scale.ts";
import type { ArrowOptions, WctFigureInput, WctLabels } from "./wct_options.ts";

/** What the traces of one map share. */
export interface WctCanvas {
  /** The result to draw. */
  result: WctFigureInput;
  /** Where samples lie in time. */
  time: TimeScale;
  /** Size of the map itself, in pixels. */
  width: number;
  /** Size of the map itself, in pixels. */
  height: number;
  /** Colours. */
  theme: Theme;
}

/** Plotly's types lack a few attributes that it has. */
type Trace = Partial<PlotData> & Record<string, unknown>;

/** The map of coherence, and an unseen coarser one on top of it that answers when pointed at. */
export function coherenceMap(
  { result, time, theme }: WctCanvas,
  options: { maxPoints: number; colorscale: string; labels: WctLabels; periodUnit: string },
): Data[] {
  const { coherence, smoothedPhase, periods, pValues, shape } = result, { labels, periodUnit } = options;
  const unit = periodUnit && ` ${periodUnit}`;
  const cells = (most: number) => {
    const { rows, columns } = thinGrid(shape, most);
    const map = <T>(value: (at: number, row: number) => T) =>
      rows.map((i) => columns.map((j) => value(i * shape[1] + j, i)));
    return { map, x: columns.map(time.at), y: rows.map((i) => round(periods[i], 5)) };
  };
  const shown = cells(options.maxPoints), pointed = cells(Math.max(100, options.maxPoints / 5));
  const picture: Trace = {
    type: "heatmap",
    name: labels.coherence,
    x: shown.x,
    y: shown.y,
    z: shown.map((at) => decimals(coherence[at], 2)),
    zmin: 0,
    zmax: 1,
    zsmooth: "best",
    colorscale: options.colorscale,
    colorbar: {
      tickfont: { size: 12 },
      thickness: 14,
      len: 1,
      x: 1,
      xpad: 12,
      ypad: 0,
      tickvals: [0, 0.2, 0.4, 0.6, 0.8, 1],
      outlinewidth: 0,
      ticks: "outside",
      ticklen: 4,
      tickcolor: theme.ink,
    },
    hoverinfo: "skip",
  };
  const words: Trace = {
    type: "heatmap",
    x: pointed.x,
    y: pointed.y,
    z: pointed.map((at) => decimals(coherence[at], 2)),
    customdata: pointed.map((at, i) => {
      const phase = smoothedPhase[at], p = pValues?.[at];
      const turn = [decimals(phase * 180 / Math.PI, 0), round(phase / (2 * Math.PI) * periods[i], 3)];
      return p === undefined ? turn : [...turn, Number.isNaN(p) ? "–" : round(p, 2)];
      // A list for each cell, which Plotly takes and its types do not know.
    }) as unknown as Datum[],
    opacity: 0,
    showscale: false,
    hovertemplate: [
      time.hover,
      `${labels.period}: %{y:.3~g}${unit}`,
      `${labels.coherence}: %{z:.2f}`,
      `${labels.phase}: %{customdata[0]}°`,
      `${labels.lag} %{customdata[1]}${unit}`,
      ...pValues ? [`${labels.pValue}: %{customdata[2]}`] : [],
    ].join("<br>") + "<extra></extra>",
  };
  return [picture, words];
}

/** The line around what is significant, from the whole grid: by the level of each scale, else by p-values. */
export function significanceContour(canvas: WctCanvas, level: number): Data[] {
  const { result: { coherence, significance, pValues, shape }, theme } = canvas, n = shape[1];
  if (!significance && !pValues) return [];
  const lines = significance
    ? contourLines((i, j) => coherence[i * n + j] / significance[i], shape, 1)
    : contourLines((i, j) => (1 - level) / pValues![i * n + j], shape, 1);
  // A patch narrower than its own outline would be a black blot, so it gets a thin one.
  const isFine = ({ x, y }: GridLine) => Math.min(extent(x), extent(y)) < 4;
  const seen = fewPoints(lines.map((line) => scaled(line, canvas, 1)));
  const name = `${percent(level)} significance`;
  return [
    lineTrace(canvas, seen.filter((line) => !isFine(line)), { color: theme.contour, width: 2 }, name),
    lineTrace(canvas, seen.filter(isFine), { color: theme.contour, width: 0.75 }, `${name}, small patches`),
  ];
}

/** The cone of influence: its edge, and a hatched veil over the longer periods, which the ends of the record reach. */
export function coneOfInfluence(canvas: WctCanvas): Data[] {
  const { result: { coi, periods, shape: [scales, n] }, theme } = canvas;
  const low = periods[0], high = periods[scales - 1];
  const row = (period: number) => (scales - 1) * Math.log(period / low) / Math.log(high / low);
  const edge = Array.from({ length: n }, (_, j) => row(Math.min(high, Math.max(low, coi[j]))));
  const line = simplifyLine(scaled({ x: edge.map((_, j) => j), y: edge }, canvas, 1), 0.2);
  const { x, y } = line;
  const region = { x: [...x, canvas.width, 0, x[0]], y: [...y, canvas.height, canvas.height, y[0]] };
  const area: Trace = { ...lineTrace(canvas, [region], { width: 0 }, "veil"), fill: "toself" };
  // Apart from the veil, because tiles of a pattern with a ground show their seams.
  const fillpattern: Trace["fillpattern"] = {
    shape: "/",
    bgcolor: "rgba(0,0,0,0)",
    fgcolor: theme.hatch,
    size: 7,
    solidity: 0.18,
  };
  const veil: Trace = { ...area, fillcolor: theme.veil }, hatch: Trace = { ...area, name: "hatching", fillpattern };
  // Where the cone reaches past the scales its edge would run along the axis, so it is broken off there.
  const parts: GridLine[] = [];
  const outside = (i: number) => y[i] < 1e-6 || y[i] > canvas.height - 1e-6;
  for (let i = 0; i + 1 < x.length; i++) {
    if (outside(i) && outside(i + 1)) continue;
    const last = parts.at(-1);
    if (last && last.x.at(-1) === x[i]) last.x.push(x[i + 1]), last.y.push(y[i + 1]);
    else parts.push({ x: [x[i], x[i + 1]], y: [y[i], y[i + 1]] });
  }
  return [veil, hatch, lineTrace(canvas, parts, { color: theme.cone, width: 1.5 }, "cone of influence")];
}

/** Phase arrows, as evenly apart on the screen as the grid allows: right in phase, left in antiphase, down where the first leads. */
export function phaseArrows(canvas: WctCanvas, options: Required<ArrowOptions>): Data[] {
  const { result: { coherence, smoothedPhase, periods, coi, shape: [scales, n] }, time, theme } = canvas;
  const { threshold, spacing, length, insideCone } = options;
  const across = Math.max(1, Math.min(n, Math.floor(canvas.width / spacing)));
  const down = Math.max(1, Math.min(scales, Math.floor(canvas.height / spacing)));
  const centre = (i: number, count: number, size: number) => Math.round((i + 0.5) / count * (size - 1));
  const x: (number | string)[] = [], y: number[] = [], angle: number[] = [];
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      const i = centre(row, down, scales), j = centre(column, across, n), at = i * n + j;
      if (!(coherence[at] >= threshold) || (!insideCone && periods[i] > coi[j])) continue;
      x.push(time.at(j));
      y.push(round(periods[i], 4));
      // Plotly turns markers clockwise from upwards.
      angle.push((Math.round(90 + smoothedPhase[at] * 180 / Math.PI) + 360) % 360);
    }
  }
  if (!x.length) return [];
  const head = 0.42 * length, shaft = length - 0.8 * head;
  const shared = { type: "scatter", mode: "markers", x, y, hoverinfo: "skip", showlegend: false, cliponaxis: true };
  return [
    // Both parts are moved along the arrow so that its middle is on the sample; only a list may hold a move forward.
    {
      ...shared,
      name: "phase arrows",
      marker: {
        symbol: "line-ns-open",
        size: shaft / 1.4,
        angle,
        standoff: 0.4 * head,
        line: { width: 1.4, color: theme.arrow },
        color: theme.arrow,
      },
    },
    {
      ...shared,
      name: "phase arrow heads",
      marker: {
        symbol: "arrow",
        size: head / 0.95,
        angle,
        standoff: angle.map(() => decimals(-length / 2, 1)),
        color: theme.arrow,
        line: { width: 0 },
      },
    },
  ] as unknown as Data[];
}

/** Lines, given in pixels, as one trace, parted by gaps. */
function lineTrace(canvas: WctCanvas, lines: GridLine[], line: Record<string, unknown>, name: string): Trace {
  const { result: { periods, shape: [scales, n] }, time } = canvas;
  const parts = lines.map((part) => scaled(part, canvas, -1));
  // Whole samples are fine enough where ten or more of them share a pixel, and shorter to write.
  const at = n > 10 * canvas.width ? (index: number) => time.at(Math.round(index)) : time.at;
  const period = (row: number) => {
    const i = Math.max(0, Math.min(scales - 2, Math.floor(row)));
    return round(periods[i] * (periods[i + 1] / periods[i]) ** (row - i), 4);
  };
  return {
    type: "scatter",
    mode: "lines",
    name,
    x: parts.flatMap((part, i) => [...i ? [null] : [], ...part.x.map(at)]),
    y: parts.flatMap((part, i) => [...i ? [null] : [], ...part.y.map(period)]),
    line,
    hoverinfo: "skip",
    showlegend: false,
  };
}

/** Lines with no more points than can be seen. Where 3,000 points are not enough, the smallest patches are left out. */
function fewPoints(lines: GridLine[]): GridLine[] {
  let few = lines, room = 3000;
  for (const tolerance of [0.15, 0.25, 0.4, 0.6]) {
    few = lines.map((line) => simplifyLine(line, tolerance));
    if (few.reduce((sum, { x }) => sum + x.length, 0) <= room) return few;
  }
  const size = ({ x, y }: GridLine) => extent(x) + extent(y);
  return few.sort((a, b) => size(b) - size(a)).filter(({ x }) => (room -= x.length) >= 0);
}

function extent(places: number[]): number {
  return Math.max(...places) - Math.min(...places);
}

/** A line from the grid to pixels (1), or back (-1). */
function scaled(
  { x, y }: GridLine,
  { result: { shape: [scales, n] }, width, height }: WctCanvas,
  way: 1 | -1,
): GridLine {
  const across = (width / (n - 1)) ** way, down = (height / (scales - 1)) ** way;
  return { x: x.map((v) => v * across), y: y.map((v) => v * down) };
}

function round(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}

function decimals(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
