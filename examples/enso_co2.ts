// Does El Niño drive the growth rate of atmospheric CO2?
//
// Sea-surface temperature of the Niño 1+2 region and the growth rate of CO2 at Mauna Loa, monthly, 1958 to 2001, both
// without their seasonal cycle and linear trend.
//
//   deno run --allow-read --allow-write=out --allow-env examples/enso_co2.ts
//
// Prints where they are coherent and draws out/enso_co2.html.

import { fileURLToPath } from "node:url";
import { significantRegions, waveletCoherence } from "../analysis/mod.ts";
import { plotWct } from "../plots/mod.ts";
import { deseason, detrend, fillGaps } from "../wavelet/mod.ts";
import { commonSpan, loadSeries, monthlyMeans } from "./load_series.ts";

const dt = 1 / 12; // years
const names = ["Niño 1+2 temperature", "CO2 growth rate"] as const;

// The records. Growth is the centred difference of monthly means, in ppm a year.
const sst = await loadSeries(new URL("../data/elnino.csv", import.meta.url));
const co2 = monthlyMeans(await loadSeries(new URL("../data/co2.csv", import.meta.url)));
const { values: ppm, filled } = fillGaps(co2.values);
const inner = <T>(list: readonly T[]): T[] => list.slice(1, -1);
const growth = {
  dates: inner(co2.dates),
  years: co2.years.slice(1, -1),
  values: ppm.slice(1, -1).map((_, i) => (ppm[i + 2] - ppm[i]) / (2 * dt)),
};

// What is left without the seasonal cycle and the trend, in the months that both have.
const [first, second] = commonSpan(sst, growth).map(({ dates, years, values }) => ({
  dates,
  years,
  values: detrend(deseason(values, { season: dates.map((date) => date.getUTCMonth()) })),
}));
const n = first.values.length;
const month = (i: number): string => first.dates[i].toISOString().slice(0, 7);
console.log(`Series      ${names[0]} (°C) and ${names[1]} (ppm a year), ${n} months, ${month(0)} to ${month(n - 1)}`);
console.log(`            ${filled} months without CO2 were interpolated; seasonal cycle and trend removed`);

const job = waveletCoherence(first.values, second.values, {
  dt,
  significance: { mcCount: 1000, seed: 42, backend: "workers" },
});
const result = await job;

const { ar1, periods, provenance, shape } = result;
console.log(
  `Analysis    Morlet wavelet, ${shape[0]} periods from ${periods[0].toFixed(2)} to ${
    periods.at(-1)!.toFixed(1)
  } years`,
);
console.log(`Null        1000 pairs of AR(1) surrogates, coefficients ${ar1[0].toFixed(2)} and ${ar1[1].toFixed(2)}`);
console.log(
  `Provenance  seed ${provenance.seed}, backend ${provenance.backend.name}, Morlet ${provenance.versions.morlet}`,
);
console.log(
  `            ${provenance.planHash.slice(0, 16)} (hash of the plan), ${
    provenance.seconds.toFixed(1)
  } s of simulation`,
);

// Patches as large as an octave and three of their periods are worth words; specks are what chance makes.
console.log("\nCoherent at the 95 % level, outside the cone of influence:\n");
console.log("years      periods (years)  peak R²     p        lead of temperature");
for (const { samples, periods: [short, long], peak, pValue, lead } of significantRegions(result, { minSize: 100 })) {
  const years = samples.map((i) => Math.floor(first.years[i])).join("-");
  const band = `${short.toFixed(1)} to ${long.toFixed(1)}`;
  const p = pValue < 1e-4 ? "<0.0001" : `${pValue.toFixed(4)} `;
  const months = `${(lead * 12).toFixed(1)} months at ${peak.period.toFixed(1)} years`;
  console.log(`${years}  ${band.padEnd(15)}  ${peak.coherence.toFixed(3).padEnd(10)}  ${p}  ${months}`);
}
console.log("\nOf a map of unrelated series 5 % is coherent at this level by chance, mostly in small patches.");

const figure = plotWct(result, {
  times: first.dates,
  periodUnit: "years",
  periodRange: [periods[0], 16],
  names,
  title: "El Niño and the growth of atmospheric CO2",
});
await figure.save(fileURLToPath(new URL("../out/enso_co2.html", import.meta.url)));
console.log("\nFigure      out/enso_co2.html");
