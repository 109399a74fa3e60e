import assert from "node:assert/strict";
import { BINS, SIGNIFICANCE_TASK, significanceLevels } from "../analysis/mod.ts";
import type { SignificanceSpec, SurrogateCounts } from "../analysis/mod.ts";
import { contentHash, openBackend, sequential } from "../backends/mod.ts";
import type { Backend, BackendCapabilities, BackendDefinition, MonteCarloOptions, Task } from "../backends/mod.ts";
import { SimulationKeys } from "../random/mod.ts";

/** One thing that every backend must do. */
export interface ConformanceCheck {
  /** What it is, in words. */
  readonly name: string;
  /** The capability without which it does not apply. */
  readonly needs?: keyof BackendCapabilities;
  /** Tries it. Throws where the backend does it wrong. */
  run(open: () => Backend, definition: BackendDefinition): Promise<void>;
}

const MODULE = import.meta.resolve("./simulations.ts");
const oracle = () => openBackend(sequential);

function exported(name: string): { module: string; name: string } {
  return { module: MODULE, name };
}

async function partialOf(backend: Backend, task: Task, options: MonteCarloOptions): Promise<unknown> {
  return (await backend.runTask(task, options)).partial;
}

async function sameAsOracle(open: () => Backend, task: Task, options: MonteCarloOptions, what: string): Promise<void> {
  await using backend = open();
  const expected = await partialOf(oracle(), task, options);
  assert.equal(contentHash(await partialOf(backend, task, options)), contentHash(expected), what);
}

/** How far a level may lie from the oracle's on a backend that computes in another precision. */
export const LEVEL_TOLERANCE = 0.003;

/** As many counts at each scale, and levels within {@linkcode LEVEL_TOLERANCE}. */
function requireClose(counts: SurrogateCounts, expected: SurrogateCounts): void {
  assert.deepEqual(counts.batches, expected.batches, "full batches");
  assert.deepEqual(totals(counts.histogram), totals(expected.histogram), "counts at each scale");
  const levels = significanceLevels(counts.histogram, 0.95);
  for (const [j, level] of significanceLevels(expected.histogram, 0.95).entries()) {
    assert.ok(Math.abs(levels[j] - level) <= LEVEL_TOLERANCE, `the level of scale ${j}: ${levels[j]}, not ${level}`);
  }
}

function totals(histogram: Float64Array): number[] {
  const scales = Array.from(
    { length: histogram.length / BINS },
    (_, j) => histogram.subarray(j * BINS, (j + 1) * BINS),
  );
  return scales.map((counts) => counts.reduce((sum, count) => sum + count, 0));
}

/** Draws of a simulation that lasts: some milliseconds on a processor, so that very many of them also keep a graphics card busy. */
const LONG = 60_000;

const DRAWS = exported("foldedDraws");

/** A small job of the built-in task. */
const SPEC: SignificanceSpec = {
  n: 64,
  dt: 1,
  dj: 1 / 4,
  s0: 2,
  J: 16,
  wavelet: { name: "morlet" },
  convention: "exact",
  ar1: [0.7, -0.4],
  precision: "single",
};

