import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { significantRegions } from "../../analysis/mod.ts";
import { contentHash } from "../../backends/mod.ts";
import { analyseWct, coherenceFigure, ModelRun, readCoherence, readNetcdf, WctModelConfig } from "../../runs/mod.ts";
import { levelsToCsv } from "../../runs/coherence_csv.ts";
import { coherenceToNetcdf } from "../../runs/coherence_file.ts";
import { pythonTest, runPython } from "../python.ts";
import { folder, smallStudy } from "./folder.ts";

async function finished(path: string): Promise<ModelRun> {
  const run = new ModelRun(await smallStudy(path));
  await run.generate();
  await run.run();
  return run;
}

Deno.test("results are the same as those of the same study without a workspace", async () => {
  await using dir = await folder();
  const run = await finished(dir.path), outputs = join(run.workspace, "outputs");
  const { model } = await smallStudy(dir.path);
  const { result, checksum } = await analyseWct(WctModelConfig.parse(model), { seed: 7 });
  const stored = await readCoherence(join(outputs, "results.nc"));
  for (const name of ["coherence", "significance", "pValues", "smoothedPhase", "phase", "periods", "coi"] as const) {
    assert.deepEqual([...stored.result[name]], [...result[name]], name);
  }
  assert.deepEqual([...stored.result.significant], [...result.significant]);
  assert.deepEqual(stored.names, ["a", "second"]);
  assert.equal((stored.times[1] as Date).toISOString(), "2000-02-01T00:00:00.000Z");
  assert.equal(stored.result.provenance.seed, 7);
  const summary = JSON.parse(await readFile(join(outputs, "results.json"), "utf8"));
  assert.equal(summary.checksums.significance, checksum);
  assert.equal(contentHash(stored.result.significance), checksum);
  assert.ok(summary.usage.cpuSeconds > 0 && summary.usage.peakMemoryBytes > 1e7 && summary.usage.wallSeconds > 0);
  assert.equal(summary.samples, 96);
});

Deno.test("patches that are tested keep their p-values in the files", async () => {
  await using dir = await folder();
  const { model, ...rest } = await smallStudy(dir.path) as { model: { significance: object } };
  const tested = { ...model, significance: { ...model.significance, region_count: 30 } };
  const run = new ModelRun({ ...rest, model: tested });
  await run.generate();
  await run.run();
  const parsed = WctModelConfig.parse(tested), dones: number[] = [];
  const { result } = await analyseWct(parsed, {
    seed: 7,
    onProgress: ({ done, total }) => void dones.push(done, total),
  });
  assert.deepEqual(dones.slice(-2), [50, 50]);
  const stored = await readCoherence(join(run.workspace, "outputs/results.nc"));
  assert.deepEqual(stored.result.largestMasses, result.largestMasses);
  assert.equal(JSON.parse(await readFile(join(run.workspace, "outputs/results.json"), "utf8")).region_count, 30);

  const expected = significantRegions(result).map(({ regionPValue }) => regionPValue);
  assert.ok(expected[0]! < 0.05, "the series share a cycle");
  await run.postprocess("analyze", { output_format: "json" });
  const at = (name: string) => join(run.workspace, "analysis", name);
  const { regions } = JSON.parse(await readFile(at("analysis.json"), "utf8"));
  assert.deepEqual(regions.map((region: { regionPValue: number }) => region.regionPValue), expected);
  await run.postprocess("analyze", { output_format: "csv" });
  const [head, first] = (await readFile(at("regions.csv"), "utf8")).split("\n").map((line) => line.trim().split(","));
  assert.equal(Number(first[head.indexOf("whole_p_value")]), expected[0]);
  await run.postprocess("analyze", { output_format: "netcdf" });
  const { variables } = await readNetcdf("analysis.nc", await readFile(at("analysis.nc")));
  assert.deepEqual([...variables.region_whole_p_value.data as Float64Array], expected);
});

Deno.test("of times that are numbers only the user says what they count", async () => {
  await using dir = await folder();
  const { model } = await smallStudy(dir.path) as { model: { series: Record<string, string>[] } };
  const [, ...rows] = (await readFile(join(dir.path, "pair.csv"), "utf8")).trim().split("\n");
  const numbered = ["t,a,b", ...rows.map((row, t) => [t / 4, ...row.split(",").slice(1)].join(","))];
  await Deno.writeTextFile(join(dir.path, "pair.csv"), numbered.join("\n"));
  const series = model.series.map((one) => ({ ...one, time: "t" }));
  for (const time of [{}, { unit: "furlongs" }]) {
    const parsed = WctModelConfig.parse({ ...model, series, time });
    const study = await analyseWct(parsed, { seed: 7 }), unit = time.unit ?? "";
    assert.equal(study.unit, unit);
    assert.match(levelsToCsv(study), unit ? /^period \(furlongs\),scale \(furlongs\)/ : /^period,scale,/);
    const path = join(dir.path, "results.nc");
    await Deno.writeFile(path, await coherenceToNetcdf(study, parsed));
    const stored = await readCoherence(path), { layout } = coherenceFigure(stored);
    assert.equal(stored.unit, unit);
    assert.match(JSON.stringify(layout), unit ? /"Time \(furlongs\)".*"Period \(furlongs\)"/ : /"Time".*"Period"/);
  }
});

Deno.test("CSV has a row for each scale, and for each sample of the map", async () => {
  await using dir = await folder();
  const run = await finished(dir.path), outputs = join(run.workspace, "outputs");
  const levels = (await readFile(join(outputs, "levels.csv"), "utf8")).trim().split("\n");
  const map = (await readFile(join(outputs, "coherence.csv"), "utf8")).trim().split("\n");
  const { result: { shape: [scales, times], significance } } = await readCoherence(join(outputs, "results.nc"));
  assert.equal(levels.length, 1 + scales);
  assert.equal(Number(levels[1].split(",")[2]), significance[0]);
  assert.equal(levels.at(-1)!.split(",")[2], "", "a level that is not known is empty");
  assert.equal(map.length, 1 + scales * times);
  assert.match(map[1], /^2000-01,/);
});

pythonTest("xarray opens the results, with dimensions, units and times", async () => {
  await using dir = await folder();
  const run = await finished(dir.path), path = join(run.workspace, "outputs/results.nc");
  const seen = JSON.parse(new TextDecoder().decode(await runPython("open_results.py", [path])));
  const { result } = await readCoherence(path);
  assert.deepEqual(seen.dims, { period: result.shape[0], time: 96 });
  assert.deepEqual(seen.coords, ["period", "time"]);
  assert.deepEqual(seen.coherence, { dims: ["period", "time"], units: "1" });
  assert.ok(Math.abs(seen.mean - result.coherence.reduce((a, b) => a + b) / result.coherence.length) < 1e-12);
  assert.equal(seen.first, "2000-01-01");
  assert.equal(seen.period_units, "years");
  assert.deepEqual(seen.significance, Array.from(result.significance, (v) => Number.isNaN(v) ? null : v));
  assert.equal(seen.significant, result.significant.reduce((a, b) => a + b, 0));
  assert.equal(seen.series_units, "K");
  assert.equal(JSON.parse(seen.attrs.provenance).seed, 7);
});
