import assert from "node:assert/strict";
import { significantRegions, testRegions, waveletCoherence } from "../../analysis/mod.ts";
import type { WaveletCoherence, WaveletCoherenceOptions } from "../../analysis/mod.ts";
import { autoregress } from "../../analysis/surrogate_counters.ts";
import { getBackend } from "../../backends/mod.ts";
import { defaultRng, simulationKey, surrogateNormals } from "../../random/mod.ts";
import { rednoise } from "../../wavelet/mod.ts";

const N = 128;
const generator = defaultRng(4);
const pair = (n: number, g: readonly [number, number]) => g.map((one) => rednoise(n, one, { generator }));
const significance = { mcCount: 300, seed: 42, cache: false } as const;
const coherenceOf = async (change: Partial<WaveletCoherenceOptions> = {}) => {
  const [y1, y2] = pair(N, [0.7, 0.5]);
  return await waveletCoherence(y1, y2, { dt: 1, significance, ...change });
};

Deno.test("5 % of unrelated series have a patch with p <= 0.05, and alike for other p; related ones have", async () => {
  await using backend = getBackend("workers");
  const g = [0.5, 0.5] as const, [y1, y2] = pair(N, g), records = 1000;
  const result = await waveletCoherence(y1, y2, { dt: 1, significance: { ...significance, ar1: g, backend } });
  const { largestMasses } = await testRegions(result, { mcCount: records, backend });
  // For each record, the smallest p-value of its patches; more than 1 where there are none.
  const leastPValues = async (coupling: number, count: number) => {
    const args = [N, g, coupling, result.significance, largestMasses];
    const task = { module: import.meta.resolve("./related_pairs.ts"), name: "leastPValues", args };
    return (await backend.runTask<number[]>(task, { nSimulations: count, seed: 7 })).partial;
  };
  const share = (values: number[], alpha: number) => values.filter((p) => p <= alpha).length / values.length;

  const unrelated = await leastPValues(0, records);
  assert.ok(share(unrelated, 1) > 0.98, "nearly all of them have patches");
  for (const alpha of [0.01, 0.05, 0.2, 0.5]) {
    // The null's quantile, from as many maps, has the same error as the share.
    const error = Math.sqrt(2 * alpha * (1 - alpha) / records), found = share(unrelated, alpha);
    assert.ok(Math.abs(found - alpha) < 3.5 * error, `${found} for ${alpha}: ${(found - alpha) / error} errors`);
  }
  const [loosely, closely] = [await leastPValues(0.7, 100), await leastPValues(1.5, 100)];
  assert.ok(share(loosely, 0.05) > 0.15, `loosely related: ${share(loosely, 0.05)}`);
  assert.ok(share(closely, 0.05) > 0.9, `closely related: ${share(closely, 0.05)}`);
});

const ANALYSES: [string, Partial<WaveletCoherenceOptions>][] = [
  ["as it is by default", {}],
  ["as Grinsted's toolbox does", { convention: "grinsted" }],
  ["as pycwt does", { convention: "pycwt", normalize: false }],
  ["with a real mother, few scales, no padding", { wavelet: "dog", dj: 1 / 4, J: 12, s0: 3, pad: false }],
];
for (const [how, options] of ANALYSES) {
  Deno.test(`a surrogate's map is made ${how}, as the record's is`, async () => {
    const result = await coherenceOf(options), { ar1 } = result;
    const { largestMasses } = await testRegions(result, { mcCount: 4, seed: 9, cache: false });
    const masses: number[] = [];
    for (let i = 0; i < 4; i++) {
      const series = [new Float64Array(N), new Float64Array(N)];
      surrogateNormals(simulationKey(9, i), series[0], series[1], 1);
      series.forEach((noise, k) => autoregress(noise, ar1[k]));
      // Analysed as a record, with the same null and so the same levels.
      const map = await waveletCoherence(series[0], series[1], {
        dt: 1,
        ...options,
        significance: { ...significance, ar1 },
      });
      assert.deepEqual(map.significance, result.significance);
      masses.push(Math.max(0, ...significantRegions(map).map(({ mass }) => mass)));
    }
    masses.sort((a, b) => a - b).forEach((mass, i) => assert.ok(Math.abs(mass - largestMasses[i]) < 1e-9));
    assert.ok(masses[3] > 0);
  });
}

