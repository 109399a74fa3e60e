import type { Layout } from "plotly.js";
import { axisStyle, TEXT } from "./axis_style.ts";
import type { FittedWords } from "./fit_words.ts";
import { FONT_FAMILY } from "./font.ts";
import { powerOfTwoTicks } from "./log_ticks.ts";
import type { MapCanvas } from "./map_canvas.ts";

/** Room at the left and at the right of a map, in pixels. */
export const LEFT = 72, RIGHT = 84;

/** What the axes and the colour bar of a map are called. */
export interface MapTitles {
  /** The time axis. */
  time: string;
  /** The axis of periods. */
  period: string;
  /** The colour bar. */
  color: string;
}

/** Axes, title, caption and the colour bar's title of a map. */
export function mapLayout(
  { result: { periods, shape: [scales, n] }, time, theme, width, height }: MapCanvas,
  size: { width: number; height: number },
  { top, bottom, title, annotations }: FittedWords,
  titles: MapTitles,
): Partial<Layout> {
  const low = periods[0], high = periods[scales - 1];
  const ticks = powerOfTwoTicks(low, high, Math.max(2, Math.floor(height / 24)));
  const axis = axisStyle(theme);
  return {
    ...size,
    // Fixed, so that the map has the size that contour and arrows were made for.
    margin: { l: LEFT, r: RIGHT, t: top, b: bottom, autoexpand: false } as Layout["margin"],
    paper_bgcolor: theme.paper,
    plot_bgcolor: theme.paper,
    font: { family: FONT_FAMILY, size: TEXT, color: theme.ink },
    ...title,
    xaxis: {
      ...axis,
      type: time.type,
      range: [time.at(0), time.at(n - 1)],
      title: { text: titles.time, standoff: 8, font: { size: TEXT + 1 } },
      ...(time.type === "linear" ? { exponentformat: "none" } : {}),
      nticks: Math.max(3, Math.floor(width / 80)),
    },
    yaxis: {
      ...axis,
      type: "log",
      range: [Math.log10(high), Math.log10(low)],
      title: { text: titles.period, standoff: 10, font: { size: TEXT + 1 } },
      ...ticks,
    },
    hovermode: "closest",
    hoverlabel: { font: { family: FONT_FAMILY, size: 12 }, align: "left" },
    annotations: [
      {
        xref: "paper",
        yref: "paper",
        showarrow: false,
        text: titles.color,
        x: 1,
        y: 0.5,
        xshift: 68,
        xanchor: "center",
        yanchor: "middle",
        textangle: "-90",
        font: { size: TEXT + 1 },
      },
      ...annotations,
    ] as Layout["annotations"],
  };
}
