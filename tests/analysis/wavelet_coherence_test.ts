import assert from "node:assert/strict";
import {
  clearCache,
  significantRegions,
  type WaveletCoherence,
  waveletCoherence,
  wctSignificance,
} from "../../analysis/mod.ts";
import { LevelCache } from "../../analysis/level_cache.ts";
import { getBackend, Job, openBackend, sequential } from "../../backends/mod.ts";
import { defaultRng } from "../../random/mod.ts";
import { wct } from "../../wavelet/mod.ts";

const rng = defaultRng(5);
const wave = (lag: number) => Float64Array.from({ length: 200 }, (_, t) => Math.sin((t - lag) / 4) + rng.normal());
const y1 = wave(0), y2 = wave(2);
const significance = { mcCount: 40, seed: 42, cache: false };

Deno.test("the main job is wct's result and what follows from its surrogates", async () => {
  const job = waveletCoherence(y1, y2, { dt: 0.5, significance });
  assert.ok(job instanceof Job);
  const result = await job;
  const plain = wct(y1, y2, { dt: 0.5 });
  assert.deepEqual(result.coherence, plain.coherence);
  assert.deepEqual([result.level, result.mcCount, result.provenance.seed], [0.95, 40, 42]);
  const { shape: [scales, times], coi, periods } = result;
  for (let at = 0; at < scales * times; at++) {
    const j = Math.floor(at / times), trusted = periods[j] <= coi[at % times];
    assert.equal(result.significant[at] === 1, trusted && result.coherence[at] > result.significance[j]);
    assert.equal(Number.isNaN(result.pValues[at]), !trusted);
    if (trusted) assert.ok(result.pValues[at] > 0 && result.pValues[at] <= 1);
  }
  const again = await waveletCoherence(y1, y2, { dt: 0.5, significance });
  assert.deepEqual(again.significance, result.significance);
  const other = await waveletCoherence(y1, y2, { dt: 0.5, significance: { ...significance, seed: 43 } });
  assert.notDeepEqual(other.significance, result.significance);
});

Deno.test("the unit of dt scales periods and leaves coherence and levels as they are", async () => {
  const [days, years] = await Promise.all([1, 1 / 365].map((dt) => waveletCoherence(y1, y2, { dt, significance })));
  assert.ok(
    days.significance.every((level, j) =>
      Object.is(level, years.significance[j]) || Math.abs(level - years.significance[j]) < 1e-3
    ),
  );
  assert.ok(days.periods.every((period, j) => Math.abs(period / 365 - years.periods[j]) < 1e-9));
});

Deno.test("significant regions are found, the largest first, with period and lead", async () => {
  const result = await waveletCoherence(y1, y2, { dt: 1, significance });
  const regions = significantRegions(result);
  const [largest] = regions;
  assert.ok(largest.periods[0] < 8 * Math.PI && largest.periods[1] > 8 * Math.PI, "the common period is 8 pi");
  assert.ok(Math.abs(largest.lead - 2) < 0.8, `the first leads by 2, found ${largest.lead}`);
  assert.ok(regions.every(({ size }, i) => i === 0 || size <= regions[i - 1].size));
  assert.equal(regions.reduce((sum, { size }) => sum + size, 0), result.significant.reduce((a, b) => a + b, 0));
  assert.ok(significantRegions(result, { minSize: largest.size }).length === 1);
});

Deno.test("levels have a NaN for each scale without a sample outside the cone, and for no other", async () => {
  const { significance: levels, periods } = await wctSignificance(0.5, 0.5, {
    dt: 1,
    n: 100,
    mcCount: 20,
    seed: 1,
    cache: false,
  });
  const { coi } = wct(y1.slice(0, 100), y2.slice(0, 100), { dt: 1 });
  const widest = Math.max(...coi);
  for (const [j, level] of levels.entries()) assert.equal(Number.isNaN(level), periods[j] > widest, `scale ${j}`);
});

Deno.test("the main job can be cancelled and tells its progress", async () => {
  const job = waveletCoherence(y1, y2, { dt: 1, significance: { ...significance, mcCount: 100_000 } });
  await new Promise((resolve) => setTimeout(resolve, 200));
  job.cancel();
  await assert.rejects(Promise.resolve(job), { name: "JobCancelledError" });
  const seen: number[] = [];
  await waveletCoherence(y1, y2, { dt: 1, significance, onProgress: ({ done }) => void seen.push(done) });
  assert.equal(seen.at(-1), 40);
});

