import type { PlotlyTrace } from "./figure.ts";
import { percent } from "./percent.ts";
import { decimals, significant } from "./round.ts";
import type { SideContent, SidePanel } from "./study_side.ts";
import type { WctFigureInput } from "./wct_options.ts";

/** For each period the share of samples that are significant, or their mean coherence, and what to compare it with. */
export function coherenceOfPeriods(
  side: "share" | "mean",
  { grid, level, options: { periodUnit = "" }, theme, words }: SideContent,
): SidePanel {
  const values = perPeriod(grid, level)[side], chance = decimals(1 - level, 6);
  const isShare = side === "share", dashed = isShare ? words.chance : words.level;
  const compared = isShare ? values.map(() => chance) : grid.significance;
  const most = Math.max(2 * chance, ...values.filter(Number.isFinite));
  const top = isShare ? Math.min(1, 1.08 * most) : 1;
  const line = (name: string, x: ArrayLike<number>, style: Record<string, unknown>): PlotlyTrace => ({
    type: "scatter",
    mode: "lines",
    name,
    // JSON has no NaN; null is a gap.
    x: Array.from(x, (value) => Number.isNaN(value) ? null : decimals(value, 4)),
    y: Array.from(grid.periods, (period) => significant(period, 5)),
    line: style,
  });
  const hovertemplate = `${words.period}: %{y:.3~g}${periodUnit && ` ${periodUnit}`}<br>${words[side]}: %{x:${
    isShare ? ".1%" : ".2f"
  }}<extra></extra>`;
  const dashes = { color: theme.lines[1], width: 1.5, dash: "dash" };
  return {
    traces: [
      { ...line(words[side], values, { color: theme.lines[0], width: 1.8 }), hovertemplate },
      ...compared ? [{ ...line(dashed, compared, dashes), hoverinfo: "skip" }] : [],
    ],
    axis: { range: [0, top], ...sideTicks(top, side) },
    legend: compared ? dashed : "",
    legendColor: theme.lines[1],
  };
}

/** Three ticks or so, the first as short as can be since the time axis ends beside it. */
function sideTicks(top: number, side: "share" | "mean"): { tickvals: number[]; ticktext: string[] } {
  const step = [0.02, 0.05, 0.1, 0.2, 0.5].find((nice) => top / nice < 2.6) ?? 0.5, tickvals: number[] = [];
  for (let i = 0; i * step <= top; i++) tickvals.push(decimals(i * step, 2));
  const ticktext = tickvals.map((value) => value === 0 ? "0" : side === "share" ? percent(value) : String(value));
  return { tickvals, ticktext };
}

/** For each period, over the samples outside the cone: the share that is significant, and the mean coherence. NaN where there is none. */
function perPeriod(
  { coherence, significance, pValues, periods, coi, shape: [scales, n] }: WctFigureInput,
  level: number,
): { share: number[]; mean: number[] } {
  const share: number[] = [], mean: number[] = [];
  for (let i = 0; i < scales; i++) {
    let count = 0, above = 0, sum = 0;
    for (let t = 0, at = i * n; t < n; t++, at++) {
      if (periods[i] > coi[t]) continue;
      count++;
      sum += coherence[at];
      if (significance ? coherence[at] > significance[i] : pValues && pValues[at] < 1 - level) above++;
    }
    share.push(count ? above / count : NaN);
    mean.push(count ? sum / count : NaN);
  }
  return { share, mean };
}
