import { regionPValues } from "../analysis/mod.ts";
import { cropPeriods } from "./crop_periods.ts";
import { mapDrawer } from "./map_figure.ts";
import { lagLabels, lagLines, turn } from "./phase_words.ts";
import { decimals, significant } from "./round.ts";
import type { PlotWctOptions, WctFigureInput, WctLabels } from "./wct_options.ts";

/** Every word on the map, with the defaults filled in. */
export function wctWords({ names = ["series 1", "series 2"], labels }: PlotWctOptions): Omit<WctLabels, "caption"> {
  return {
    coherence: "Coherence R²",
    period: "Period",
    ...lagLabels(names),
    pValue: "p",
    regionPValue: "p of the patch",
    ...labels,
  };
}

/** What is drawn of a result. */
export interface WctGrid extends WctFigureInput {
  /** For each sample of a patch, where patches were tested, the patch's p-value; else NaN. */
  regionPValues?: ArrayLike<number>;
}

/** A result without the periods that are not drawn, and with the p-values of its patches. */
export function drawnPeriods(result: WctFigureInput, { periodRange }: PlotWctOptions): WctGrid {
  // Not a copy of the result: it would compute the unsmoothed phase.
  const parts = Object.fromEntries(
    [...MAPS, ...OTHERS].map((name) => [name, result[name]]),
  ) as unknown as WctFigureInput;
  const grid: WctGrid = { ...parts, regionPValues: testedPatches(result) };
  return cropPeriods(grid, periodRange, [...MAPS, "regionPValues", "significance", "scales"]);
}

const MAPS = ["coherence", "smoothedPhase", "pValues"] as const;
const OTHERS = [
  "significance",
  "scales",
  "periods",
  "coi",
  "shape",
  "dt",
  "level",
  "ar1",
  "mcCount",
  "provenance",
] as const;

function testedPatches(result: WctFigureInput): Float64Array | undefined {
  const { coherence, periods, dt = 1, significance, significant, largestMasses, shape } = result;
  if (!significance || !significant || !largestMasses) return undefined;
  return regionPValues({
    coherence: Float64Array.from(coherence),
    periods: Float64Array.from(periods),
    dt,
    significance: Float64Array.from(significance),
    significant: Uint8Array.from(significant),
    largestMasses: Float64Array.from(largestMasses),
    shape: [...shape],
  });
}

/** Prepares a map of coherence, as {@linkcode mapDrawer} does. */
export function wctDrawer(grid: WctGrid, options: PlotWctOptions): ReturnType<typeof mapDrawer<WctGrid>> {
  const { coherence, smoothedPhase: phase, significance, pValues, periods, shape: [, n], dt = 1, provenance } = grid;
  const { regionPValues: whole } = grid;
  const { names = ["series 1", "series 2"], level = grid.level ?? 0.95, arrows = true, periodUnit = "" } = options;
  const words = wctWords(options);
  const ratio = significance
    ? (i: number, j: number) => coherence[i * n + j] / significance[i]
    : pValues && ((i: number, j: number) => (1 - level) / pValues[i * n + j]);
  return mapDrawer(
    {
      grid,
      heat: {
        color: (at) => decimals(coherence[at], 2),
        range: [0, 1],
        ticks: { tickvals: [0, 0.2, 0.4, 0.6, 0.8, 1] },
        hover: [
          `${words.coherence}: %{z:.2f}`,
          ...lagLines(words, 0, periodUnit),
          ...pValues ? [`${words.pValue}: %{customdata[2]}`] : [],
          ...whole ? [`${words.regionPValue}: %{customdata[${pValues ? 3 : 2}]}`] : [],
        ],
        words(at, i) {
          const told = (p?: number) => p === undefined ? [] : [Number.isNaN(p) ? "–" : significant(p, 2)];
          return [...turn(phase[at], periods[i]), ...told(pValues?.[at]), ...told(whole?.[at])];
        },
      },
      contour: ratio && {
        ratio,
        level,
        how: howTested(grid),
        thick: whole && ((i, j) => whole[i * n + j] <= decimals(1 - level, 9)),
      },
      arrows: arrows === false ? undefined : {
        names,
        phase,
        threshold: (typeof arrows === "object" ? arrows.threshold : undefined) ?? 0.5,
        strength: (at) => coherence[at],
      },
      words: { color: words.coherence, period: words.period, caption: options.labels?.caption },
      dt,
      filename: "wavelet-coherence",
      description: `Wavelet coherence of ${names[0]} and ${names[1]}`,
      provenance,
    },
    options,
  );
}

function howTested({ mcCount, provenance }: WctFigureInput): string {
  const { seed } = (provenance ?? {}) as { seed?: number | bigint | number[] };
  return [
    mcCount === undefined ? "" : `${mcCount} surrogate pairs`,
    seed === undefined ? "" : `seed ${seed}`,
  ].filter(Boolean).join(", ");
}
