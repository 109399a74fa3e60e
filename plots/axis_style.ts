import type { Layout } from "plotly.js";
import type { Theme } from "./theme.ts";

/** Size of letters, in pixels. */
export const TEXT = 13;

/** An axis with ticks outside and a line all around the plot. */
export function axisStyle(theme: Theme): Partial<Layout["xaxis"]> & Record<string, unknown> {
  return {
    showgrid: false,
    zeroline: false,
    showline: true,
    mirror: true,
    linecolor: theme.ink,
    linewidth: 1,
    ticks: "outside",
    ticklen: 5,
    tickcolor: theme.ink,
    tickfont: { size: TEXT - 1 },
  };
}
