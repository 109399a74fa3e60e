import { significantRegions } from "../analysis/mod.ts";
import type { WctModel, WctStudyResult } from "../runs/mod.ts";

/** Patches smaller than this share of the map are specks that chance makes. */
const SMALL = 0.002;
const MOST = 10;

/** What `morlet wct` tells: as data, and as text. */
export function wctReport(
  { result, times, names, filled, checksum }: WctStudyResult,
  { time: { unit } }: WctModel,
  files: readonly string[],
): { data: Record<string, unknown>; text: string } {
  const { periods, significance, provenance, ar1, level, mcCount, shape: [, samples] } = result;
  const when = (i: number) => {
    const time = times[i];
    return time instanceof Date ? time.toISOString().slice(0, 10) : String(Number(time.toPrecision(9)));
  };
  const regions = significantRegions(result, { minSize: Math.ceil(result.coherence.length * SMALL) }).slice(0, MOST)
    .map(({ samples: [from, to], periods, peak, pValue, lead, size }) => ({
      from: when(from),
      to: when(to),
      periods,
      coherence: peak.coherence,
      peakPeriod: peak.period,
      pValue,
      lead,
      size,
    }));
  const data = {
    names,
    samples,
    from: when(0),
    to: when(samples - 1),
    unit,
    filled,
    ar1,
    level,
    simulations: mcCount,
    seed: typeof provenance.seed === "bigint" ? String(provenance.seed) : provenance.seed,
    levels: Array.from(periods, (period, j) => ({
      period,
      coherence: Number.isNaN(significance[j]) ? null : significance[j],
    })),
    checksum,
    regions,
    provenance: { ...provenance, seed: String(provenance.seed) },
    files,
  };
  const text = [
    `Series      ${names.join(" and ")}, ${samples} samples, ${when(0)} to ${when(samples - 1)}`,
    ...(filled.some(Boolean) ? [`            ${filled.join(" and ")} samples were filled`] : []),
    `Null        ${mcCount} pairs of AR(1) surrogates, coefficients ${ar1.map((g) => g.toFixed(2)).join(" and ")}`,
    `Provenance  seed ${provenance.seed}, backend ${provenance.backend.name}, Morlet ${provenance.versions.morlet}`,
    `Levels      SHA-256 ${checksum}`,
    "",
    ...(regions.length > 0 ? [`Coherent at the ${+(level * 100).toFixed(3)} % level, the largest patches first:`] : []),
    ...regions.map((r) =>
      `  ${r.from} to ${r.to}, periods ${r.periods.map((p) => p.toPrecision(3)).join(" to ")} ${unit}: ` +
      `R² ${r.coherence.toFixed(3)}, p ${r.pValue.toPrecision(2)}, ${names[0]} leads by ${
        r.lead.toPrecision(3)
      } ${unit}`
    ),
    regions.length > 0
      ? `Of a map of unrelated series ${+((1 - level) * 100).toFixed(3)} % is coherent at this level by chance.`
      : `Nothing but specks is coherent at the ${+(level * 100).toFixed(3)} % level.`,
    ...(files.length > 0 ? ["", `Figure      ${files.join(", ")}`] : []),
  ];
  return { data, text: text.join("\n") };
}
