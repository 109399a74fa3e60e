import type { FigureInit, FigureRoom } from "./figure.ts";
import { fitWords } from "./fit_words.ts";
import { type ArrowField, phaseArrows } from "./map_arrows.ts";
import type { MapCanvas, MapGrid } from "./map_canvas.ts";
import { mapCaptions } from "./map_captions.ts";
import { colorAxis, type HeatField, heatTraces } from "./map_heat.ts";
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
  heat: Omit<HeatField, "name" | "period" | "periodUnit" | "maxPoints" | "colorscale"> & {
    /** Colours, where they are not those of the options. */
    colorscale?: HeatField["colorscale"];
  };
  /** The line around what is significant: where this field reaches 1. */
  contour?:
    & { ratio: (scale: number, time: number) => number; level: number; how?: string }
    & Pick<ContourStyle, "casing" | "thick">;
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

/** A map, and where a larger figure adds panels to it. */
export interface DrawnMap<Grid extends MapGrid = MapGrid> {
  /** The figure. */
  figure: FigureInit;
  /** What it was drawn on. */
  canvas: MapCanvas<Grid>;
}

/** The size that lines are made for, in pixels: any, but the same for all sizes of a figure, which then share them. */
const MADE_FOR = { width: 900, height: 450 };
const NO_PANELS = { above: 0, beside: 0 };

/**
 * Prepares a map over time and period.
 *
 * @returns What draws it in a room, leaving room, in pixels, for panels above and at the side.
 */
export function mapDrawer<Grid extends MapGrid>(
  { grid, heat: field, contour, arrows, words, ...content }: MapContent<Grid>,
  options: MapOptions & { arrows?: boolean | ArrowOptions },
): (room: FigureRoom, panels?: { above: number; beside: number }) => DrawnMap<Grid> {
  const { shape: [scales, n] } = grid;
  const {
    times = Float64Array.from({ length: n }, (_, i) => i * content.dt),
    timeLabel = "Time",
    timeUnit = "",
    periodUnit = "",
    title = "",
    theme: themeName = "light",
    maxPoints = 20_000,
  } = options;
  const theme = THEMES[themeName],
    anySize: MapCanvas<Grid> = { result: grid, time: timeScale(times), theme, ...MADE_FOR };
  const heat = { colorscale: options.colorscale ?? "Viridis", ...field };
  const named = { name: words.color, period: words.period, periodUnit, maxPoints };
  const lines = contour &&
    contourTraces(anySize, contour.ratio, {
      name: `${percent(contour.level)} significance`,
      casing: contour.casing,
      thick: contour.thick,
    });
  const layers = [
    ...heatTraces(anySize, { ...heat, ...named }),
    ...lines?.outside ?? [],
    ...coneOfInfluence(anySize),
    ...lines?.inside ?? [],
  ];
  const { spacing = 28, length = 0.6 * spacing, insideCone = false } = typeof options.arrows === "object"
    ? options.arrows
    : {};
  const shown = {
    contour: contour && { ...contour, hasThick: lines?.hasThick },
    hasCone: hasCone(grid),
    hasDashes: (lines?.inside.length ?? 0) > 0,
  };

  return function draw(room, { above, beside } = NO_PANELS) {
    const { width, height } = room;
    const compose = (names?: readonly [string, string]) => {
      const captions = words.caption === undefined ? mapCaptions({ ...shown, names }) : [words.caption];
      const fitted = fitWords(room, { title, captions, theme, left: LEFT, right: 24 });
      const inner = height - fitted.top - fitted.bottom;
      const canvas = { ...anySize, width: width - LEFT - RIGHT - beside, height: inner - above };
      const pointers = names && arrows
        ? phaseArrows(canvas, arrows, { threshold: arrows.threshold, spacing, length, insideCone })
        : [];
      return { fitted, inner, canvas, pointers };
    };
    const first = compose(arrows?.names);
    // Nothing is explained that is not there, and then there is more room.
    const { fitted, inner, canvas, pointers } = first.pointers.length ? first : compose();
    const place = above ? { len: canvas.height / inner, y: 0, yanchor: "bottom" } : {};
    const titles = {
      time: withUnit(timeLabel, timeUnit),
      period: withUnit(words.period, periodUnit),
      color: words.color,
    };
    return {
      canvas,
      figure: {
        data: [...layers, ...pointers],
        layout: {
          ...mapLayout(canvas, { width, height }, fitted, titles),
          coloraxis: colorAxis(heat, canvas, place),
        },
        config: { toImageButtonOptions: { format: "svg", filename: content.filename } },
        provenance: content.provenance,
        description: `${title || content.description}: ${scales} scales, ${n} samples`,
      },
    };
  };
}

/** Whether any sample that is drawn lies inside the cone. */
function hasCone({ coi, periods, shape: [scales, n] }: MapGrid): boolean {
  for (let t = 0; t < n; t++) if (periods[scales - 1] > coi[t]) return true;
  return false;
}
