import type { PlotData } from "plotly.js";
import { contourLines } from "./contour_lines.ts";
import type { MapCanvas } from "./map_canvas.ts";
import { significant } from "./round.ts";
import { type GridLine, simplifyLine } from "./simplify_line.ts";

/** Plotly's types lack a few attributes that it has. */
export type Trace = Partial<PlotData> & Record<string, unknown>;

/** How {@linkcode contourTraces} draws. */
export interface ContourStyle {
  /** What the contour shows. */
  name: string;
  /** A light line under the dark one, for maps where it crosses dark colours. */
  casing?: string;
  /** Where patches were tested as wholes, whether a sample belongs to one that is to have the thick line. */
  thick?: (scale: number, time: number) => boolean;
}

/**
 * The line where a field reaches 1, from the whole grid: whole outside the cone of influence, and dashed inside it, for after the cone.
 *
 * @param ratio The field divided by its level, at a scale and a time; NaN where it cannot be tested.
 */
export function contourTraces(
  canvas: MapCanvas,
  ratio: (scale: number, time: number) => number,
  { name, casing, thick }: ContourStyle,
): { outside: Trace[]; inside: Trace[]; hasThick: boolean } {
  const edge = coneEdge(canvas), { theme, result: { shape } } = canvas;
  const outside: GridLine[] = [], inside: GridLine[] = [], tested: GridLine[] = [];
  for (const line of contourLines(ratio, shape, 1)) {
    for (const part of splitAtCone(line, edge)) {
      const lines = part.isInside ? inside : thick && bounds(part, thick, shape) ? tested : outside;
      lines.push(scaled(part, canvas, 1));
    }
  }
  // A patch narrower than its own outline would be a black blot, so it gets a thin one.
  const isFine = ({ x, y }: GridLine) => thick !== undefined || Math.min(extent(x), extent(y)) < 4;
  const seen = fewPoints(outside, casing ? 1300 : 2600), hidden = fewPoints(inside, 400);
  const strong = [...fewPoints(tested, 2600), ...seen.filter((line) => !isFine(line))];
  const wide = lineTrace(canvas, strong, { color: theme.contour, width: thick ? 2.5 : 2 }, name);
  const thin = { color: theme.contour, width: 0.75 };
  const fine = lineTrace(canvas, seen.filter(isFine), thin, `${name}, ${thick ? "other" : "small"} patches`);
  const dashes = { color: theme.dashes, width: 1.25, dash: "5px,3px" };
  return {
    outside: [
      ...(casing ? [{ ...wide, name: `${name}, casing`, line: { color: casing, width: 3.5 } }] : []),
      wide,
      fine,
    ],
    hasThick: tested.length > 0,
    inside: hidden.length ? [lineTrace(canvas, hidden, dashes, `${name}, inside the cone`)] : [],
  };
}

/** The cone of influence: its edge, and a hatched veil over the longer periods, which the ends of the record reach. */
export function coneOfInfluence(canvas: MapCanvas): Trace[] {
  const { theme } = canvas, edge = coneEdge(canvas);
  const line = simplifyLine(scaled({ x: Array.from(edge.keys()), y: edge }, canvas, 1), 0.2);
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

/** Whether a line has a sample with a property beside it. */
function bounds(
  { x, y }: GridLine,
  has: (scale: number, time: number) => boolean,
  [scales, n]: readonly [number, number],
): boolean {
  const beside = (place: number, end: number) => [Math.floor(place), Math.min(end - 1, Math.ceil(place))];
  return x.some((column, k) => beside(y[k], scales).some((i) => beside(column, n).some((j) => has(i, j))));
}

/** At each sample the row of the map, fractions allowed, at which the cone of influence begins. */
function coneEdge({ result: { coi, periods, shape: [scales, n] } }: MapCanvas): number[] {
  const low = periods[0], high = periods[scales - 1];
  const row = (period: number) => (scales - 1) * Math.log(period / low) / Math.log(high / low);
  return Array.from({ length: n }, (_, j) => row(Math.min(high, Math.max(low, coi[j]))));
}

/** A line in parts that lie outside and inside the cone, which meet on its edge. */
function splitAtCone({ x, y }: GridLine, edge: readonly number[]): (GridLine & { isInside: boolean })[] {
  const depth = x.map((column, k) => {
    const j = Math.min(edge.length - 2, Math.floor(column));
    return y[k] - (edge[j] + (column - j) * (edge[j + 1] - edge[j]));
  });
  const parts = [{ x: [x[0]], y: [y[0]], isInside: depth[0] > 0 }];
  for (let k = 1; k < x.length; k++) {
    const part = parts[parts.length - 1], isInside = depth[k] > 0;
    if (isInside !== part.isInside) {
      const along = depth[k - 1] / (depth[k - 1] - depth[k]);
      const crossX = x[k - 1] + along * (x[k] - x[k - 1]), crossY = y[k - 1] + along * (y[k] - y[k - 1]);
      part.x.push(crossX), part.y.push(crossY);
      parts.push({ x: [crossX, x[k]], y: [crossY, y[k]], isInside });
    } else part.x.push(x[k]), part.y.push(y[k]);
  }
  return parts.filter((part) => part.x.length > 1);
}

/** Lines, given in pixels, as one trace, parted by gaps. */
function lineTrace(canvas: MapCanvas, lines: GridLine[], line: Record<string, unknown>, name: string): Trace {
  const { result: { periods, shape: [scales, n] }, time } = canvas;
  const parts = lines.map((part) => scaled(part, canvas, -1));
  // Whole samples are fine enough where ten or more of them share a pixel, and shorter to write.
  const at = n > 10 * canvas.width ? (index: number) => time.at(Math.round(index)) : time.at;
  const period = (row: number) => {
    const i = Math.max(0, Math.min(scales - 2, Math.floor(row)));
    return significant(periods[i] * (periods[i + 1] / periods[i]) ** (row - i), 4);
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

/** Lines with no more points than can be seen. Where `room` points are not enough, the smallest patches are left out. */
function fewPoints(lines: GridLine[], room: number): GridLine[] {
  let few = lines;
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
  { result: { shape: [scales, n] }, width, height }: MapCanvas,
  way: 1 | -1,
): GridLine {
  const across = (width / (n - 1)) ** way, down = (height / (scales - 1)) ** way;
  return { x: x.map((v) => v * across), y: y.map((v) => v * down) };
}
