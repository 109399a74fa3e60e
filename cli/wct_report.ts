import { significantRegions } from "../analysis/mod.ts";
import type { WctStudyResult } from "../runs/mod.ts";

/** Patches smaller than this share of the map are specks that chance makes. */
const SMALL = 0.002;
const MOST = 10;

/** What `morlet wct` tells: as data, and as text. */
export function wctReport(
  { result, times, names, filled, checksum }: WctStudyResult,
  unit: string | undefined,
  files: readonly string[],
): { data: Record<string, unknown>; text: string } {
  const { periods, significance, provenance, ar1, level, mcCount, shape: [, samples] } = result;
  const when = (i: number) => {
    const time = times[i];
    return time instanceof Date ? time.toISOString().slice(0, 10) : String(Number(time.toPrecision(9)));
  };
  const all = significantRegions(result), minSize = Math.ceil(result.coherence.length * SMALL);
  const tested = result.largestMasses?.length;
  const regions = all.filter(({ size }) => tested || size >= minSize).slice(0, MOST)
    .map(({ samples: [from, to], periods, peak, pValue, regionPValue, lead, size, mass }) => ({
      from: when(from),
      to: when(to),
      periods,
      coherence: peak.coherence,
      peakPeriod: peak.period,
      pValue,
      regionPValue,
      lead,
      size,
      mass,
    }));
  const share = significantShare(result), percent = +(level * 100).toFixed(3);
  const data = {
    names,
    samples,
    from: when(0),
    to: when(samples - 1),
    unit: unit ?? null,
    filled,
    ar1,
    level,
    simulations: mcCount,
    regionSimulations: tested ?? 0,
    seed: typeof provenance.seed === "bigint" ? String(provenance.seed) : provenance.seed,
    levels: Array.from(periods, (period, j) => ({
      period,
      coherence: Number.isNaN(significance[j]) ? null : significance[j],
    })),
    checksum,
    significantShare: share,
    patches: all.length,
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
    Number.isNaN(share)
      ? "No sample of the map is outside the cone of influence: the record is too short."
      : `${(share * 100).toPrecision(3)} % of the map is above the ${percent} % level; ` +
        `${+(100 - percent).toFixed(3)} % would be by chance.`,
    ...(all.length > 0
      ? [
        tested
          ? `${
            all.filter((r) => r.regionPValue! <= 0.05).length
          } of ${all.length} patches have p <= 0.05 as a whole, ` +
            `by ${tested} more pairs; the ${regions.length} with the smallest:`
          : `${regions.length} of ${all.length} patches, the largest of those of at least ${minSize} samples:`,
      ]
      : []),
    ...regions.map((r) =>
      `  ${r.from} to ${r.to}, periods ${withUnit(r.periods.map(rounded).join(" to "), unit)}: ` +
      (r.regionPValue === undefined ? "" : `p ${pText(r.regionPValue)} as a whole, `) +
      `R² up to ${r.coherence.toFixed(3)}, smallest pointwise p ${pText(r.pValue)}, ${leadText(r.lead, names, unit)}`
    ),
    ...(files.length > 0 ? ["", `Files       ${files.join(", ")}`] : []),
  ];
  return { data, text: text.join("\n") };
}

/** The share of the map outside the cone of influence that is significant. */
function significantShare({ significant, periods, coi, shape: [scales, n] }: WctStudyResult["result"]): number {
  let outside = 0, hits = 0;
  for (let j = 0; j < scales; j++) {
    for (let t = 0; t < n; t++) {
      if (periods[j] > coi[t]) continue;
      outside++;
      hits += Number(Boolean(significant[j * n + t]));
    }
  }
  return hits / outside;
}

/** A number of three digits, as 0.5, 12.3 or 1230. */
function rounded(x: number): string {
  return String(Number(x.toPrecision(3)));
}

function withUnit(text: string, unit?: string): string {
  return unit ? `${text} ${unit}` : text;
}

function pText(p: number): string {
  return p < 0.001 ? "< 0.001" : String(Number(p.toPrecision(2)));
}

/** Which series is ahead, and by how much. */
export function leadText(lead: number, names: readonly [string, string], unit?: string): string {
  const size = Math.abs(lead) < 1e-9 ? 0 : Math.abs(lead);
  return `${names[size > 0 && lead < 0 ? 1 : 0]} leads by ${withUnit(rounded(size), unit)}`;
}