Deno.test("the cache gives back what was computed, and only for the same plan", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const options = { dt: 1, n: 64, mcCount: 20, seed: 1, cache: folder };
    const first = await wctSignificance(0.5, 0.5, options);
    const second = await wctSignificance(0.5, 0.5, options);
    assert.deepEqual([first.cached, second.cached], [false, true]);
    assert.deepEqual(second.significance, first.significance);
    assert.equal(second.provenance.started, first.provenance.started);
    const level = await wctSignificance(0.5, 0.5, { ...options, significanceLevel: 0.9 });
    assert.ok(level.cached, "another level is read from the same counts");
    assert.notDeepEqual(level.significance, first.significance);
    const others = [
      { ...options, seed: 2 },
      { ...options, mcCount: 21 },
      { ...options, n: 65 },
      { ...options, dt: 2 },
      { ...options, dj: 1 / 8 },
      { ...options, s0: 3 },
      { ...options, J: 30 },
      { ...options, wavelet: { name: "morlet", parameter: 6, deltaj0: 0.5 } as const },
      { ...options, convention: "grinsted" } as const,
    ];
    for (const other of others) {
      assert.equal((await wctSignificance(0.5, 0.5, other)).cached, false, JSON.stringify(other));
    }
    assert.equal((await wctSignificance(0.5, 0.4, options)).cached, false);
    assert.equal((await wctSignificance(0.5, 0.5, { ...options, seed: undefined })).cached, false);
    assert.equal((await wctSignificance(0.5, 0.5, { ...options, cache: false })).cached, false);
    await clearCache(folder);
    assert.equal((await wctSignificance(0.5, 0.5, options)).cached, false);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a damaged or foreign cache file is set aside and computed anew", async () => {
  const folder = await Deno.makeTempDir();
  const warnings: unknown[] = [];
  const warn = console.warn;
  console.warn = (text) => void warnings.push(text);
  try {
    const options = { dt: 1, n: 64, mcCount: 20, seed: 1, cache: folder };
    const expected = await wctSignificance(0.5, 0.5, options);
    const [{ name }] = [...Deno.readDirSync(folder)];
    const path = `${folder}/${name}`, whole = await Deno.readFile(path);
    const flipped = whole.slice();
    flipped[whole.length - 100] ^= 1;
    for (const bytes of [flipped, whole.slice(0, 1000), new Uint8Array(), new TextEncoder().encode("not ours")]) {
      await Deno.writeFile(path, bytes);
      const again = await wctSignificance(0.5, 0.5, options);
      assert.equal(again.cached, false);
      assert.deepEqual(again.significance, expected.significance);
      assert.ok((await wctSignificance(0.5, 0.5, options)).cached);
    }
    assert.equal(warnings.length, 4);
    assert.match(String(warnings[0]), /Set aside .*damaged/);
    await Deno.stat(`${path}.damaged`);
  } finally {
    console.warn = warn;
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("jobs that write the same levels at once do each other no harm", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const options = { dt: 1, n: 64, mcCount: 20, seed: 1, cache: folder };
    const all = await Promise.all(Array.from({ length: 5 }, () => wctSignificance(0.5, 0.5, options)));
    for (const { significance } of all) assert.deepEqual(significance, all[0].significance);
    assert.equal([...Deno.readDirSync(folder)].length, 1);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("bad input is refused before any work, by the field's name", () => {
  const call = (change: Record<string, unknown>) => () =>
    wctSignificance(0.5, 0.5, { dt: 1, n: 100, ...change } as never);
  const cases: [() => unknown, RegExp][] = [
    [() => wctSignificance(1, 0.5, { dt: 1, n: 100 }), /al1.*between -1 and 1.*1$/],
    [() => wctSignificance(0.5, NaN, { dt: 1, n: 100 }), /al2.*NaN/],
    [call({ dt: 0 }), /dt.*positive.*0/],
    [call({ dj: -1 }), /dj.*-1/],
    [call({ s0: Infinity }), /s0.*Infinity/],
    [call({ J: 2.5 }), /J.*whole.*2\.5/],
    [call({ n: 3 }), /\bn\b.*3/],
    [call({ n: undefined }), /J.*given where n is not/],
    [call({ significanceLevel: 1 }), /significanceLevel.*1$/],
    [call({ mcCount: 0 }), /mcCount.*at least 1/],
    [call({ mcCount: 1.5 }), /mcCount.*whole/],
    [call({ seed: -1 }), /-1/],
    [call({ seed: 1.5 }), /1\.5/],
    [call({ wavelet: "morlett" }), /wavelet.*"morlett".*Did you mean "morlet"/],
    [call({ convention: "grinstead" }), /convention.*Did you mean "grinsted"/],
    [call({ precision: "half" }), /precision.*"half"/],
    [call({ backend: "worker" }), /backend.*"worker".*Did you mean "workers"/],
  ];
  for (const [bad, message] of cases) assert.throws(bad, { name: "InvalidArgumentError", message });

  const main = (change: Record<string, unknown>, a: unknown = y1) => () =>
    waveletCoherence(a as never, y2, { dt: 1, ...change } as never);
  const gap = y1.slice();
  gap[17] = NaN;
  const mainCases: [() => unknown, RegExp][] = [
    [main({}, gap), /y1\[17\].*NaN/],
    [main({}, y1.slice(1)), /y2/],
    [main({}, new Float64Array(200)), /y1.*varies/],
    [main({}, "series"), /y1.*"series"/],
    [main({ significance: { level: 0 } }), /significance\.level.*0$/],
    [main({ significance: { mcCount: -3 } }), /significance\.mcCount.*-3/],
    [main({ significance: { ar1: [0.5, 2] } }), /significance\.ar1\[1\].*2/],
    [main({ significance: { backend: "gpu" } }), /backend.*"gpu"/],
  ];
  for (const [bad, message] of mainCases) assert.throws(bad, { name: "InvalidArgumentError", message });
});

Deno.test("an open backend is used and left open", async () => {
  await using backend = getBackend("workers", { n_jobs: 2 });
  const one = await waveletCoherence(y1, y2, { dt: 1, significance: { ...significance, backend } });
  const two = await waveletCoherence(y1, y2, { dt: 1, significance: { ...significance, backend: "sequential" } });
  assert.deepEqual(one.pValues, two.pValues);
  assert.equal(one.provenance.backend.name, "workers");
  assert.equal((await backend.runMonteCarlo((seed: number) => seed, { nSimulations: 3 })).length, 3);
});

Deno.test("a job that is cancelled, at once or later, ends the surrogates behind it", async () => {
  for (const wait of [undefined, 30]) {
    let running = 0;
    const endless = openBackend({
      ...sequential,
      name: "endless",
      open: () => ({
        async runTask({ signal }) {
          running++;
          await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
          running--;
          throw signal.reason;
        },
      }),
    });
    const job = waveletCoherence(y1, y2, { dt: 1, significance: { ...significance, backend: endless } });
    if (wait !== undefined) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      assert.equal(running, 1);
    }
    job.cancel();
    await assert.rejects(Promise.resolve(job), { name: "JobCancelledError" });
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(running, 0);
  }
});

Deno.test("misspelt options are refused, with the near name", () => {
  const call = (options: unknown) => () => wctSignificance(0.5, 0.5, options as never);
  assert.throws(call({ dt: 1, n: 100, mc_count: 5 }), /options\.mc_count.*Did you mean "mcCount"/);
  assert.throws(call(undefined), /options.*an object/);
  assert.throws(call({ dt: 1, n: 100, cache: 5 }), /cache.*a folder/);
  const main = (options: unknown) => () => waveletCoherence(y1, y2, options as never);
  assert.throws(main({ dt: 1, significance: { sed: 1 } }), /significance\.sed.*Did you mean "seed"/);
  assert.throws(main({ dt: 1, every: 3 }), /options\.every/);
});

Deno.test("a refusal keeps its hint, and names this function's own arguments", () => {
  // deno-lint-ignore no-explicit-any
  const main = (a: any, b: any, options: any) => () => waveletCoherence(a, b, { dt: 1, ...options });
  assert.throws(main(y1, y2, { significance: { backend: "worker" } }), /significance\.backend.*Did you mean "workers"/);
  assert.throws(main(undefined, y2, {}), /Cannot use y1/);
  const trend = Float64Array.from({ length: 200 }, (_, t) => t + Math.sin(t));
  assert.throws(main(y1, trend, {}), {
    name: "InvalidArgumentError",
    field: "y2",
    message: /AR\(1\).*remove the trend, or give significance\.ar1$/,
  });
});

Deno.test("patches are found in what waveletCoherence gave, awaited, and in nothing else", async () => {
  const call = (result: unknown) => () => significantRegions(result as WaveletCoherence);
  const job = waveletCoherence(y1, y2, { dt: 1, significance });
  assert.throws(call(job), /result.*await it/);
  assert.throws(call(wct(y1, y2, { dt: 1 })), /wct does not test; waveletCoherence does/);
  assert.throws(call(undefined), /Cannot use result/);
  assert.ok(significantRegions(await job).length > 0);
});

Deno.test("a cache folder that cannot be had is told before the work", async () => {
  const file = await Deno.makeTempFile();
  try {
    let told = 0;
    const options = { dt: 1, n: 64, mcCount: 20, seed: 1, cache: `${file}/x`, onProgress: () => told++ };
    await assert.rejects(
      Promise.resolve(wctSignificance(0.5, 0.5, options)),
      /ENOTDIR|Not a directory|not a directory/,
    );
    assert.equal(told, 0);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("a cache that can be neither read nor written says so, and what was computed is not lost", async () => {
  const file = await Deno.makeTempFile();
  const warnings: unknown[] = [], warn = console.warn;
  console.warn = (text) => void warnings.push(text);
  try {
    const cache = new LevelCache(`${file}/x`);
    assert.equal(await cache.get("key"), undefined);
    await cache.set("key", 1);
  } finally {
    console.warn = warn;
    await Deno.remove(file);
  }
  assert.match(String(warnings[0]), /cannot be read/);
  assert.match(String(warnings[1]), /not kept/);
});
