import type { Layout } from "plotly.js";
import { FONT_FAMILY, wrapText } from "./font.ts";
import { axisStyle, TEXT, titleOf } from "./axis_style.ts";
import { powerOfTwoTicks } from "./log_ticks.ts";
import type { MapCanvas } from "./map_canvas.ts";

/** Sizes in pixels: small letters, lines of a caption, room at the left and right of a map. */
export const SMALL = 11.5, LINE = 16, LEFT = 72, RIGHT = 84;

/** How the room of a figure is shared out, in pixels. */
export interface Frame {
  /** The whole figure. */
  width: number;
  /** The whole figure. */
  height: number;
  /** Above the map: the title. */
  top: number;
  /** Below the map: axis and caption. */
  bottom: number;
  /** The map itself. */
  mapWidth: number;
  /** The map itself. */
  mapHeight: number;
  /** The caption, in lines that fit. */
  caption: string[];
}

/** Shares out the room: what letters need first, the rest for the map. */
export function frameOf(
  { width, height, title, caption: text }: { width: number; height: number; title: string; caption: string },
): Frame {
  const top = title ? 48 : 20, caption = text ? wrapText(text, SMALL, width - LEFT - 24) : [];
  const bottom = 58 + (caption.length ? caption.length * LINE + 8 : 0);
  return { width, height, top, bottom, mapWidth: width - LEFT - RIGHT, mapHeight: height - top - bottom, caption };
}

/** Axes, title, caption and the colour bar's title of a map. */
export function mapLayout(
  { result: { periods, shape: [scales, n] }, time, theme, width, height }: MapCanvas,
  frame: Frame,
  { title, timeTitle, periodTitle, colorTitle }: Record<
    "title" | "timeTitle" | "periodTitle" | "colorTitle",
    string
  >,
): Partial<Layout> {
  const low = periods[0], high = periods[scales - 1];
  const ticks = powerOfTwoTicks(low, high, Math.max(2, Math.floor(height / 24)));
  const axis = axisStyle(theme);
  const note = { xref: "paper", yref: "paper", showarrow: false };
  return {
    width: frame.width,
    height: frame.height,
    // Fixed, so that the map has the size that contour and arrows were made for.
    margin: { l: LEFT, r: RIGHT, t: frame.top, b: frame.bottom, autoexpand: false } as Layout["margin"],
    paper_bgcolor: theme.paper,
    plot_bgcolor: theme.paper,
    font: { family: FONT_FAMILY, size: TEXT, color: theme.ink },
    ...titleOf(title, LEFT / frame.width, frame.height),
    xaxis: {
      ...axis,
      type: time.type,
      range: [time.at(0), time.at(n - 1)],
      title: { text: timeTitle, standoff: 8, font: { size: TEXT + 1 } },
      ...(time.type === "linear" ? { exponentformat: "none" } : {}),
      nticks: Math.max(2, Math.floor(width / 80)),
    },
    yaxis: {
      ...axis,
      type: "log",
      range: [Math.log10(high), Math.log10(low)],
      title: { text: periodTitle, standoff: 10, font: { size: TEXT + 1 } },
      ...ticks,
    },
    hovermode: "closest",
    hoverlabel: { font: { family: FONT_FAMILY, size: 12 }, align: "left" },
    annotations: [
      {
        ...note,
        text: colorTitle,
        x: 1,
        y: 0.5,
        xshift: 68,
        xanchor: "center",
        yanchor: "middle",
        textangle: "-90",
        font: { size: TEXT + 1 },
      },
      {
        ...note,
        text: frame.caption.join("<br>"),
        x: 0,
        y: 0,
        yshift: -56,
        xanchor: "left",
        yanchor: "top",
        align: "left",
        font: { size: SMALL, color: theme.muted },
      },
    ].slice(0, frame.caption.length ? 2 : 1) as Layout["annotations"],
  };
}
