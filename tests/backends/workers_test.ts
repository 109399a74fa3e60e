import assert from "node:assert/strict";
import fc from "fast-check";
import { contentHash, encode, getBackend, PartialMerger, resolveTask, runSpan, SpanQueue } from "../../backends/mod.ts";
import type { Span } from "../../backends/mod.ts";
import { SimulationKeys } from "../../random/mod.ts";

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
  assert.throws(() => backend.runMonteCarlo((seed: number) => seed, wrong), /workerArgs\[0\]\.helper.*function helper/);
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
    console.table([]);
    console.dir("");
    Deno.stdout.writeSync(new Uint8Array([10]));
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

Deno.test({
  name: "a function in an endless loop ends with our program, be it killed",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const backends = import.meta.resolve("../../backends/mod.ts");
    const program = new Deno.Command(Deno.execPath(), {
      args: [
        "eval",
        `import { getBackend } from ${JSON.stringify(backends)};
         const endless = () => { console.log("spinning"); for (;;); };
         await getBackend("workers", { n_jobs: 2 }).runMonteCarlo(endless, { nSimulations: 2, seed: 1 });`,
      ],
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const decoder = new TextDecoder();
    let said = "", family: number[] = [];
    try {
      for await (const bytes of program.stderr) {
        said += decoder.decode(bytes, { stream: true });
        if (said.split("spinning").length > 2) break;
      }
      family = children(program.pid);
      assert.ok(family.length >= 2, `processes of the program: ${family}`);
      program.kill("SIGKILL");
      await program.status;
      for (const end = Date.now() + 30_000; family.some(lives) && Date.now() < end;) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      assert.deepEqual(family.filter(lives), []);
    } finally {
      for (const pid of family.filter(lives)) Deno.kill(pid, "SIGKILL");
      if (!family.length) program.kill("SIGKILL");
      await program.status;
    }
  },
});

/** Processes that a process has started. */
function children(parent: number): number[] {
  const pids = [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter(Number.isInteger);
  return pids.filter((pid) => statusOf(pid)?.match(/^PPid:\s*(\d+)$/m)?.[1] === String(parent));
}

function lives(pid: number): boolean {
  return !(statusOf(pid) ?? "State:\tZ").match(/^State:\s*[ZX]/m);
}

function statusOf(pid: number): string | undefined {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/status`);
  } catch {
    return undefined; // it has ended
  }
}

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

Deno.test("a task that cannot be prepared fails, also on a thread whose last job was cancelled", async () => {
  await using backend = getBackend("workers", { n_jobs: 1 });
  const job = backend.runMonteCarlo(at("uneven"), { nSimulations: 100_000, workerArgs: [3] });
  await new Promise((resolve) => setTimeout(resolve, 300));
  job.cancel();
  await assert.rejects(job, { name: "JobCancelledError" });
  const module = `data:text/javascript,export const task = {
    prepare() { throw new Error("no setup"); }, simulate() {}, collect() { return 1; }, merge(a) { return a; } };`;
  const failing = backend.runTask({ module, name: "task", args: [] }, { nSimulations: 3, seed: 1 });
  await assert.rejects(failing, { message: "no setup" });
});

Deno.test("an outer variable that is named like a global, or like a function of random, is missed, not replaced", async () => {
  await using backend = getBackend("workers", { n_jobs: 1 });
  const name = "mine", closed = true, { log } = Math;
  for (
    const [variable, worker] of Object.entries({
      name: () => name,
      closed: () => closed,
      log: (seed: number) => log(seed),
    })
  ) {
    await assert.rejects(backend.runMonteCarlo<unknown>(worker, { nSimulations: 1 }), {
      name: "OuterVariableError",
      variable,
    });
  }
});

Deno.test("a worker that changes its arguments is refused everywhere, and the caller's are left alone", async () => {
  const swap = (_seed: number, x: number[]) => x.reverse()[0];
  const given = [1, 2];
  for (const name of ["sequential", "workers"]) {
    await using backend = getBackend(name);
    const job = backend.runMonteCarlo(swap, { nSimulations: 5, seed: 1, workerArgs: [given] });
    await assert.rejects(job, {
      name: "InvalidArgumentError",
      message: /leaves its arguments as they are/,
    });
  }
  assert.deepEqual(given, [1, 2]);
});

Deno.test("a worker may fill the same array in every simulation", async () => {
  const module =
    "data:text/javascript,const out = new Float64Array(1); export function fill(seed) { out[0] = seed; return out; }";
  for (const name of ["sequential", "workers"]) {
    await using backend = getBackend(name);
    const values = await backend.runMonteCarlo<Float64Array>({ module, name: "fill" }, { nSimulations: 5, seed: 42 });
    assert.deepEqual(values.map(([value]) => value), SEEDS);
  }
});

Deno.test("a time limit beyond what timers take is no limit, and a busy program is not held against a simulation", async () => {
  await using backend = getBackend("workers", { n_jobs: 1 });
  const options = { nSimulations: 100, seed: 1 };
  assert.equal(
    (await backend.runMonteCarlo((seed: number) => seed, { ...options, simulationTimeout: 3e9 })).length,
    100,
  );
  const worker = (seed: number) => {
    for (const end = performance.now() + 5; performance.now() < end;);
    return seed;
  };
  const job = backend.runMonteCarlo(worker, { ...options, simulationTimeout: 300 });
  setTimeout(() => {
    for (const end = performance.now() + 600; performance.now() < end;);
  }, 200);
  assert.equal((await job).length, 100);
});

Deno.test("an idle process that was killed is replaced without a word", async () => {
  await using backend = getBackend("workers", { n_jobs: 1 });
  const [pid] = await backend.runMonteCarlo(() => Deno.pid, { nSimulations: 1 });
  Deno.kill(pid, "SIGKILL");
  assert.deepEqual([...await backend.runMonteCarlo((seed: number) => seed, { nSimulations: 5, seed: 42 })], SEEDS);
});

Deno.test("any cutting at chunks and any order of arrival give the same bytes", async () => {
  for (const [module, name, args] of [[SUITE, "floatSum", [1.7]], [SUITE, "ledger", []]] as const) {
    const definition = await resolveTask({ module, name, args });
    const { chunk = 1 } = definition;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.bigInt({ min: 0n, max: 2n ** 100n }),
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 20 }),
        fc.infiniteStream(fc.nat()),
        async (n, seed, cuts, order) => {
          const keys = new SimulationKeys(seed);
          const run = async (span: Span) => runSpan(definition, await definition.prepare(args), span, { keys });
          const whole = new PartialMerger(definition);
          whole.add({ start: 0, count: n }, await run({ start: 0, count: n }));
          const spans: Span[] = [];
          for (let start = 0, i = 0; start < n; i++) {
            spans.push({ start, count: Math.min(n - start, chunk * cuts[i % cuts.length]) });
            start += spans.at(-1)!.count;
          }
          const arriving = spans.map((span) => ({ span, at: order.next().value })).sort((a, b) => a.at - b.at);
          const merger = new PartialMerger(definition);
          for (const { span } of arriving) merger.add(span, await run(span));
          assert.deepEqual(encode(merger.result(n)), encode(whole.result(n)));
        },
      ),
      { numRuns: 60 },
    );
  }
});
