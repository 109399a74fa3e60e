import type { FigureInit, FigureRoom } from "./figure.ts";
import { fitWords } from "./fit_words.ts";
import { type ArrowField, phaseArrows } from "./map_arrows.ts";
import type { MapCanvas, MapGrid } from "./map_canvas.ts";
import { mapCaptions } from "./map_captions.ts";
import { type HeatField, heatTraces } from "./map_heat.ts";
import { LEFT, mapLayout, RIGHT } from "./map_layout.ts";
import { coneOfInfluence, type ContourStyle, contourTraces } from "./map_lines.ts";
import type { ArrowOptions, MapOptions } from "./map_options.ts";
import { percent } from "./percent.ts";
import { THEMES } from "./theme.ts";
import { timeScale } from "./time_scale.ts";
import { withUnit } from "./with_unit.ts";

/** What one kind of map shows. The rest is alike for all kinds. */
export interface MapContent<Grid extends MapGrid = MapGrid> {
  /** The grid, with the periods that are drawn. */
  grid: Grid;
  /** What is painted, and shown when pointed at. */
  heat: Omit<HeatField, "name" | "period" | "periodUnit" | "maxPoints" | "colorbar" | "colorscale">;
  /** Colours, where they are not those of the options. */
  colorscale?: HeatField["colorscale"];
  /** The line around what is significant: where this field reaches 1. */
  contour?:
    & { ratio: (scale: number, time: number) => number; level: number; how?: string }
    & Pick<ContourStyle, "casing">;
  /** Phase arrows, from where the relation is as strong as the threshold. */
  arrows?: ArrowField & { threshold: number; names: readonly [string, string] };
  /** Words: colour bar, axis of periods, caption where it is not the usual one. */
  words: { color: string; period: string; caption?: string };
  /** Time between samples. */
  dt: number;
  /** Name of the file that the toolbar saves. */
  filename: string;
  /** Begins the line of text that stands for the figure, where it has no title. */
  description: string;
  /** Where the numbers come from. */
  provenance?: unknown;
}

/** A map, and what a larger figure needs to add panels to it. */
export interface DrawnMap<Grid extends MapGrid = MapGrid> {
  /** The figure. */
  figure: FigureInit;
  /** What it was drawn on. */
  canvas: MapCanvas<Grid>;
}

/** Options of a map, with arrows. */
type Options = MapOptions & { arrows?: boolean | ArrowOptions };

/** Draws a map over time and period, leaving room, in pixels, for panels above and at the side. */
export function drawMap<Grid extends MapGrid>(
  content: MapContent<Grid>,
  options: Options,
  room: FigureRoom,
  panels: { above: number; beside: number } = { above: 0, beside: 0 },
): DrawnMap<Grid> {
  const drawn = compose(content, options, room, panels, { arrows: true, dashes: true });
  const { seen } = drawn;
  // Nothing is explained that is not there, and what is there may change with the room that is left.
  return seen.arrows && seen.dashes ? drawn : compose(content, options, room, panels, seen);
}

/** What a caption explains where it is seen. */
interface Seen {
  arrows: boolean;
  dashes: boolean;
}

function compose<Grid extends MapGrid>(
  { grid, heat, contour, arrows, words, ...content }: MapContent<Grid>,
  options: Options,
  room: FigureRoom,
  { above, beside }: { above: number; beside: number },
  told: Seen,
): DrawnMap<Grid> & { seen: Seen } {
  const { shape: [scales, n] } = grid, { width, height } = room;
  const {
    times = Float64Array.from({ length: n }, (_, i) => i * content.dt),
    timeLabel = "Time",
    timeUnit = "",
    periodUnit = "",
    title = "",
    theme: themeName = "light",
    colorscale = "Viridis",
    maxPoints = 20_000,
  } = options;
  const theme = THEMES[themeName];
  const captions = words.caption === undefined
    ? mapCaptions({
      names: told.arrows ? arrows?.names : undefined,
      contour,
      hasCone: hasCone(grid),
      hasDashes: told.dashes && contour !== undefined,
    })
    : [words.caption];
  const fitted = fitWords(room, { title, captions, theme, left: LEFT, right: 24 });
  const inner = height - fitted.top - fitted.bottom;
  const canvas: MapCanvas<Grid> = {
    result: grid,
    time: timeScale(times),
    theme,
    width: width - LEFT - RIGHT - beside,
    height: inner - above,
  };
  const colorbar = above ? { len: canvas.height / inner, y: 0, yanchor: "bottom" } : {};
  const { spacing = 28, length = 0.6 * spacing, insideCone = false } = typeof options.arrows === "object"
    ? options.arrows
    : {};
  const lines = contour &&
    contourTraces(canvas, contour.ratio, { name: `${percent(contour.level)} significance`, casing: contour.casing });
  const painted = heatTraces(canvas, {
    colorscale: content.colorscale ?? colorscale,
    ...heat,
    name: words.color,
    period: words.period,
    periodUnit,
    maxPoints,
    colorbar,
  });
  const pointers = arrows
    ? phaseArrows(canvas, arrows, { threshold: arrows.threshold, spacing, length, insideCone })
    : [];
  return {
    canvas,
    seen: { arrows: pointers.length > 0, dashes: (lines?.inside.length ?? 0) > 0 },
    figure: {
      data: [
        ...painted.traces,
        ...lines?.outside ?? [],
        ...coneOfInfluence(canvas),
        ...lines?.inside ?? [],
        ...pointers,
      ],
      layout: {
        ...mapLayout(canvas, { width, height }, fitted, {
          time: withUnit(timeLabel, timeUnit),
          period: withUnit(words.period, periodUnit),
          color: words.color,
        }),
        coloraxis: painted.coloraxis,
      },
      config: { toImageButtonOptions: { format: "svg", filename: content.filename } },
      provenance: content.provenance,
      description: `${title || content.description}: ${scales} scales, ${n} samples`,
    },
  };
}

/** Whether any sample that is drawn lies inside the cone. */
function hasCone({ coi, periods, shape: [scales, n] }: MapGrid): boolean {
  for (let t = 0; t < n; t++) if (periods[scales - 1] > coi[t]) return true;
  return false;
}
