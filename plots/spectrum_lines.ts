import type { PlotlyTrace } from "./figure.ts";
import { shortNumber } from "./log_ticks.ts";
import { significant } from "./round.ts";

/** A spectrum's line. */
export interface SpectrumLine {
  /** Name of the line. */
  name: string;
  /** Power of each period; what is not positive is left out. */
  power: ArrayLike<number>;
  /** Colour, width, dashes. */
  style: { color: string; width: number; dash?: string };
}

/** Words for lines that are pointed at. */
export interface SpectrumWords {
  /** "Period". */
  period: string;
  /** Unit of the periods. */
  periodUnit: string;
  /** Unit of the power. */
  powerUnit: string;
}

/** Lines of power over the period, which lies along x, or along y where the lines stand beside a map. */
export function spectrumLines(
  periods: ArrayLike<number>,
  lines: readonly SpectrumLine[],
  words: SpectrumWords,
  along: "x" | "y",
): PlotlyTrace[] {
  const p = Array.from(periods, (period) => significant(period, 5)), across = along === "x" ? "y" : "x";
  const unit = (text: string) => text && ` ${text}`;
  return lines.map(({ name, power, style }) => {
    // JSON has no NaN; null is a gap.
    const values = Array.from(power, (value) => value > 0 ? significant(value, 4) : null);
    return {
      type: "scatter",
      mode: "lines",
      name,
      [along]: p,
      [across]: values,
      line: style,
      hovertemplate: `${words.period}: %{${along}:.3~g}${unit(words.periodUnit)}<br>${name}: %{${across}:.3~g}${
        unit(words.powerUnit)
      }<extra></extra>`,
    };
  });
}

/** A logarithmic axis around the positive ones of some values, with ticks at powers of ten, or of two where there are few of them. */
export function logAxis(values: ArrayLike<number>, most: number): Record<string, unknown> {
  const positive = Array.from(values).filter((value) => value > 0);
  const [least, greatest] = positive.length ? [Math.min(...positive), Math.max(...positive)] : [0.1, 10];
  const low = Math.log10(least) - 0.08, high = Math.log10(greatest) + 0.08;
  const base = high - low > (most < 5 ? 2 : 2.5) ? 10 : 2;
  const step = Math.max(1, Math.ceil((high - low) / Math.log10(base) / most)), tickvals: number[] = [];
  const first = Math.ceil(low / Math.log10(base) / step) * step;
  for (let k = first; k * Math.log10(base) <= high; k += step) tickvals.push(base ** k);
  return {
    type: "log",
    range: [low, high],
    tickvals,
    ticktext: tickvals.map(base === 10 ? decimalNumber : shortNumber),
  };
}

function decimalNumber(value: number): string {
  return value >= 1e5 || value < 1e-3
    ? value.toExponential(0).replace("e+", "e")
    : String(Number(value.toPrecision(3)));
}
