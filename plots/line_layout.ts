import type { Layout } from "plotly.js";
import { axisStyle, TEXT, titleOf } from "./axis_style.ts";
import { FONT_FAMILY, wrapText } from "./font.ts";
import { powerOfTwoTicks } from "./log_ticks.ts";
import { LINE, SMALL } from "./map_layout.ts";
import type { Theme } from "./theme.ts";

const LEFT = 72, RIGHT = 24, LEGEND = 24;

/** What {@linkcode lineLayout} needs to know. */
export interface LineFrame {
  /** The whole figure, in pixels. */
  width: number;
  /** The whole figure, in pixels. */
  height: number;
  /** Over the figure; may be empty. */
  title: string;
  /** Below the figure; may be empty. */
  caption: string;
  /** Whether lines are named above the plot. */
  legend: boolean;
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
  const { width, height, title, theme, legend } = frame;
  const caption = frame.caption ? wrapText(frame.caption, SMALL, width - LEFT - RIGHT) : [];
  const top = (title ? 48 : 20) + (legend ? LEGEND : 0), bottom = 58 + (caption.length ? caption.length * LINE + 8 : 0);
  const plotWidth = width - LEFT - RIGHT, plotHeight = height - top - bottom;
  const axis = axisStyle(theme);
  return {
    width,
    height,
    margin: { l: LEFT, r: RIGHT, t: top, b: bottom, autoexpand: false } as Layout["margin"],
    paper_bgcolor: theme.paper,
    plot_bgcolor: theme.paper,
    font: { family: FONT_FAMILY, size: TEXT, color: theme.ink },
    ...titleOf(title, LEFT / width, height),
    xaxis: {
      ...axis,
      type: "log",
      range: frame.periods.map(Math.log10),
      title: { text: frame.periodTitle, standoff: 8, font: { size: TEXT + 1 } },
      ...powerOfTwoTicks(...frame.periods, Math.max(2, Math.floor(plotWidth / 48))),
    },
    yaxis: { ...axis, ...frame.yaxis },
    showlegend: legend,
    legend: {
      orientation: "h",
      x: 0,
      xanchor: "left",
      y: 1 + 6 / plotHeight,
      yanchor: "bottom",
      bgcolor: "rgba(0,0,0,0)",
      font: { size: 12 },
    },
    hovermode: "closest",
    hoverlabel: { font: { family: FONT_FAMILY, size: 12 }, align: "left" },
    annotations: (caption.length
      ? [{
        xref: "paper",
        yref: "paper",
        showarrow: false,
        text: caption.join("<br>"),
        x: 0,
        y: 0,
        yshift: -56,
        xanchor: "left",
        yanchor: "top",
        align: "left",
        font: { size: SMALL, color: theme.muted },
      }]
      : []) as Layout["annotations"],
  };
}
