import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { ConfigError, extendBaseConfig, Job } from "../../backends/mod.ts";
import {
  listPostprocessors,
  ModelRun,
  pipeline,
  PostprocessorError,
  readNetcdf,
  registerPostprocessor,
  StageError,
  WorkspaceError,
} from "../../runs/mod.ts";
import type { PostprocessorDefinition, ProcessorConfig } from "../../runs/mod.ts";
import { runPostprocessor } from "../../runs/run_postprocessor.ts";
import { folder, smallStudy } from "./folder.ts";

const plugin = new URL("./processors_plugin.ts", import.meta.url).pathname;

/** A study that has run. */
async function finished(path: string, more: Record<string, unknown> = {}): Promise<ModelRun> {
  const run = new ModelRun(await smallStudy(path, more));
  await run.generate();
  await run.run();
  return run;
}

async function sha256(path: string): Promise<string> {
  return createHash("sha256").update(await readFile(path)).digest("hex");
}

Deno.test("postprocessors are listed, and an unknown name gets a near one", async () => {
  await using dir = await folder();
  const names = listPostprocessors().map(({ name }) => name);
  assert.deepEqual(names.slice(0, 4), ["noop", "archive", "analyze", "visualize"]);
  const run = new ModelRun(await smallStudy(dir.path));
  assert.throws(
    () => run.postprocess("analyse"),
    (error: Error) => error instanceof ConfigError && /"analyze"\?/.test(error.message),
  );
  assert.throws(() => run.postprocess("archive", { format: "rar" }), /"tar.gz" or "zip"/);
  await assert.rejects(async () => await run.postprocess("noop"), WorkspaceError);
});

Deno.test("noop finds outputs that are damaged", async () => {
  await using dir = await folder();
  const run = await finished(dir.path), outputs = join(run.workspace, "outputs");
  const job = run.postprocess("noop");
  assert.ok(job instanceof Job);
  assert.deepEqual((await job).detail!.checked, ["coherence.csv", "levels.csv", "results.json", "results.nc"]);
  const results = JSON.parse(await readFile(join(outputs, "results.json"), "utf8"));
  await writeFile(join(outputs, "results.json"), JSON.stringify({ ...results, checksums: { significance: "0" } }));
  await assert.rejects(async () => await run.postprocess("noop"), /do not have the checksum/);
  await truncate(join(outputs, "results.nc"), 5000);
  await assert.rejects(
    async () => await run.postprocess("noop"),
    (error: Error) => error instanceof PostprocessorError && /NetCDF-4/.test(error.message),
  );
});

for (const format of ["tar.gz", "zip"] as const) {
  Deno.test(`archive packs a run as ${format}, with a manifest, and removes the originals once they are safe`, async () => {
    await using dir = await folder();
    const run = await finished(dir.path), results = join(run.workspace, "outputs/results.nc");
    const before = await sha256(results);
    const { files } = await run.postprocess("archive", { format });
    assert.deepEqual(files, [`archive/small.${format}`, "archive/manifest.json"]);
    const manifest = JSON.parse(await readFile(join(run.workspace, "archive/manifest.json"), "utf8"));
    assert.equal(manifest.files["outputs/results.nc"].sha256, before);
    assert.equal(await sha256(results), before, "the original is still there");

    const { detail } = await run.postprocess("archive", { format, remove_originals: true });
    assert.ok((detail!.removed as string[]).includes("outputs/results.nc"));
    assert.deepEqual(await readdir(join(run.workspace, "outputs")), []);
    const script = `import sys, tarfile, zipfile, hashlib, json
path = sys.argv[1]
if path.endswith("zip"):
    z = zipfile.ZipFile(path); files = {n: z.read(n) for n in z.namelist()}
else:
    t = tarfile.open(path); files = {m.name: t.extractfile(m).read() for m in t.getmembers() if m.isfile()}
print(json.dumps({n: hashlib.sha256(b).hexdigest() for n, b in files.items()}))`;
    const archive = join(run.workspace, `archive/small.${format}`);
    const { stdout } = await new Deno.Command("python3", { args: ["-c", script, archive] }).output();
    const unpacked = JSON.parse(new TextDecoder().decode(stdout));
    const { files: listed } = JSON.parse(await readFile(join(run.workspace, "archive/manifest.json"), "utf8"));
    for (const [name, { sha256 }] of Object.entries<{ sha256: string }>(listed)) {
      assert.equal(unpacked[name], sha256, name);
    }
    assert.equal(unpacked["outputs/results.nc"], before);
    assert.ok("manifest.json" in unpacked && "settings.json" in unpacked && "inputs/pair.csv" in unpacked);
    await run.validate(); // what was archived and removed is not missing
    assert.equal((await readdir(join(run.workspace, "archive"))).some((name) => name.endsWith(".part")), false);
  });
}