Deno.test("the test is the same on any backend, and as a part of the main job", async () => {
  const [y1, y2] = pair(N, [0.7, 0.5]), dones: number[] = [];
  const result = await waveletCoherence(y1, y2, { dt: 1, significance });
  assert.equal(result.largestMasses, undefined);
  const test = await testRegions(result, { mcCount: 60, onProgress: ({ done }) => void dones.push(done) });
  const { regions, largestMasses, mcCount, provenance } = test;
  assert.deepEqual([mcCount, largestMasses.length, provenance.seed, dones.at(-1)], [60, 60, 42, 60]);
  assert.deepEqual(largestMasses, largestMasses.toSorted());
  for (const { mass, regionPValue } of regions) {
    assert.equal(regionPValue, (1 + largestMasses.filter((largest) => largest >= mass).length) / 61);
  }
  assert.deepEqual(regions.map((r) => r.regionPValue), regions.map((r) => r.regionPValue).sort((a, b) => a - b));
  await using backend = getBackend("workers", { n_jobs: 2 });
  assert.deepEqual((await testRegions(result, { mcCount: 60, backend })).largestMasses, largestMasses);
  const other = await testRegions(result, { mcCount: 60, seed: 43, cache: false });
  assert.notDeepEqual(other.largestMasses, largestMasses);

  const progress: number[] = [];
  const whole = await waveletCoherence(y1, y2, {
    dt: 1,
    significance: { ...significance, regionCount: 60, backend },
    onProgress: ({ done, total }) => void progress.push(done, total),
  });
  assert.deepEqual(whole.largestMasses, largestMasses);
  assert.deepEqual(progress.slice(-2), [360, 360]);
  assert.deepEqual(significantRegions(whole), [...regions]);
  assert.ok(significantRegions(result).every((region) => !("regionPValue" in region)));
});

Deno.test("the null is kept for the next time where a seed is given", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const result = await coherenceOf(), options = { mcCount: 20, seed: 1, cache: folder };
    const first = await testRegions(result, options), second = await testRegions(result, options);
    assert.deepEqual([first.cached, second.cached], [false, true]);
    assert.deepEqual(second.regions, first.regions);
    assert.equal(second.provenance.started, first.provenance.started);
    const level = await waveletCoherence(...pair(N, [0.7, 0.5]) as [Float64Array, Float64Array], {
      dt: 1,
      significance: { ...significance, ar1: result.ar1, level: 0.9 },
    });
    const others: [WaveletCoherence, Record<string, unknown>][] = [
      [level, {}],
      [await coherenceOf({ significance: { ...significance, ar1: result.ar1 }, pad: false }), {}],
      [result, { mcCount: 21 }],
      [result, { seed: 2 }],
      [result, { seed: undefined }],
      [result, { cache: false }],
    ];
    for (const [other, change] of others) {
      assert.equal((await testRegions(other, { ...options, ...change })).cached, false, JSON.stringify(change));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("it can be cancelled, alone and within the main job", async () => {
  const result = await coherenceOf();
  const alone = testRegions(result, { mcCount: 1_000_000 });
  const within = coherenceOf({
    significance: { ...significance, regionCount: 1_000_000 },
    signal: AbortSignal.timeout(300),
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  alone.cancel();
  await assert.rejects(Promise.resolve(alone), { name: "JobCancelledError" });
  await assert.rejects(within, { name: "TimeoutError" });
});

Deno.test("bad input is refused before any work, by the field's name", async () => {
  const result = await coherenceOf();
  const { plan: _, ...plain } = result;
  const call = (options: unknown, map: unknown = result) => () => testRegions(map as never, options as never);
  const main = (change: Record<string, unknown>) => () =>
    waveletCoherence(...pair(N, [0.7, 0.5]) as [Float64Array, Float64Array], {
      dt: 1,
      significance: { ...significance, ...change } as never,
    });
  const cases: [() => unknown, RegExp][] = [
    [call({}, plain), /result.*what waveletCoherence gave/],
    [call({}, null), /result.*what waveletCoherence gave/],
    [call({ mcCount: 0 }), /mcCount.*at least 1/],
    [call({ mcCount: "auto" }), /mcCount.*whole/],
    [call({ seed: -1 }), /-1/],
    [call({ cache: 3 }), /cache.*folder.*3/],
    [call({ mccount: 3 }), /options\.mccount.*Did you mean "mcCount"/],
    [call({ backend: "worker" }), /backend.*"worker".*Did you mean "workers"/],
    [call({ backend: "webgpu" }), /backend.*on processors.*"webgpu"/],
    [main({ regionCount: -1 }), /significance\.regionCount.*-1/],
    [main({ regionCount: 10, backend: "webgpu" }), /significance\.backend.*on processors.*"webgpu"/],
  ];
  for (const [bad, message] of cases) assert.throws(bad, { name: "InvalidArgumentError", message });
});
