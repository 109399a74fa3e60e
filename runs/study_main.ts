// The program that computes a study in its workspace: `settings.json` says what, `outputs` gets the results. It is the same wherever
// it runs.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { saveAtomically } from "../analysis/mod.ts";
import { loadPlugins, versions } from "../backends/mod.ts";
import { analyseWct } from "./analyse_wct.ts";
import { coherenceToCsv, levelsToCsv } from "./coherence_csv.ts";
import { coherenceToNetcdf } from "./coherence_file.ts";
import type { WctModel } from "./model.ts";
import type { Settings } from "./settings.ts";

Deno.chdir(Deno.env.get("MORLET_WORKSPACE") ?? ".");
const started = performance.now();
const { model, seed, plugins } = JSON.parse(await readFile("settings.json", "utf8")) as Settings & { model: WctModel };
await loadPlugins(plugins);
let said = 0, last = -1;
const study = await analyseWct(model, {
  seed,
  onProgress({ done, total }) {
    if (done === last || (done < total && performance.now() - said < 500)) return;
    [said, last] = [performance.now(), done];
    // deno-lint-ignore no-console -- whoever started this program reads how far it is
    console.log(`Simulated ${done} of ${total} pairs of surrogates`);
  },
});

const { result, names, filled, axis, checksum } = study;
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
const summary = {
  names,
  samples: axis.length,
  dt: axis.dt,
  unit: study.unit,
  filled,
  ar1: result.ar1,
  level: result.level,
  mc_count: result.mcCount,
  region_count: result.largestMasses?.length ?? 0,
  periods: [...result.periods],
  scales: [...result.scales],
  significance: [...result.significance],
  checksums: { significance: checksum },
  usage: {
    wallSeconds: (performance.now() - started) / 1000,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    peakMemoryBytes: maxRSS * 1024,
  },
  versions: versions(),
  provenance: result.provenance,
};
const save = (name: string, content: string | Uint8Array) => saveAtomically(join("outputs", name), content);
await save("results.nc", await coherenceToNetcdf(study, model));
await save("levels.csv", levelsToCsv(study));
await save("coherence.csv", coherenceToCsv(study));
await save("results.json", `${JSON.stringify(summary, null, 2)}\n`); // the last, so that it stands for all
