import { CYCLIC } from "./color_scales.ts";
import { cropPeriods } from "./crop_periods.ts";
import { checkCwt, type CwtFigureInput, type CwtLabels, type PlotCwtOptions } from "./cwt_options.ts";
import { drawAnySize } from "./draw_any_size.ts";
import type { Figure } from "./figure.ts";
import { type MapContent, mapDrawer } from "./map_figure.ts";
import { powerColors, ratioToLevel } from "./power_map.ts";
import { significant } from "./round.ts";
import { CASING } from "./theme.ts";
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
  const whole: Field = {
    ...result,
    power: Float64Array.from(re, (a, at) => (a * a + im[at] * im[at]) / variance),
    phase: Float64Array.from(re, (a, at) => Math.atan2(im[at], a)),
    levels: options.significance && Float64Array.from(options.significance, (power) => power / variance),
  };
  const grid = cropPeriods(whole, options.periodRange, ["power", "phase", "levels"]);
  const { power, phase, levels, shape: [, n] } = grid;
  const powerUnit = unit && options.variance === undefined ? `${unit}²` : "";
  const labels: Omit<CwtLabels, "caption"> & Partial<CwtLabels> = {
    quantity: show === "phase" ? "Phase (degrees)" : withUnit(variance === 1 ? "Power" : "Power / variance", powerUnit),
    period: "Period",
    power: "Power",
    phase: "Phase",
    ratio: "Power / level",
    ...options.labels,
  };
  const content: MapContent<Field> = {
    grid,
    heat: {
      ...show === "power" ? powerColors((at) => power[at], grid) : phaseColors((at) => phase[at]),
      hover: [
        `${labels.power}: %{customdata[0]}${powerUnit && ` ${powerUnit}`}`,
        `${labels.phase}: %{customdata[1]}°`,
        ...levels ? [`${labels.ratio}: %{customdata[2]}`] : [],
      ],
      words: (at, i) => [
        significant(power[at], 3),
        Math.round(phase[at] * 180 / Math.PI),
        ...levels ? [ratioToLevel(power[at], levels[i])] : [],
      ],
    },
    contour: levels && { ratio: (i, j) => power[i * n + j] / levels[i], level, casing: CASING },
    words: { color: labels.quantity, period: labels.period, caption: labels.caption },
    dt,
    filename: "wavelet-transform",
    description: `Wavelet ${show} of ${name}`,
  };
  const { maxPoints = show === "phase" ? 40_000 : 20_000 } = options;
  const draw = mapDrawer(content, { ...options, maxPoints });
  return drawAnySize(options, (room) => draw(room).figure);
}

/** Steps of phase that the colours tell apart, in degrees: few, so that more cells can be told, as neighbours cannot be blended. */
const STEP = 5;

function phaseColors(
  phase: (at: number) => number,
): Pick<MapContent["heat"], "color" | "range" | "ticks" | "smooth" | "colorscale"> {
  const degrees = [-180, -90, 0, 90, 180];
  return {
    color: (at) => Math.round(phase(at) * 180 / Math.PI / STEP),
    range: [-180 / STEP, 180 / STEP],
    ticks: { tickvals: degrees.map((angle) => angle / STEP), ticktext: degrees.map(String) },
    smooth: false,
    colorscale: CYCLIC,
  };
}

interface Field extends CwtFigureInput {
  power: ArrayLike<number>;
  phase: ArrayLike<number>;
  levels?: ArrayLike<number>;
}
