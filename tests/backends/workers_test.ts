import assert from "node:assert/strict";
import fc from "fast-check";
import { contentHash, getBackend, SpanQueue } from "../../backends/mod.ts";
import type { Span } from "../../backends/mod.ts";

const SUITE = import.meta.resolve("../../testing/simulations.ts");
const FAULTS = import.meta.resolve("./simulations.ts");
const at = (name: string) => ({ module: ["exiting", "crashing", "hanging"].includes(name) ? FAULTS : SUITE, name });

/** The ways in which the workers backend runs a module's export. */
const WAYS = [{ prefer: "threads" }, { prefer: "processes" }] as const;

/** The seed of simulation `index` under master seed 42. */
const SEEDS = [2684470948, 4091952314, 233227757, 3276785861, 3644269654];

for (const way of WAYS) {
  Deno.test(`${way.prefer}: values come in order and are those of one thread, for any number of lanes`, async () => {
    const options = { nSimulations: 157, workerArgs: [0.3], seed: 11 };
    for (const name of ["uneven", "draw"]) {
      const expected = contentHash([...await getBackend("sequential").runMonteCarlo(at(name), options)]);
      for (const n_jobs of [1, 2, 3, 7]) {
        await using backend = getBackend("workers", { ...way, n_jobs });
        const values = await backend.runMonteCarlo(at(name), options);
        assert.equal(contentHash([...values]), expected, `${name} with ${n_jobs}`);
      }
    }
  });

  Deno.test(`${way.prefer}: floating-point partials are added alike everywhere`, async () => {
    const run = async (backend: ReturnType<typeof getBackend>) => {
      const { partial } = await backend.runTask<Float64Array>({ ...at("floatSum"), args: [1.7] }, {
        nSimulations: 1000,
        seed: 5,
      });
      return partial[0];
    };
    const expected = await run(getBackend("sequential"));
    for (const n_jobs of [1, 2, 3, 7]) {
      await using backend = getBackend("workers", { ...way, n_jobs });
      assert.equal(await run(backend), expected);
      assert.equal(await run(backend), expected, "again, on lanes that have run before");
    }
  });

  Deno.test(`${way.prefer}: a simulation that throws is named, and the pool works on`, async () => {
    await using backend = getBackend("workers", { ...way, n_jobs: 2 });
    const options = { nSimulations: 5, workerArgs: [SEEDS[2]], seed: 42 };
    await assert.rejects(backend.runMonteCarlo(at("failing"), options), (error: Error) => {
      assert.equal(error.message, `Simulation 2 (seed ${SEEDS[2]}) failed with RangeError: seed ${SEEDS[2]} is bad`);
      assert.equal((error.cause as Error).name, "RangeError");
      assert.match((error.cause as Error).stack!, /simulations\.ts/);
      return true;
    });
    const values = await backend.runMonteCarlo(at("failing"), { ...options, workerArgs: [-1] });
    assert.deepEqual([...values], SEEDS);
  });

  Deno.test(`${way.prefer}: one that exits is run once more, then named, and the pool works on`, async () => {
    await using backend = getBackend("workers", { ...way, n_jobs: 2 });
    const options = { nSimulations: 5, workerArgs: [SEEDS[3]], seed: 42 };
    await assert.rejects(backend.runMonteCarlo(at("exiting"), options), {
      name: "LaneLostError",
      message: /simulations \d to \d ended twice\. The (thread|process) exited with code 7/,
    });
    assert.deepEqual([...await backend.runMonteCarlo(at("exiting"), { ...options, workerArgs: [-1] })], SEEDS);
  });

  Deno.test(`${way.prefer}: one that crashes outside its call is noticed`, async () => {
    await using backend = getBackend("workers", { ...way, n_jobs: 2 });
    const options = { nSimulations: 5, workerArgs: [SEEDS[0]], seed: 42 };
    await assert.rejects(backend.runMonteCarlo(at("crashing"), options), {
      name: "LaneLostError",
      message: /thrown from a timer/,
    });
  });

  Deno.test(`${way.prefer}: cancel ends the job, at the start and on the way, and the pool works on`, async () => {
    await using backend = getBackend("workers", { ...way, n_jobs: 2 });
    for (const wait of [0, 5, 30, 300]) {
      const job = backend.runMonteCarlo(at("uneven"), { nSimulations: 10_000, workerArgs: [3], seed: 1 });
      await new Promise((resolve) => setTimeout(resolve, wait));
      job.cancel();
      await assert.rejects(job, { name: "JobCancelledError" });
    }
    assert.deepEqual(
      [...await backend.runMonteCarlo(at("failing"), { nSimulations: 5, workerArgs: [-1], seed: 42 })],
      SEEDS,
    );
  });

  Deno.test(`${way.prefer}: a module that cannot be loaded is named`, async () => {
    await using backend = getBackend("workers", way);
    const job = backend.runMonteCarlo({ module: "file:///nowhere/at/all.ts", name: "f" }, { nSimulations: 3 });
    await assert.rejects(job, /worker\.module.*nowhere/);
  });
}

