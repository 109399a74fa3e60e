import { axisStyle, TEXT } from "./axis_style.ts";
import type { PlotlyTrace } from "./figure.ts";
import { percent } from "./percent.ts";
import { decimals } from "./round.ts";
import { coherenceOfPeriods } from "./study_coherence.ts";
import type { PlotStudyOptions, SeriesPair, StudyLabels, StudySide } from "./study_options.ts";
import { spectraOfSeries } from "./study_spectra.ts";
import { type Theme, THEMES } from "./theme.ts";
import { wctWords } from "./wct_map.ts";
import type { WctFigureInput } from "./wct_options.ts";

/** A panel beside a map, on the same axis of periods. */
export interface SidePanel {
  /** Lines. */
  traces: PlotlyTrace[];
  /** The horizontal axis. */
  axis: Record<string, unknown>;
  /** Over the panel: what the dashes are. */
  legend: string;
  /** Its colour. */
  legendColor: string;
}

/** What a panel is drawn from. */
export interface SideContent {
  /** The result, with the periods that are drawn. */
  grid: WctFigureInput;
  /** The series that it was computed from. */
  series: SeriesPair;
  /** Level of significance. */
  level: number;
  /** What was asked for. */
  options: PlotStudyOptions;
  /** Colours. */
  theme: Theme;
  /** Every word. */
  words: Omit<StudyLabels, "caption">;
}

/** Draws what each period amounts to. */
export function sidePanel(
  side: StudySide,
  grid: WctFigureInput,
  series: SeriesPair,
  options: PlotStudyOptions,
): SidePanel {
  const theme = THEMES[options.theme ?? "light"], { level = grid.level ?? 0.95 } = options;
  const words = {
    ...wctWords(options),
    spectrum: "Power / variance",
    share: "Time significant",
    mean: "Mean R²",
    chance: `${percent(decimals(1 - level, 6))}<br>by chance`,
    level: `${percent(level)} level`,
    ...options.labels,
  };
  const content = { grid, series, level, options, theme, words };
  const panel = side === "spectrum" ? spectraOfSeries(content) : coherenceOfPeriods(side, content);
  return {
    ...panel,
    traces: panel.traces.map((trace) => ({ ...trace, xaxis: "x2", showlegend: false })),
    axis: {
      ...axisStyle(theme),
      showline: false,
      tickangle: 0,
      title: { text: words[side], standoff: 8, font: { size: TEXT } },
      ...panel.axis,
    },
  };
}