Deno.test("analyze tells bands, times and lags that are significant, in every format", async () => {
  await using dir = await folder();
  const run = await finished(dir.path), at = (name: string) => join(run.workspace, "analysis", name);
  const json = await run.postprocess("analyze", { min_size: 20 });
  assert.deepEqual(json.files, ["analysis/analysis.json"]);
  const { regions, bands, scales, unit } = JSON.parse(await readFile(at("analysis.json"), "utf8"));
  const cycle = 4 * Math.PI / 12; // years
  assert.equal(unit, "years");
  assert.ok(regions.length >= 1);
  const [{ periods, times, lead, samples }] = regions;
  assert.ok(periods[0] < cycle && cycle < periods[1]);
  assert.ok(Math.abs(lead - 1.6 / 12) < 0.03, `the first series leads by 1.6 months: ${lead} years`);
  const month = (t: number) => new Date(Date.UTC(2000, t)).toISOString().slice(0, 10);
  assert.deepEqual(times, samples.map(month));
  assert.ok(bands.some(({ periods: [short, long] }: { periods: number[] }) => short < cycle && cycle < long));
  assert.ok(
    scales.every(({ significant }: { significant: number | null }) => significant === null || significant <= 1),
  );

  const csv = await run.postprocess("analyze", { output_format: "csv", compress: true, min_size: 20 });
  assert.deepEqual(csv.files, ["regions", "bands", "scales"].map((name) => `analysis/${name}.csv.gz`));
  const rows = gunzipSync(Buffer.from(await readFile(at("regions.csv.gz")))).toString().trim().split("\n");
  assert.equal(rows.length, 1 + regions.length);
  assert.match(rows[0], /^first_time,last_time,.*,longest_period \(years\),.*,phase \(rad\),lead \(years\)\r?$/);
  const [head] = gunzipSync(Buffer.from(await readFile(at("scales.csv.gz")))).toString().split("\n");
  assert.match(head, /^period \(years\),samples,level,/);

  const netcdf = await run.postprocess("analyze", {
    output_format: "netcdf",
    compress: true,
    analysis_type: "spectral",
  });
  assert.deepEqual(netcdf.files, ["analysis/analysis.nc"]);
  const { variables } = await readNetcdf("analysis.nc", await readFile(at("analysis.nc")));
  assert.equal(variables.mean.data.length, scales.length);
  assert.equal(variables.lead.attributes.units, "years");
  assert.equal("region_size" in variables, false);
});

Deno.test("visualize draws HTML, SVG and PNG", async () => {
  await using dir = await folder();
  const run = await finished(dir.path);
  const { files } = await run.postprocess({ type: "visualize" }, { title: "A title of ours", width: 640 });
  assert.deepEqual(files, ["html", "svg", "png"].map((format) => `figures/coherence.${format}`));
  const read = async (name: string) => await readFile(join(run.workspace, "figures", name));
  assert.match((await read("coherence.svg")).toString(), /A title of ours/);
  assert.match((await read("coherence.html")).toString(), /<!DOCTYPE html>/i);
  assert.deepEqual([...(await read("coherence.png")).subarray(1, 4)], [..."PNG"].map((c) => c.charCodeAt(0)));
  await assert.rejects(
    async () =>
      await pipeline(
        new ModelRun({
          run_id: "other",
          output_dir: dir.path,
          model: { type: "command", command: "true" },
          postprocess: [{ type: "visualize" }],
        }),
      ),
    (error: Error) =>
      error instanceof StageError && error.stage === "postprocess: visualize" && /draws coherence/.test(error.message),
  );
});