Deno.test("functions run in processes and give what one thread gives", async () => {
  await using backend = getBackend("workers", { n_jobs: 3 });
  const worker = (seed: number, x: Float64Array, { shift }: { shift: number }) => {
    return x.map((value) => value * (seed / 2 ** 32) + shift);
  };
  const options = { nSimulations: 50, workerArgs: [new Float64Array([1, NaN])], workerKwargs: { shift: 0.5 }, seed: 9 };
  const one = await getBackend("sequential").runMonteCarlo(worker, options);
  const many = await backend.runMonteCarlo(worker, options);
  assert.equal(contentHash([...many]), contentHash([...one]));
});

Deno.test("a function sees the exports of random by name, however it is written", async () => {
  await using backend = getBackend("workers", { n_jobs: 1 });
  const draw = new Function("seed", "x", "return defaultRng(seed).normal() + x;") as (
    seed: number,
    x: number,
  ) => number;
  const asMethod = { draw: eval("({ draw(seed, x) { return defaultRng(seed).normal() + x; } })").draw };
  const asAsync = eval("async (seed, x) => defaultRng(seed).normal() + x");
  for (const worker of [draw, asMethod.draw, asAsync]) {
    const values = await backend.runMonteCarlo(worker, { nSimulations: 2, workerArgs: [5], seed: 42 });
    assert.equal(values[0], 6.058838241294325);
  }
});

Deno.test("a function that leans on a variable around it is told which, and what to do", async () => {
  await using backend = getBackend("workers", { n_jobs: 2 });
  const gain = Math.random();
  await assert.rejects(backend.runMonteCarlo((seed: number) => seed * gain, { nSimulations: 10 }), {
    name: "OuterVariableError",
    variable: "gain",
    message: /uses "gain".*workerArgs.*\{ module, name \}/,
  });
});

Deno.test("what has no source is refused before any work", async () => {
  await using backend = getBackend("workers");
  await assert.rejects(backend.runMonteCarlo(Math.random, { nSimulations: 1 }), /no source that could be sent/);
  await assert.rejects(backend.runMonteCarlo(function () {}.bind(null), { nSimulations: 1 }), /no source/);
  const wrong = { nSimulations: 1, workerArgs: [{ helper: () => 1 }] };
  assert.throws(() => backend.runMonteCarlo((seed: number) => seed, wrong), /args\[0\]\.helper.*function helper/);
});

Deno.test("a simulation that does not return in time is named, ended, and the pool works on", async () => {
  await using backend = getBackend("workers", { n_jobs: 2 });
  const options = { nSimulations: 5, workerArgs: [SEEDS[3]], seed: 42, simulationTimeout: 200 };
  await assert.rejects(backend.runMonteCarlo(at("hanging"), options), {
    name: "SimulationTimeoutError",
    index: 3,
    message: `Simulation 3 (seed ${SEEDS[3]}) did not return within 200 ms`,
  });
  const loop = (seed: number, bad: number) => {
    while (seed === bad);
    return seed;
  };
  await assert.rejects(backend.runMonteCarlo(loop, options), { name: "SimulationTimeoutError", index: 3 });
  assert.deepEqual([...await backend.runMonteCarlo(loop, { ...options, workerArgs: [-1] })], SEEDS);
});

