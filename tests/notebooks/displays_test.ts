import assert from "node:assert/strict";
import { join } from "node:path";
import { inspect } from "node:util";
import { testRegions, waveletCoherence, wctSignificance } from "../../analysis/mod.ts";
import {
  DISPLAY,
  getBackend,
  htmlTable,
  Job,
  listBackends,
  SequentialConfig,
  showsAs,
  textTable,
} from "../../backends/mod.ts";
import { causeFirst, progressBundle } from "../../backends/notebook_progress.ts";
import { ROOT } from "../../notebooks/jupyter.ts";
import { defaultRng } from "../../random/mod.ts";
import { pythonTest, runPython } from "../python.ts";

type Bundle = Record<string, string>;
type Shown = { [DISPLAY](): Promise<Bundle> };
const show = (value: unknown): Promise<Bundle> => (value as Shown)[DISPLAY]();

Deno.test("what shows itself in a notebook stays what it is", async () => {
  const value = showsAs({ a: 1 }, () => ({ "text/plain": "one" }));
  assert.deepEqual(value, { a: 1 });
  assert.deepEqual(Object.getOwnPropertySymbols({ ...value }), []);
  assert.deepEqual(structuredClone(value), { a: 1 });
  assert.deepEqual(await show(value), { "text/plain": "one" });
});

Deno.test("console.log prints the summary, in Deno's way and in Node's, and copies are as before", async () => {
  const options = { dt: 1, n: 64, mcCount: 64, seed: 42, cache: false };
  const job = wctSignificance(0.7, 0.5, options);
  const named = /^Significance of coherence from 64 surrogates: [^\n]* of 64 [^\n]*await/;
  assert.match(Deno.inspect(job), named);
  const levels = await job;
  assert.match(inspect(job), named);
  const summary = (await show(levels))["text/plain"];
  assert.match(summary, /^Levels of wavelet coherence\n/);
  for (const text of [Deno.inspect(levels), inspect(levels)]) assert.equal(text, summary);
  assert.match(Deno.inspect({ ...levels }), /significance: Float64Array/, "a copy prints its fields");
  assert.match(Deno.inspect({ levels }), /levels: Levels of wavelet coherence\n/);
  assert.equal(Deno.inspect(SequentialConfig.parse({})), '{ type: "sequential" }', "fields are few");

  assert.deepEqual(structuredClone(levels), levels);
  assert.equal(JSON.stringify(levels), JSON.stringify({ ...levels }));
});

Deno.test("tables keep what is in their cells, in HTML too", () => {
  assert.equal(textTable([["a", "bb"], ["ccc", "d"]]), "a    bb\nccc  d");
  const wrapped = textTable([["a", "b"], ["one", "two three four"], ["x", "much-too-long y"]], [3, 9]);
  assert.equal(wrapped, "a    b\none  two three\n     four\nx    much-too-long\n     y");
  const html = htmlTable([["name"], ['<script>&"']], { head: true });
  assert.match(html, /<th[^>]*>name<\/th>.*<td[^>]*>&lt;script&gt;&amp;&quot;<\/td>/);
});

Deno.test("backends, configurations, levels and coherence show a summary", async () => {
  const backends = await show(await listBackends());
  assert.match(backends["text/plain"], /^backend +available +capabilities +description\nsequential/);
  assert.match(backends["text/html"], /<th[^>]*>backend<\/th>/);
  const workers = await show(getBackend("workers", { n_jobs: 3 }));
  assert.match(workers["text/plain"], /^backend +workers\ndescription .*\n[^]*n_jobs +3/);
  assert.match((await show(SequentialConfig.parse({})))["text/plain"], /^type +sequential$/);

  const levels = await show(await wctSignificance(0.7, 0.5, { dt: 1, n: 64, mcCount: 64, seed: 42, cache: false }));
  for (const words of ["64 pairs", "95 % level", "Standard error", "Seed", "42"]) {
    assert.ok(levels["text/plain"].includes(words), words);
  }
  assert.match(levels["text/html"], /<svg .*<polyline/);

  const rng = defaultRng(1);
  const wave = (lag: number) =>
    Float64Array.from({ length: 256 }, (_, t) => Math.sin((t - lag) / 5) + rng.normal() / 2);
  const options = { dt: 1, significance: { mcCount: 64, seed: 42, cache: false } };
  const coherence = await show(await waveletCoherence(wave(0), wave(4), options));
  for (const words of ["256 samples", "64 pairs of AR(1)", "by chance", "peak R²", "lead of the first"]) {
    assert.ok(coherence["text/plain"].includes(words), words);
    assert.ok(coherence["text/html"].includes(words), words);
  }
  assert.doesNotMatch(coherence["text/plain"], /p of the patch/);

  const significance = { ...options.significance, regionCount: 20 };
  const tested = await waveletCoherence(wave(0), wave(4), { dt: 1, significance });
  assert.match((await show(tested))["text/plain"], /wholes by 20 more pairs[^]*p of the patch[^]*0\.0476/);
  const regions = await show(await testRegions(tested, { mcCount: 20, cache: false }));
  assert.match(
    regions["text/plain"],
    /^Test of patches\n[^]*20 surrogate maps[^]*Seed +42[^]*p of the patch[^]*0\.0476/,
  );
});

