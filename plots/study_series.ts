import { axisStyle, TEXT } from "./axis_style.ts";
import type { PlotlyTrace } from "./figure.ts";
import type { MapCanvas } from "./map_canvas.ts";
import { significant } from "./round.ts";
import type { PlotStudyOptions, SeriesPair } from "./study_options.ts";
import { thinLine } from "./thin_line.ts";

/** Two series above a map. */
export interface DrawnSeries {
  /** The lines. */
  traces: PlotlyTrace[];
  /** Their vertical axes, by name. */
  axes: Record<string, unknown>;
  /** Names and units. */
  annotations: Record<string, unknown>[];
  /** Where each lies, as shares of the height. */
  domains: readonly (readonly number[])[];
}

/** Room for a name in a panel, and the width that lines are made for at every size, in pixels. */
const NAME = 18, PIXELS = 800;

/** Draws two series on a map's time axis, each `tall` pixels high and at its place, a share of the height from the bottom. */
export function drawSeries(
  series: SeriesPair,
  { time, theme }: MapCanvas,
  { names = ["series 1", "series 2"], units = ["", ""] }: PlotStudyOptions,
  domains: readonly (readonly number[])[],
  tall: number,
): DrawnSeries {
  const note = { xref: "paper", yref: "paper", showarrow: false, x: 0 };
  return {
    domains,
    traces: series.map((values, i) => {
      const columns = thinLine(values, PIXELS);
      return {
        type: "scatter",
        mode: "lines",
        name: names[i],
        x: columns.map(time.at),
        // JSON has no NaN; null is a gap.
        y: columns.map((j) => Number.isFinite(values[j]) ? significant(values[j], 4) : null),
        yaxis: `y${i + 2}`,
        line: { color: theme.lines[i], width: 1.2 },
        hovertemplate: `${time.hover}<br>${names[i]}: %{y:.4~g}${units[i] && ` ${units[i]}`}<extra></extra>`,
        showlegend: false,
      };
    }),
    axes: Object.fromEntries(domains.map((domain, i) => [
      `yaxis${i + 2}`,
      { ...axisStyle(theme), showline: false, domain, nticks: 4, range: withHeadroom(series[i], NAME / tall) },
    ])),
    annotations: domains.flatMap(([bottom, top], i) => [
      {
        ...note,
        text: names[i],
        xshift: 6,
        xanchor: "left",
        y: top,
        yshift: -2,
        yanchor: "top",
        font: { size: 12, color: theme.lines[i] },
      },
      ...units[i]
        ? [{
          ...note,
          text: units[i],
          xshift: -58,
          xanchor: "center",
          y: (bottom + top) / 2,
          yanchor: "middle",
          textangle: "-90",
          font: { size: TEXT },
        }]
        : [],
    ]),
  };
}

/** The range of a series, with a share of the height left above it for its name. */
function withHeadroom(values: ArrayLike<number>, share: number): [number, number] {
  let low = Infinity, high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  const span = high - low || 1;
  return low <= high ? [low - 0.06 * span, low + 1.02 * span / (1 - share)] : [0, 1];
}
