// Do El Niño and the growth rate of atmospheric CO2 go together, when, and at which periods?
//
// Sea-surface temperature of the Niño 1+2 region and the growth rate of CO2 at Mauna Loa, monthly, 1958 to 2001, both
// without their seasonal cycle and linear trend.
//
//   deno run --allow-read --allow-write=out --allow-env examples/enso_co2.ts
//
// Prints where they are coherent and draws out/enso_co2.html.

import { fileURLToPath } from "node:url";
import { significantRegions, type WaveletCoherence, waveletCoherence } from "../analysis/mod.ts";
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

// Levels for each sample from 1000 pairs of surrogates, and a test of each patch as a whole from 1000 more.
const significance = { mcCount: 1000, regionCount: 1000, seed: 42, backend: "workers" };
const result = await waveletCoherence(first.values, second.values, { dt, significance });

const { ar1, periods, provenance } = result;
console.log(
  `Analysis    Morlet wavelet, ${periods.length} periods from ${periods[0].toFixed(2)} to ${
    periods.at(-1)!.toFixed(1)
  } years`,
);
console.log(
  `Null        2 x 1000 pairs of AR(1) surrogates, coefficients ${ar1[0].toFixed(2)} and ${ar1[1].toFixed(2)}`,
);
console.log(
  `Provenance  seed ${provenance.seed}, backend ${provenance.backend.name}, Morlet ${provenance.versions.morlet}`,
);
console.log(
  `            ${provenance.planHash.slice(0, 16)} (hash of the plan), ${
    provenance.seconds.toFixed(1)
  } s of simulation`,
);

const { significant, coi, coherence, shape: [, times] } = result;
const outside = coherence.reduce(
  (count, _, at) => count + (periods[Math.floor(at / times)] <= coi[at % times] ? 1 : 0),
  0,
);
const share = significant.reduce((count, one) => count + one, 0) / outside;
console.log(`\nOutside the cone of influence ${(100 * share).toFixed(1)} % of the map is above the 95 % level;`);
console.log("5 % would be by chance, in patches, too.\n");

/** The patches with the smallest p-values. */
function list(result: WaveletCoherence): void {
  const { periods, smoothedPhase, shape: [, times] } = result;
  console.log("years      periods (years)  peak R²  p      lead of temperature at the peak period (months)");
  for (
    const { samples: [from, to], periods: [short, long], peak, regionPValue } of significantRegions(result).slice(0, 3)
  ) {
    const row = periods.indexOf(peak.period);
    // The lead along the patch, as the phase may turn.
    const months = (i: number) => smoothedPhase[row * times + i] / (2 * Math.PI) * peak.period * 12;
    const leads = [from, Math.round((from + to) / 2), to].map((i) => months(i).toFixed(1));
    const cells = [
      `${Math.floor(first.years[from])}-${Math.floor(first.years[to])}`.padEnd(9),
      `${short.toFixed(1)} to ${long.toFixed(1)}`.padEnd(15),
      peak.coherence.toFixed(2).padEnd(7),
      regionPValue!.toFixed(3),
      `${leads.join(", ")} (start, middle, end)`,
    ];
    console.log(cells.join("  "));
  }
}

// A patch's p-value is the share of maps of unrelated series that have one as heavy anywhere.
console.log(`The first of ${significantRegions(result).length} patches, each with a p-value for the whole of it:\n`);
list(result);

// Short periods have room for many patches, so that chance makes heavier ones. El Niño takes years, as was known before.
const slow = await waveletCoherence(first.values, second.values, { dt, s0: 1, significance });
console.log("\nThe same of periods of a year or more alone, where El Niño is at home:\n");
list(slow);
console.log("\nCoherence is not cause: it tells when and at which periods the two went together.");

const figure = plotWct(slow, {
  times: first.dates,
  periodUnit: "years",
  names,
  title: "El Niño and the growth of atmospheric CO2",
});
await figure.save(fileURLToPath(new URL("../out/enso_co2.html", import.meta.url)));
console.log("\nFigure      out/enso_co2.html");
