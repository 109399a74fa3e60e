import { CYCLIC } from "./color_scales.ts";
import { cropPeriods } from "./crop_periods.ts";
import { checkCwt, type CwtFigureInput, type CwtLabels, type PlotCwtOptions } from "./cwt_options.ts";
import { Figure } from "./figure.ts";
import { heatTraces } from "./map_heat.ts";
import { frameOf, mapLayout } from "./map_layout.ts";
import { coneOfInfluence, contourTraces } from "./map_lines.ts";
import type { MapCanvas } from "./map_canvas.ts";
import { percent } from "./percent.ts";
import { powerColors } from "./power_map.ts";
import { decimals, significant } from "./round.ts";
import { CASING, THEMES } from "./theme.ts";
import { timeScale } from "./time_scale.ts";
import { withUnit } from "./with_unit.ts";

/**
 * Draws a wavelet transform as a paper prints it: power |W|² as colour on a scale of powers of two over time and period (Torrence and
 * Compo 1998, figure 1b), a line around what is significant, and a hatched veil over the cone of influence. With `show: "phase"` the
 * colour is the angle of the transform instead, on a cyclic scale.
 *
 * @example Draw the power of a series with its level of significance
 * ```ts
 * import { cwt, significance } from "@morlet/morlet/wavelet";
 * import { plotCwt } from "@morlet/morlet/plots";
 * import assert from "node:assert/strict";
 *
 * const signal = Float64Array.from({ length: 128 }, (_, t) => Math.sin(t / 3) + Math.sin(t * t));
 * const result = cwt(signal, { dt: 1 });
 * const levels = significance(signal, { dt: 1, scales: result.scales });
 * const figure = plotCwt(result, { significance: levels.significance, periodUnit: "days" });
 * assert.equal((figure.layout.yaxis as { title: { text: string } }).title.text, "Period (days)");
 * ```
 *
 * @param result What `cwt` gave.
 * @throws {InvalidArgumentError} If a part of the result has the wrong length, or an option cannot be used.
 */
export function plotCwt(result: CwtFigureInput, options: PlotCwtOptions = {}): Figure {
  checkCwt(result, options);
  const { variance = 1, show = "power", level = 0.95, dt = 1, unit = "", name = "the series" } = options;
  const { re, im } = result.W;
  let field: Field = {
    ...result,
    power: Float64Array.from(re, (a, at) => (a * a + im[at] * im[at]) / variance),
    phase: Float64Array.from(re, (a, at) => Math.atan2(im[at], a)),
    levels: options.significance && Float64Array.from(options.significance, (power) => power / variance),
  };
  if (options.periodRange) field = cropPeriods(field, options.periodRange, ["power", "phase", "levels"]);
  const { power, phase, levels, shape: [scales, n] } = field;
  const {
    times = Float64Array.from({ length: n }, (_, i) => i * dt),
    timeLabel = "Time",
    timeUnit = "",
    periodUnit = "",
    title = "",
    width = 900,
    height = 520,
    theme: themeName = "light",
    colorscale = "Viridis",
    maxPoints = 20_000,
  } = options;
  const powerUnit = unit && options.variance === undefined ? `${unit}²` : "";
  const labels: CwtLabels = {
    quantity: show === "phase" ? "Phase (degrees)" : withUnit(variance === 1 ? "Power" : "Power / variance", powerUnit),
    period: "Period",
    power: "Power",
    phase: "Phase",
    ratio: "Power / level",
    caption: [
      ...levels ? [`Black line: pointwise ${percent(level)} significance against red noise.`] : [],
      "Hatched: cone of influence, reached by the ends of the record.",
    ].join(" "),
    ...options.labels,
  };
  const theme = THEMES[themeName], frame = frameOf({ width, height, title, caption: labels.caption });
  const canvas: MapCanvas<Field> = {
    result: field,
    time: timeScale(times),
    theme,
    width: frame.mapWidth,
    height: frame.mapHeight,
  };
  const colors = show === "power" ? powerColors((at) => power[at], field) : {
    color: (at: number) => Math.round(phase[at] * 180 / Math.PI),
    range: [-180, 180] as const,
    ticks: { tickvals: [-180, -90, 0, 90, 180] },
    smooth: false,
  };

  return new Figure({
    data: [
      ...heatTraces(canvas, {
        name: labels.quantity,
        ...colors,
        colorscale: show === "power" ? colorscale : CYCLIC,
        hover: [
          `${labels.power}: %{customdata[0]}${powerUnit && ` ${powerUnit}`}`,
          ...levels ? [`${labels.ratio}: %{customdata[1]}`] : [],
          `${labels.phase}: %{customdata[${levels ? 2 : 1}]}°`,
        ],
        words: (at, i) => [
          significant(power[at], 3),
          ...levels ? [Number.isFinite(levels[i]) ? decimals(power[at] / levels[i], 2) : "–"] : [],
          Math.round(phase[at] * 180 / Math.PI),
        ],
        period: labels.period,
        periodUnit,
        maxPoints,
      }),
      ...(levels
        ? contourTraces(canvas, (i, j) => power[i * n + j] / levels[i], {
          name: `${percent(level)} significance`,
          casing: CASING,
        })
        : []),
      ...coneOfInfluence(canvas),
    ],
    layout: mapLayout(canvas, frame, {
      title,
      timeTitle: withUnit(timeLabel, timeUnit),
      periodTitle: withUnit(labels.period, periodUnit),
      colorTitle: labels.quantity,
    }),
    config: { toImageButtonOptions: { format: "svg", filename: "wavelet-transform" } },
    description: `${title || `Wavelet ${show} of ${name}`}: ${scales} scales, ${n} samples`,
  });
}

interface Field extends CwtFigureInput {
  power: ArrayLike<number>;
  phase: ArrayLike<number>;
  levels?: ArrayLike<number>;
}