Deno.test("a job shows how far it is, what is known so far, and how it failed, cause first", async () => {
  const job = new Job<number>(async ({ advance, signal }) => {
    advance(30);
    await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    return 1;
  }, { name: "A & B", total: 1200, preview: () => "<i>so far</i>" });
  await new Promise((resolve) => setTimeout(resolve, 20));
  const { "text/html": html, "text/plain": text } = progressBundle(job) as Bundle;
  assert.match(html, /title="A &amp; B"><progress max="1200" value="30"/);
  assert.match(html, /30 of 1,200 · [\d.]+ a second · .* left.*<i>so far<\/i>/);
  assert.match(text, /^A & B: 30 of 1,200/);
  job.cancel(new Error("outer <x>", { cause: new RangeError("inner") }));
  await assert.rejects(job);
  const failed = progressBundle(job, new Error("outer <x>", { cause: new RangeError("inner") })) as Bundle;
  assert.match(failed["text/html"], /ended after.*RangeError: inner\n {2}so Error: outer &lt;x&gt;/s);
  assert.equal(causeFirst("just words"), "just words");
});

Deno.test("a bar tells how the work stands in a queue", async () => {
  let end = () => {};
  const job = new Job(async ({ setStatus }) => {
    setStatus("job 12 is PENDING (<Resources>)");
    await new Promise<void>((resolve) => end = resolve);
  }, { name: "a run", total: 1 });
  await new Promise((resolve) => setTimeout(resolve));
  const { "text/html": html, "text/plain": text } = progressBundle(job) as Bundle;
  assert.match(html, /0 of 1 · job 12 is PENDING \(&lt;Resources&gt;\)</);
  assert.match(text, /^a run: 0 of 1 · job 12 is PENDING \(<Resources>\)$/);
  end();
  await job;
  assert.doesNotMatch((progressBundle(job) as Bundle)["text/plain"], /PENDING/);
});

Deno.test("a job waits for what its listeners of the end promise", async () => {
  const order: string[] = [];
  const job = new Job<number>(() => Promise.resolve(1), { name: "job", total: 1 });
  job.on("done", async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    order.push("listener");
  });
  await job;
  order.push("awaited");
  assert.deepEqual(order, ["listener", "awaited"]);
});

Deno.test("outside of notebooks and terminals a job is quiet", () => {
  const script = `
    import { getBackend } from ${JSON.stringify(join(ROOT, "backends", "mod.ts"))};
    const slow = (seed) => { for (const end = performance.now() + 5; performance.now() < end;); return seed; };
    await getBackend("sequential").runMonteCarlo(slow, { nSimulations: 150, seed: 1 });`;
  const { success, stdout, stderr } = new Deno.Command(Deno.execPath(), {
    args: ["eval", script],
    env: { NO_COLOR: "1" },
  }).outputSync();
  assert.deepEqual([success, stdout.length, new TextDecoder().decode(stderr)], [true, 0, ""]);
});

/** Runs cells in the real kernel and gives the outputs of each. */
async function runCells(name: string, cells: string[]): Promise<{ data?: Bundle; ename?: string }[][]> {
  const folder = join(ROOT, "out", "displays");
  await Deno.mkdir(folder, { recursive: true });
  const path = join(folder, `${name}.ipynb`);
  const notebook = {
    cells: cells.map((source, i) => ({
      cell_type: "code",
      id: `cell-${i}`,
      metadata: { tags: ["raises-exception"] },
      execution_count: null,
      outputs: [],
      source,
    })),
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  };
  await Deno.writeTextFile(path, JSON.stringify(notebook));
  await runPython("run_notebook.py", [path, path], "", { MORLET_DENO: Deno.execPath() });
  const { cells: done } = JSON.parse(await Deno.readTextFile(path));
  return done.map(({ outputs }: { outputs: unknown[] }) => outputs);
}

pythonTest(
  "in the kernel: bars in place, cancelled from another cell, figures and tables that are not lost",
  async () => {
    const [, waited, loose, , cancelled, quick, failed, table, ...figures] = await runCells("displays", [
      `import { Figure, getBackend, listBackends } from "@morlet/morlet";
const slow = (seed: number) => { for (const end = performance.now() + 10; performance.now() < end;); return seed; };
const backend = getBackend("sequential");`,
      `await backend.runMonteCarlo(slow, { nSimulations: 100, seed: 1 });`,
      `const job = backend.runMonteCarlo(slow, { nSimulations: 100_000, seed: 1 });`,
      `while (job.progress.done < 20) await new Promise((resolve) => setTimeout(resolve, 20));`,
      `job.cancel(); await job;`,
      `await backend.runMonteCarlo((seed) => seed, { nSimulations: 10, seed: 1 });
undefined`,
      `await backend.runMonteCarlo((seed) => { throw new RangeError("too small"); }, { nSimulations: 10, seed: 1 });`,
      `await listBackends()`,
      ...Array.from({ length: 5 }, (_, i) =>
        `const y${i} = Array.from({ length: 20_000 }, (_, t) => t % 97);
new Figure({ data: [{ type: "scatter", y: y${i} }], layout: { width: 300, height: 200 } })`),
    ]);
    const html = (outputs: typeof waited) => outputs.map(({ data }) => [data?.["text/html"]].flat().join("")).join("");
    assert.match(html(waited), /value="100".*100 of 100/);
    assert.match(html(loose), /of 100,000 · ended after.*JobCancelledError/s);
    assert.equal(loose.length, 1, "one bar, changed in place");
    assert.equal(cancelled[0].ename, "JobCancelledError");
    assert.deepEqual(quick, [], "no bar for what is done at once");
    assert.equal(failed.at(-1)!.ename, "SimulationError");
    assert.match(html(table), /<th[^>]*>backend/);
    for (const outputs of figures) {
      assert.equal(outputs.length, 1);
      const { data } = outputs[0] as { data: Record<string, unknown> };
      assert.deepEqual(Object.keys(data).sort(), ["application/vnd.plotly.v1+json", "image/png", "text/plain"]);
    }
  },
);
