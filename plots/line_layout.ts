import type { Layout } from "plotly.js";
import { axisStyle, TEXT } from "./axis_style.ts";
import type { FigureRoom } from "./figure.ts";
import { fitWords } from "./fit_words.ts";
import { FONT_FAMILY, textWidth } from "./font.ts";
import { powerOfTwoTicks } from "./log_ticks.ts";
import type { Theme } from "./theme.ts";

const LEFT = 72, RIGHT = 24;
/** A row of the legend, and what a name in it takes beside its letters. */
const LEGEND = { row: 20, size: 12, item: 50 };

/** The usual size of a figure of lines. */
export const LINES_SIZE: { usual: { width: number; height: number } } = { usual: { width: 640, height: 420 } };

/** What {@linkcode lineLayout} needs to know. */
export interface LineFrame {
  /** The whole figure. */
  room: FigureRoom;
  /** Over the figure; may be empty. */
  title: string;
  /** Below the figure; may be empty. */
  caption: string;
  /** Names of the lines, above the plot; may be empty. */
  legend: readonly string[];
  /** Colours. */
  theme: Theme;
  /** Shortest and longest period. */
  periods: readonly [number, number];
  /** On the horizontal axis. */
  periodTitle: string;
  /** The vertical axis. */
  yaxis: Partial<Layout["yaxis"]> & Record<string, unknown>;
}

/** Axes, title, caption and legend of lines over the period, which is on a horizontal logarithmic axis. */
export function lineLayout(frame: LineFrame): Partial<Layout> {
  const { room, title, theme, legend } = frame, { width, height } = room;
  const words = fitWords(room, { title, captions: [frame.caption], theme, left: LEFT, right: RIGHT });
  const plotWidth = width - LEFT - RIGHT;
  // Plotly gives every name the width of the widest.
  const item = LEGEND.item + Math.max(0, ...legend.map((name) => textWidth(name, LEGEND.size)));
  const rows = Math.ceil(legend.length * item / Math.max(item, (room.narrowest ?? width) - LEFT - RIGHT));
  const top = words.top + (rows ? rows * LEGEND.row + 4 : 0), plotHeight = height - top - words.bottom;
  const axis = axisStyle(theme);
  return {
    width,
    height,
    margin: { l: LEFT, r: RIGHT, t: top, b: words.bottom, autoexpand: false } as Layout["margin"],
    paper_bgcolor: theme.paper,
    plot_bgcolor: theme.paper,
    font: { family: FONT_FAMILY, size: TEXT, color: theme.ink },
    ...words.title,
    xaxis: {
      ...axis,
      type: "log",
      range: frame.periods.map(Math.log10),
      title: { text: frame.periodTitle, standoff: 8, font: { size: TEXT + 1 } },
      ...powerOfTwoTicks(...frame.periods, Math.max(2, Math.floor(plotWidth / 48))),
    },
    yaxis: { ...axis, ...frame.yaxis },
    showlegend: legend.length > 0,
    legend: {
      orientation: "h",
      x: 0,
      xanchor: "left",
      y: 1 + 6 / plotHeight,
      yanchor: "bottom",
      bgcolor: "rgba(0,0,0,0)",
      font: { size: LEGEND.size },
    },
    hovermode: "closest",
    hoverlabel: { font: { family: FONT_FAMILY, size: 12 }, align: "left" },
    annotations: words.annotations as Layout["annotations"],
  };
}