Deno.test("a process that is killed is replaced, and the results are the same", async () => {
  await using backend = getBackend("workers", { n_jobs: 2 });
  const worker = (seed: number) => {
    for (const end = performance.now() + 5; performance.now() < end;);
    return [seed, Deno.pid];
  };
  const options = { nSimulations: 200, seed: 3 };
  const [[, victim]] = await backend.runMonteCarlo(worker, { ...options, nSimulations: 1 });
  const job = backend.runMonteCarlo(worker, options);
  setTimeout(() => Deno.kill(victim, "SIGKILL"), 150);
  const values = await job;
  const expected = await getBackend("sequential").runMonteCarlo((seed: number) => seed, options);
  assert.deepEqual(values.map(([seed]) => seed), [...expected]);
  assert.deepEqual([job.progress.done, new Set(values.map(([, pid]) => pid)).size], [200, 3]);
});

Deno.test("a process that runs out of memory is an error, not the end of ours", async () => {
  await using backend = getBackend("workers", { n_jobs: 1, memory_mb: 64 });
  const hungry = () => {
    for (const all: unknown[] = [];;) all.push(new Array(1e5).fill(1.5));
  };
  await assert.rejects(backend.runMonteCarlo(hungry, { nSimulations: 1 }), {
    name: "LaneLostError",
    message: /memory/,
  });
});

Deno.test("functions have no permissions but those granted", async () => {
  const attempts = [
    () => Deno.readTextFileSync("/etc/hostname"),
    () => new Deno.Command("true").outputSync(),
    () => Deno.env.get("HOME"),
    () => Deno.writeTextFileSync("/tmp/morlet-test", ""),
    () => Deno.connect({ hostname: "127.0.0.1", port: 9 }),
    () => import(`file:///etc/${"hostname"}`),
  ];
  await using backend = getBackend("workers", { n_jobs: 1 });
  for (const attempt of attempts) {
    await assert.rejects(backend.runMonteCarlo(attempt, { nSimulations: 1 }), (error: Error) => {
      assert.match(error.message, /Requires \w+ access/, attempt.toString());
      return true;
    });
  }
  await using granted = getBackend("workers", { n_jobs: 1, permissions: ["env=HOME"] });
  const [home] = await granted.runMonteCarlo(attempts[2], { nSimulations: 1 });
  assert.equal(home, Deno.env.get("HOME"));
});

Deno.test("what a function prints goes to the error stream and does not disturb its results", async () => {
  await using backend = getBackend("workers", { n_jobs: 1 });
  const chatty = (seed: number) => {
    console.log("");
    return seed;
  };
  assert.deepEqual([...await backend.runMonteCarlo(chatty, { nSimulations: 5, seed: 42 })], SEEDS);
});

Deno.test("a script that forgets to close its backend ends all the same", async () => {
  const script = `
    import { getBackend } from ${JSON.stringify(import.meta.resolve("../../backends/mod.ts"))};
    const backend = getBackend("workers");
    await backend.runMonteCarlo((seed) => seed, { nSimulations: 10 });
    await backend.runMonteCarlo({ module: ${
    JSON.stringify(SUITE)
  }, name: "draw" }, { nSimulations: 10, workerArgs: [1] });
    console.log("done");`;
  const entry = `data:text/javascript,${encodeURIComponent(script)}`;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--config", config, entry],
    signal: AbortSignal.timeout(20_000),
  }).output();
  assert.deepEqual([code, new TextDecoder().decode(stdout)], [0, "done\n"]);
});

Deno.test("spans cover all simulations once, at multiples of the chunk, whatever they cost", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 5000 }),
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 40 }),
    fc.array(fc.double({ min: 1e-7, max: 10, noNaN: true }), { minLength: 1 }),
    (total, lanes, chunk, costs) => {
      const queue = new SpanQueue(total, lanes, chunk);
      let next = 0, last: { count: number; seconds: number } | undefined;
      for (let span: Span | undefined, i = 0; (span = queue.take(last)); i++) {
        assert.equal(span.start, next);
        assert.equal(span.start % chunk, 0);
        assert.ok(span.count > 0);
        next += span.count;
        last = { count: span.count, seconds: span.count * costs[i % costs.length] };
      }
      assert.equal(next, total);
    },
  ));
});
