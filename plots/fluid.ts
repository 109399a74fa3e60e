import type { Figure, PlotlyConfig, PlotlyLayout, PlotlyTrace } from "./figure.ts";

/** A figure for a page whose width is not known: its specification, drawn for some widths. */
export interface FluidSpecification {
  /** Traces, as they are at the figure's own width. */
  data: PlotlyTrace[];
  /** Layout at the figure's own width. */
  layout: PlotlyLayout;
  /** How it behaves. */
  config: PlotlyConfig;
  /** Layouts for widths, increasing. A number among the traces stands for that one of `data`. None: the figure keeps its size. */
  sizes?: { layout: PlotlyLayout; data: (number | PlotlyTrace)[] }[];
}

/** Widths that a figure is drawn for, in units of its own; in between the next narrower one is stretched. */
const WIDTHS = [0.55, 0.7, 0.85, 1, 1.2, 1.45, 1.75];
/** Least width, in pixels, of a figure that is not narrower by itself, and least height, in units of its own. */
const LEAST = { width: 480, height: 0.8 };
/** The width that the words of a figure fit where no script follows the width. */
const SAFE = 640;

/** Draws a figure for a page of its own, where a script chooses among the sizes. */
export function fluidSpecification(figure: Figure): FluidSpecification {
  const { width, height } = sizeOf(figure);
  if (!figure.isFluid) return figure.toJSON();
  const { data, layout, config } = figure.resize({ width, height, narrowest: width }).toJSON();
  const known = data.map((trace) => JSON.stringify(trace));
  const widths = [...new Set(WIDTHS.map((share) => Math.max(Math.min(LEAST.width, width), Math.round(share * width))))];
  const sizes = widths.map((wide) => {
    const high = Math.round(height * Math.max(LEAST.height, wide / width));
    const drawn = figure.resize({ width: wide, height: high, narrowest: wide });
    const traces = drawn.data.map((trace) => {
      const at = known.indexOf(JSON.stringify(trace));
      return at < 0 ? trace : at;
    });
    return { layout: drawn.layout, data: traces };
  });
  return { data, layout, config, sizes };
}

/** Draws a figure for viewers that know Plotly's JSON only: as wide as there is room, and as high as it is. */
export function fluidJson(figure: Figure): { data: PlotlyTrace[]; layout: PlotlyLayout; config: PlotlyConfig } {
  if (!figure.isFluid) return figure.toJSON();
  const { width, height } = sizeOf(figure);
  const { data, layout, config } = figure.resize({ width, height, narrowest: Math.min(SAFE, width) });
  const { width: _, ...free } = layout;
  return { data, layout: { ...free, autosize: true }, config: { ...config, responsive: true } };
}

function sizeOf({ layout: { width = 700, height = 450 } }: Figure): { width: number; height: number } {
  return { width, height };
}
