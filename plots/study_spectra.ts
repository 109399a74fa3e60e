import { InvalidArgumentError } from "../random/mod.ts";
import { ar1, cwt, significance } from "../wavelet/mod.ts";
import { globalPower } from "./global_power.ts";
import { logAxis, type SpectrumLine, spectrumLines } from "./spectrum_lines.ts";
import type { SideContent, SidePanel } from "./study_side.ts";

/** The global wavelet spectra of both series over their variances, each with its level of significance. */
export function spectraOfSeries({ grid, series, level, options, theme, words }: SideContent): SidePanel {
  const { names = ["series 1", "series 2"], periodUnit = "", wavelet = "morlet" } = options;
  const { dt = 1, periods, ar1: alphas, shape: [, n] } = grid;
  let tested = false;
  const lines = series.flatMap((values, i): SpectrumLine[] => {
    const signal = Float64Array.from(values), freqs = Float64Array.from(periods, (period) => 1 / period);
    const result = cwt(signal, { dt, freqs, wavelet }), variance = varianceOf(signal);
    const divided = (power: Float64Array) => power.map((value) => value / variance);
    const style = { color: theme.lines[i], width: 1.6 };
    const mean: SpectrumLine = { name: names[i], power: divided(globalPower(result, "all")), style };
    const alpha = alphas?.[i] ?? estimate(signal);
    if (alpha === undefined) return [mean];
    tested = true;
    const { scales } = result, dof = scales.map((scale) => Math.max(1, n - scale / dt));
    const levels = significance(signal, { dt, scales, sigmaTest: 1, alpha, significanceLevel: level, dof, wavelet });
    const dashes = { ...style, width: 1, dash: "4px,2px" };
    return [{ name: `${names[i]}, ${words.level}`, power: divided(levels.significance), style: dashes }, mean];
  });
  return {
    traces: spectrumLines(periods, lines, { period: words.period, periodUnit, powerUnit: "" }, "y"),
    axis: logAxis(lines.flatMap(({ power }) => Array.from(power)), 4),
    legend: tested ? `dashed: ${words.level}` : "",
    legendColor: theme.muted,
  };
}

/** The lag-1 autocorrelation of a series; undefined where it cannot be estimated, as for a short trend: then there is no level. */
function estimate(signal: Float64Array): number | undefined {
  try {
    return ar1(signal).g;
  } catch (error) {
    if (error instanceof InvalidArgumentError) return undefined;
    throw error;
  }
}

function varianceOf(signal: Float64Array): number {
  const mean = signal.reduce((sum, value) => sum + value, 0) / signal.length;
  return signal.reduce((sum, value) => sum + (value - mean) ** 2, 0) / signal.length;
}
