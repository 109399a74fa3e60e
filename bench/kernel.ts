/**
 * Speed of the significance kernel: `deno run bench/kernel.ts`. Milliseconds a surrogate on one thread, the best and the median of many
 * short runs; the growth with the record's length, all octaves tested; the time from import to the first 10 surrogates.
 */
const begin = performance.now();
const { CoherenceKernel } = await import("../analysis/kernel/coherence_kernel.ts");
const { kernelSpecOf } = await import("../analysis/kernel/kernel_plan.ts");
const { SimulationKeys } = await import("../random/mod.ts");
const { CoherencePlan } = await import("../wavelet/mod.ts");

function kernel(options: { n: number; J?: number }): InstanceType<typeof CoherenceKernel> {
  const plan = new CoherencePlan({ dt: 1, ...options, truncate: false });
  return new CoherenceKernel(kernelSpecOf(plan, [0.7, 0.5]));
}

const keys = new Uint32Array(64), source = new SimulationKeys(42);
for (let i = 0; i < 32; i++) keys.set(source.key(i), 2 * i);

const first = kernel({ n: 512 });
first.simulate(keys, 10);
const cold = performance.now() - begin;

/** Milliseconds a surrogate: the best and the median of `runs` runs. */
function measure(
  what: InstanceType<typeof CoherenceKernel>,
  count: number,
  runs: number,
): { best: number; median: number } {
  what.simulate(keys, count);
  const times = Array.from({ length: runs }, () => {
    const start = performance.now();
    what.simulate(keys, count);
    return (performance.now() - start) / count;
  }).sort((a, b) => a - b);
  return { best: times[0], median: times[runs >> 1] };
}

const jobs = { "3,151 samples, 98 scales": { n: 3151, J: 97 }, "512 samples, 79 scales": { n: 512, J: 97 } };
const results = Object.entries(jobs).map(([name, options]) => {
  const what = kernel(options), { best, median } = measure(what, 32, 60);
  return {
    job: name,
    "best ms": best.toFixed(4),
    "median ms": median.toFixed(4),
    "GFLOP/s": (what.info.flops / best / 1e6).toFixed(1),
  };
});

const lengths = [1e3, 1e4, 1e5, 1e6];
const growth = lengths.map((n) => ({
  n,
  best: measure(kernel({ n }), n > 1e4 ? 4 : 32, n > 1e5 ? 2 : n > 1e4 ? 6 : 30).best,
}));
const exponent = Math.log(growth.at(-1)!.best / growth[0].best) / Math.log(lengths.at(-1)! / lengths[0]);

// deno-lint-ignore no-console
console.table(results);
// deno-lint-ignore no-console
console.table(growth.map(({ n, best }) => ({ samples: n, "best ms": best.toFixed(3) })));
// deno-lint-ignore no-console
console.log(`exponent of time against length ${exponent.toFixed(3)}; import to 10 surrogates ${cold.toFixed(0)} ms`);
