import { cropPeriods } from "./crop_periods.ts";
import { drawAnySize } from "./draw_any_size.ts";
import type { Figure } from "./figure.ts";
import { type MapContent, mapDrawer } from "./map_figure.ts";
import { lagLabels, lagLines, turn } from "./phase_words.ts";
import { powerColors, ratioToLevel } from "./power_map.ts";
import { significant } from "./round.ts";
import { CASING } from "./theme.ts";
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
  const whole: Field = { ...result, power: Float64Array.from(re, (a, at) => Math.hypot(a, im[at])) };
  const grid = cropPeriods(whole, options.periodRange, ["power", "phase", "significance"]);
  const { power, phase, periods, significance: levels, shape: [, n] } = grid;
  const { dt = 1, names = ["series 1", "series 2"], level = 0.95, arrows = true, periodUnit = "" } = options;
  const { threshold = levels ? 0.5 : 0.1 } = typeof arrows === "object" ? arrows : {};
  const labels: Omit<XwtLabels, "caption"> & Partial<XwtLabels> = {
    quantity: "Cross power |W₁₂|",
    period: "Period",
    power: "Cross power",
    ratio: "Cross power / level",
    ...lagLabels(names),
    ...options.labels,
  };
  let largest = 0;
  for (let at = 0; at < power.length; at++) largest = Math.max(largest, power[at]);
  const content: MapContent<Field> = {
    grid,
    heat: {
      ...powerColors((at) => power[at], grid),
      hover: [
        `${labels.power}: %{customdata[0]}`,
        ...lagLines(labels, 1, periodUnit),
        ...levels ? [`${labels.ratio}: %{customdata[3]}`] : [],
      ],
      words: (at, i) => [
        significant(power[at], 3),
        ...turn(phase[at], periods[i]),
        ...levels ? [ratioToLevel(power[at], levels[i])] : [],
      ],
    },
    contour: levels && { ratio: (i, j) => power[i * n + j] / levels[i], level, casing: CASING },
    arrows: arrows === false ? undefined : {
      names,
      phase,
      threshold,
      strength: (at, i) => power[at] / (levels ? levels[i] : largest),
      casing: CASING,
    },
    words: { color: labels.quantity, period: labels.period, caption: labels.caption },
    dt,
    filename: "cross-wavelet-transform",
    description: `Cross wavelet transform of ${names[0]} and ${names[1]}`,
  };
  const draw = mapDrawer(content, options);
  return drawAnySize(options, (room) => draw(room).figure);
}

interface Field extends XwtFigureInput {
  power: ArrayLike<number>;
}
