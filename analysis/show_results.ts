import { htmlTable, textTable } from "../backends/mod.ts";
import type { MimeBundle, Provenance } from "../backends/mod.ts";
import { type SignificantRegion, significantRegions } from "./significant_regions.ts";
import type { RegionTest } from "./test_regions.ts";
import type { WaveletCoherence } from "./wavelet_coherence.ts";
import type { WctSignificance } from "./wct_significance.ts";

/** Patches that a summary lists. */
const LISTED = 5;

/** The summary of a coherence map for a notebook: what was analysed, what was found, where the numbers come from. */
export function coherenceBundle(result: WaveletCoherence): MimeBundle {
  const { dt, periods, coi, shape: [scales, times], level, mcCount, ar1, significant, provenance } = result;
  let trusted = 0;
  for (let j = 0; j < scales; j++) for (let t = 0; t < times; t++) if (periods[j] <= coi[t]) trusted++;
  const share = significant.reduce((sum, one) => sum + one, 0) / Math.max(1, trusted);
  const facts = [
    ["Record", `${times} samples, one every ${short(dt)}`],
    ["Periods", `${scales}, from ${short(periods[0])} to ${short(periods[scales - 1])}`],
    ["Null", `${mcCount} pairs of AR(1) surrogates, coefficients ${ar1.map((g) => g.toFixed(3)).join(" and ")}`],
    ...result.largestMasses ? [["Patches", `tested as wholes by ${result.largestMasses.length} more pairs`]] : [],
    [
      `Above the ${percent(level)} level`,
      `${percent(share, 1)} of the samples outside the cone of influence; ${percent(1 - level, 1)} by chance`,
    ],
    ...origin(provenance),
  ];
  return withPatches("Wavelet coherence", facts, significantRegions(result));
}

/** The summary of a test of patches for a notebook. */
export function regionsBundle({ regions, largestMasses, mcCount, cached, provenance }: RegionTest): MimeBundle {
  const at = largestMasses[Math.floor(0.95 * mcCount)];
  const facts = [
    [
      "Patches",
      `${regions.length}, ${regions.filter((region) => region.regionPValue <= 0.05).length} with p of 0.05 or less`,
    ],
    ["Null", `the heaviest patch of each of ${mcCount} surrogate maps${cached ? ", from the cache" : ""}`],
    ["Mass", `5 % of them are heavier than ${short(at)}`],
    ...origin(provenance),
  ];
  return withPatches("Test of patches", facts, regions);
}

/** Facts, and the first patches below. */
function withPatches(title: string, facts: string[][], regions: readonly SignificantRegion[]): MimeBundle {
  const tested = regions[0]?.regionPValue !== undefined;
  const patches = regions.slice(0, LISTED).map(({ samples, periods, peak, pValue, regionPValue, lead }) => [
    `${samples[0]} to ${samples[1]}`,
    `${short(periods[0])} to ${short(periods[1])}`,
    peak.coherence.toFixed(3),
    pText(pValue),
    ...tested ? [pText(regionPValue!)] : [],
    `${short(lead)} at ${short(peak.period)}`,
  ]);
  const lead = "lead of the first, at the peak's period";
  const head = ["samples", "periods", "peak R²", "least p", ...tested ? ["p of the patch"] : [], lead];
  const rest = regions.length > LISTED ? `and ${regions.length - LISTED} smaller patches` : "";
  return {
    "text/html": [
      `<b>${title}</b>${htmlTable(facts)}`,
      ...patches.length ? [htmlTable([head, ...patches], { head: true }), rest] : [],
    ].join(""),
    "text/plain": [
      title,
      textTable(facts),
      ...patches.length ? ["", textTable([head, ...patches]), ...rest ? [rest] : []] : [],
    ].join("\n"),
  };
}

/** The summary of levels for a notebook. */
export function levelsBundle(result: WctSignificance, level: number): MimeBundle {
  const { significance, standardError, periods, mcCount, cached, provenance } = result;
  const tested = Array.from(significance, (_, j) => j).filter((j) => !Number.isNaN(significance[j]));
  const errors = tested.map((j) => standardError[j]).filter((error) => !Number.isNaN(error));
  const facts = [
    ["Periods", `${periods.length}, of which ${tested.length} can be tested`],
    ["Surrogates", `${mcCount} pairs${cached ? ", from the cache" : ""}`],
    ...tested.length
      ? [[
        `${percent(level)} level`,
        `${Math.min(...tested.map((j) => significance[j])).toFixed(3)} to ${
          Math.max(...tested.map((j) => significance[j])).toFixed(3)
        }`,
      ]]
      : [],
    ...errors.length ? [["Standard error", `at most ${Math.max(...errors).toPrecision(2)}`]] : [],
    ...origin(provenance),
  ];
  const title = "Levels of wavelet coherence";
  return {
    "text/html": `<b>${title}</b>${htmlTable(facts)}${levelsPicture(periods, significance)}`,
    "text/plain": `${title}\n${textTable(facts)}`,
  };
}

/** Levels over the period as a small picture, in HTML: it can be redrawn many times a second while they settle. */
export function levelsPicture(periods: ArrayLike<number>, levels: ArrayLike<number>): string | undefined {
  const known = Array.from(levels, (_, j) => j).filter((j) => !Number.isNaN(levels[j]));
  if (known.length < 2) return undefined;
  const width = 280, height = 80, low = Math.log(periods[known[0]]), high = Math.log(periods[known.at(-1)!]);
  const y = (level: number) => (height * (1 - level)).toFixed(1);
  const points = known.map((j) =>
    `${(width * (Math.log(periods[j]) - low) / (high - low)).toFixed(1)},${y(levels[j])}`
  );
  const grid = [0.25, 0.5, 0.75].map((level) => `M0 ${y(level)}H${width}`).join("");
  const words = `Level of coherence, 0 to 1, over periods from ${short(periods[known[0]])} to ${
    short(periods[known.at(-1)!])
  }`;
  return `<div><svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${words}">` +
    `<rect width="${width}" height="${height}" fill="none" stroke="#888"/><path d="${grid}" stroke="#8884" fill="none"/>` +
    `<polyline points="${
      points.join(" ")
    }" fill="none" stroke="#0072b2" stroke-width="2"/></svg><br><small>${words}</small></div>`;
}

function origin({ seed, backend, versions, planHash, seconds }: Provenance): string[][] {
  return [
    ["Seed", String(seed)],
    ["Computed", `in ${seconds.toFixed(1)} s on "${backend.name}", Morlet ${versions.morlet}, Deno ${versions.deno}`],
    ["Plan", planHash.slice(0, 16)],
  ];
}

function pText(p: number): string {
  return p < 1e-4 ? "< 0.0001" : p.toFixed(4);
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function percent(share: number, digits?: number): string {
  return `${digits === undefined ? Number((100 * share).toPrecision(6)) : (100 * share).toFixed(digits)} %`;
}