Deno.test("a plug-in's postprocessor runs in a process of its own, where timeout, env_vars and working_dir act", async () => {
  await using dir = await folder();
  const file = join(dir.path, "study.json");
  await writeFile(
    file,
    JSON.stringify({
      run_id: "told",
      output_dir: ".",
      plugins: [plugin],
      model: { type: "command", command: "echo x > outputs/x.txt" },
      postprocess: [{ type: "tell", env_vars: { TELL_WORD: "hello" }, working_dir: tmpdir() }],
    }),
  );
  const run = await ModelRun.fromFile(file);
  await pipeline(run);
  const [{ detail }] = Object.values((await run.record())!.postprocess!);
  assert.equal(detail!.word, "hello");
  assert.equal(detail!.cwd, await Deno.realPath(tmpdir()));
  assert.deepEqual(detail!.files, ["x.txt"]);
  assert.notEqual(detail!.pid, Deno.pid);
  assert.equal(Deno.env.get("TELL_WORD"), undefined);

  const config = { type: "tell", timeout: 2, env_vars: {}, retries: 0, seconds: 1000 } as ProcessorConfig;
  const settings = (await run.settings())!;
  const { signal } = new AbortController();
  await assert.rejects(
    runPostprocessor(config, { workspace: run.workspace, settings, signal }),
    (error: Error) => error instanceof PostprocessorError && /time of 2 s was over/.test(error.message),
  );
});

Deno.test("a postprocessor of the program runs in it; what cannot act there is refused", async () => {
  await using dir = await folder();
  const mine: PostprocessorDefinition<ProcessorConfig> = {
    name: "mine",
    description: "Counts",
    schema: extendBaseConfig<ProcessorConfig & { type: "mine" }>("mine", {}),
    process: ({ settings, signal }, { timeout }) =>
      timeout === 1
        ? new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))
        : Promise.resolve({ message: `seed ${settings.seed}`, files: [] }),
  };
  registerPostprocessor(mine);
  assert.throws(() => registerPostprocessor(mine), /a name that is not taken/);
  const run = await finished(dir.path);
  assert.equal((await run.postprocess("mine")).message, "seed 7");
  assert.throws(() => run.postprocess("mine", { env_vars: { A: "b" } }), /env_vars: cannot act here/);
  const settings = (await run.settings())!, { signal } = new AbortController();
  const config = { type: "mine", timeout: 1, env_vars: {}, retries: 0 } as ProcessorConfig;
  await assert.rejects(
    runPostprocessor(config, { workspace: run.workspace, settings, signal }),
    /time of 1 s was over/,
  );
});

Deno.test("a postprocessor that fails makes the pipeline fail, and is tried again the next time", async () => {
  await using dir = await folder();
  const study = {
    run_id: "fails",
    output_dir: dir.path,
    model: { type: "command", command: "true", outputs: [] },
    postprocess: [{ type: "archive" }, { type: "noop" }],
  };
  await assert.rejects(async () => await pipeline(new ModelRun(study)), (error: Error) => {
    assert.ok(error instanceof StageError && error.stage === "postprocess: archive");
    assert.match(error.message, /There are no outputs to archive/);
    assert.deepEqual(error.result.stages.map(({ status }) => status), ["done", "done", "failed", "skipped"]);
    return true;
  });
  await writeFile(join(dir.path, "fails/outputs/late.txt"), "x");
  const { stages } = await pipeline(new ModelRun(study));
  assert.deepEqual(stages.map(({ status }) => status), ["kept", "kept", "done", "done"]);
});
