import { cropPeriods } from "./crop_periods.ts";
import { Figure } from "./figure.ts";
import { phaseArrows } from "./map_arrows.ts";
import type { MapCanvas } from "./map_canvas.ts";
import { heatTraces } from "./map_heat.ts";
import { frameOf, mapLayout } from "./map_layout.ts";
import { coneOfInfluence, contourTraces } from "./map_lines.ts";
import { percent } from "./percent.ts";
import { powerColors } from "./power_map.ts";
import { decimals, significant } from "./round.ts";
import { CASING, THEMES } from "./theme.ts";
import { timeScale } from "./time_scale.ts";
import { arrowSentence } from "./wct_caption.ts";
import { withUnit } from "./with_unit.ts";
import { checkXwt, type PlotXwtOptions, type XwtFigureInput, type XwtLabels } from "./xwt_options.ts";

/**
 * Draws the cross wavelet transform of two series: where in time and at which periods both have power, as colour on a scale of powers of
 * two, with a line around what is significant, the cone of influence, and arrows for the phase as in {@linkcode plotWct}. Arrows are
 * drawn where the cross power reaches half its level of significance.
 *
 * High common power does not mean that two series are related; for that there is coherence.
 *
 * @example Draw what two series have in common
 * ```ts
 * import { xwt } from "@morlet/morlet/wavelet";
 * import { plotXwt } from "@morlet/morlet/plots";
 * import assert from "node:assert/strict";
 *
 * const y1 = Float64Array.from({ length: 128 }, (_, t) => Math.cos(t / 4) + Math.sin(t * t) / 4);
 * const y2 = Float64Array.from({ length: 128 }, (_, t) => Math.cos((t - 2) / 4) + Math.cos(t * t) / 4);
 * const figure = plotXwt(xwt(y1, y2, { dt: 1 }), { names: ["rain", "river"] });
 * assert.match(JSON.stringify(figure.layout), /rain leads by a quarter period/);
 * ```
 *
 * @param result What `xwt` gave.
 * @throws {InvalidArgumentError} If a part of the result has the wrong length, or an option cannot be used.
 */
export function plotXwt(result: XwtFigureInput, options: PlotXwtOptions = {}): Figure {
  checkXwt(result, options);
  const { re, im } = result.W12;
  let field: Field = { ...result, power: Float64Array.from(re, (a, at) => Math.hypot(a, im[at])) };
  if (options.periodRange) field = cropPeriods(field, options.periodRange, ["power", "phase", "significance"]);
  const { power, phase, periods, significance: levels, shape: [scales, n] } = field;
  const {
    dt = 1,
    times = Float64Array.from({ length: n }, (_, i) => i * dt),
    timeLabel = "Time",
    timeUnit = "",
    periodUnit = "",
    names = ["series 1", "series 2"],
    title = "",
    width = 900,
    height = 520,
    theme: themeName = "light",
    colorscale = "Viridis",
    level = 0.95,
    arrows = true,
    maxPoints = 20_000,
  } = options;
  const { threshold = levels ? 0.5 : 0.1, spacing = 28, length = 0.6 * spacing, insideCone = false } =
    typeof arrows === "object" ? arrows : {};
  const labels: XwtLabels = {
    quantity: "Cross power |W₁₂|",
    period: "Period",
    power: "Cross power",
    ratio: "Cross power / level",
    phase: "Phase",
    lag: `${names[0]} leads by`,
    caption: [
      ...arrows === false ? [] : [arrowSentence(names)],
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
  let largest = 0;
  for (let at = 0; at < power.length; at++) largest = Math.max(largest, power[at]);
  const unit = periodUnit && ` ${periodUnit}`;

  return new Figure({
    data: [
      ...heatTraces(canvas, {
        name: labels.quantity,
        ...powerColors((at) => power[at], field),
        colorscale,
        hover: [
          `${labels.power}: %{customdata[0]}`,
          `${labels.phase}: %{customdata[1]}°`,
          `${labels.lag} %{customdata[2]}${unit}`,
          ...levels ? [`${labels.ratio}: %{customdata[3]}`] : [],
        ],
        words: (at, i) => [
          significant(power[at], 3),
          Math.round(phase[at] * 180 / Math.PI),
          significant(phase[at] / (2 * Math.PI) * periods[i], 3),
          ...levels ? [Number.isFinite(levels[i]) ? decimals(power[at] / levels[i], 2) : "–"] : [],
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
      ...(arrows === false ? [] : phaseArrows(canvas, {
        phase,
        strength: (at, i) => power[at] / (levels ? levels[i] : largest),
        casing: CASING,
      }, { threshold, spacing, length, insideCone })),
    ],
    layout: mapLayout(canvas, frame, {
      title,
      timeTitle: withUnit(timeLabel, timeUnit),
      periodTitle: withUnit(labels.period, periodUnit),
      colorTitle: labels.quantity,
    }),
    config: { toImageButtonOptions: { format: "svg", filename: "cross-wavelet-transform" } },
    description: `${title || `Cross wavelet transform of ${names[0]} and ${names[1]}`}: ${scales} scales, ${n} samples`,
  });
}

interface Field extends XwtFigureInput {
  power: ArrayLike<number>;
}