/** Everything that is asked of a backend, in order. The sequential backend is the oracle. */
export const CONFORMANCE: readonly ConformanceCheck[] = [
  {
    name: "answers whether it can be used",
    async run(_open, definition) {
      const availability = await definition.probe();
      if (!availability.available) assert.ok(availability.reason && availability.remedy, "a reason and a remedy");
    },
  },
  {
    name: "refuses a configuration with an unknown field",
    run(_open, { schema }) {
      assert.ok(!schema.safeParse({ no_such_field: 1 }).success, "an unknown field must be refused, not ignored");
      assert.equal(typeof schema.toJSONSchema(), "object");
      return Promise.resolve();
    },
  },
  {
    name: "runs every simulation once, in order, with the keys of its master seed",
    needs: "monteCarlo",
    async run(open) {
      await using backend = open();
      for (const [n, seed] of [[1, 0], [2, 7], [3, 2n ** 90n], [97, 42], [1009, 1]] as const) {
        const rows = await partialOf(backend, { ...exported("ledger"), args: [] }, {
          nSimulations: n,
          seed,
        }) as Float64Array;
        const keys = new SimulationKeys(seed);
        const expected = Array.from({ length: n }, (_, i) => [i, ...keys.key(i, new Uint32Array(2))]).flat();
        assert.deepEqual(Array.from(rows), expected, `${n} simulations of seed ${seed}`);
      }
    },
  },
  {
    name: "lists values in order of simulation, however long each takes",
    needs: "functions",
    async run(open) {
      const options = { nSimulations: 60, seed: 3, workerArgs: [0.5] };
      await using backend = open();
      const values = await backend.runMonteCarlo(exported("uneven"), options);
      assert.deepEqual([...values], [...await oracle().runMonteCarlo(exported("uneven"), options)]);
    },
  },
  {
    name: "gives the same bits as one thread, again and for another seed",
    needs: "functions",
    async run(open) {
      await using backend = open();
      const hashes: string[] = [];
      for (const seed of [1, 1, 2]) {
        const options = { nSimulations: 200, seed, workerArgs: [5] };
        const values = [...await backend.runMonteCarlo(exported("draw"), options)];
        assert.deepEqual(values, [...await oracle().runMonteCarlo(exported("draw"), options)]);
        hashes.push(contentHash(values));
      }
      assert.equal(hashes[0], hashes[1]);
      assert.notEqual(hashes[0], hashes[2], "another seed must give other values");
    },
  },
  {
    name: "adds floating-point partials in the order of their chunks",
    needs: "monteCarlo",
    run: (open) =>
      sameAsOracle(open, { ...exported("floatSum"), args: [1.7] }, { nSimulations: 500, seed: 5 }, "the sum"),
  },
  {
    name: "counts the surrogates of wavelet coherence as one thread does",
    needs: "monteCarlo",
    async run(open, { capabilities }) {
      const task = { ...SIGNIFICANCE_TASK, args: [SPEC] }, options = { nSimulations: 40, seed: 42 };
      if (capabilities.deterministic) return await sameAsOracle(open, task, options, "the histogram");
      await using backend = open();
      const expected = await partialOf(oracle(), task, options) as SurrogateCounts;
      const counts = await partialOf(backend, task, options) as SurrogateCounts;
      requireClose(counts, expected);
      const again = await partialOf(backend, task, options);
      assert.equal(contentHash(again), contentHash(counts), "the same seed must give the same counts again");
    },
  },
  {
    name: "carries arguments and values of every kind",
    needs: "functions",
    async run(open) {
      const given = {
        list: [1, "two", null, undefined],
        bytes: new Uint8Array([1, 2]),
        nan: NaN,
        big: -3n,
        when: new Date(5),
      };
      const options = { nSimulations: 9, seed: 8, workerArgs: [given], workerKwargs: { gain: 0.1 } };
      await using backend = open();
      const values = await backend.runMonteCarlo(exported("echo"), options);
      assert.deepStrictEqual([...values], [...await oracle().runMonteCarlo(exported("echo"), options)]);
    },
  },
  {
    name: "names a simulation that throws, keeps its error, and works on",
    needs: "functions",
    async run(open) {
      await using backend = open();
      const options = { nSimulations: 20, seed: 42 };
      const seeds = [...await backend.runMonteCarlo(exported("failing"), { ...options, workerArgs: [-1] })];
      const failed = backend.runMonteCarlo(exported("failing"), { ...options, workerArgs: [seeds[13]] });
      await assert.rejects(Promise.resolve(failed), (error: Error & { index?: number; seed?: number }) => {
        assert.equal(error.name, "SimulationError");
        assert.deepEqual([error.index, error.seed], [13, seeds[13]]);
        assert.match(String((error.cause as Error)?.message), /is bad/);
        return true;
      });
      const again = await backend.runMonteCarlo(exported("failing"), { ...options, workerArgs: [-1] });
      assert.deepEqual([...again], seeds);
    },
  },
  {
    name: "tells its progress up to the end",
    needs: "monteCarlo",
    async run(open) {
      await using backend = open();
      const seen: number[] = [];
      const job = backend.runMonteCarlo(DRAWS, {
        nSimulations: 80,
        seed: 1,
        workerArgs: [20_000],
        onProgress: ({ done }) => void seen.push(done),
      });
      await job;
      assert.equal(seen.at(-1), 80);
      assert.ok(seen.every((done, i) => done >= 0 && done <= 80 && (i === 0 || done >= seen[i - 1])));
      assert.deepEqual([job.progress.done, job.progress.total], [80, 80]);
    },
  },
  {
    name: "cancels, by the job and by a signal, and works on",
    needs: "monteCarlo",
    async run(open) {
      await using backend = open();
      const options = { nSimulations: 100_000, seed: 1, workerArgs: [LONG] };
      for (const wait of [0, 200]) {
        const job = backend.runMonteCarlo(DRAWS, options);
        await new Promise((resolve) => setTimeout(resolve, wait));
        job.cancel();
        await assert.rejects(Promise.resolve(job), { name: "JobCancelledError" });
      }
      const signalled = backend.runMonteCarlo(DRAWS, {
        ...options,
        signal: AbortSignal.timeout(100),
      });
      await assert.rejects(Promise.resolve(signalled), { name: "TimeoutError" });
      assert.equal(
        (await backend.runMonteCarlo(DRAWS, { nSimulations: 3, workerArgs: [1] })).length,
        3,
      );
    },
  },
  {
    name: "runs two jobs at once",
    needs: "monteCarlo",
    async run(open) {
      await using backend = open();
      const run = (seed: number) => ({ nSimulations: 50, seed, workerArgs: [100] });
      const both = await Promise.all([1, 2].map((seed) => backend.runMonteCarlo(DRAWS, run(seed))));
      for (const [i, seed] of [1, 2].entries()) {
        assert.deepEqual([...both[i]], [...await oracle().runMonteCarlo(DRAWS, run(seed))]);
      }
    },
  },
  {
    name: "is closed by disposal, twice without harm, and its jobs with it",
    needs: "monteCarlo",
    async run(open) {
      const backend = open();
      const job = backend.runMonteCarlo(DRAWS, {
        nSimulations: 100_000,
        seed: 1,
        workerArgs: [LONG],
      });
      await new Promise((resolve) => setTimeout(resolve, 50));
      await backend[Symbol.asyncDispose]();
      await backend[Symbol.asyncDispose]();
      await assert.rejects(Promise.resolve(job), { name: "BackendClosedError" });
      assert.throws(() => backend.runMonteCarlo(DRAWS, { nSimulations: 1 }), {
        name: "BackendClosedError",
      });
    },
  },
];
