import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { buildTask } from "../../analysis/build_task.ts";
import { REGION_TASK, type RegionSpec, SIGNIFICANCE_TASK } from "../../analysis/mod.ts";
import { contentHash, getBackend, PartialMerger, resolveTask } from "../../backends/mod.ts";
import type { Task } from "../../backends/mod.ts";
import { buildRunner } from "../../backends/shards/build_runner.ts";
import { packTask, shardCommand } from "../../backends/shards/pack_task.ts";
import type { PackedTask } from "../../backends/shards/pack_task.ts";
import { cutShards } from "../../backends/shards/plan.ts";
import { readResult, ShardDamagedError } from "../../backends/shards/read_result.ts";
import { writeResult } from "../../backends/shards/shard_result.ts";
import { progressFrame, readShardStream, resultFrame } from "../../backends/shards/shard_stream.ts";
import { SPEC } from "./significance_spec.ts";

const SUITE = import.meta.resolve("../../testing/simulations.ts");
const FAULTS = import.meta.resolve("./simulations.ts");
const suite = (name: string, ...args: unknown[]): Task => ({ module: SUITE, name, args });
const faults = (name: string, ...args: unknown[]): Task => ({ module: FAULTS, name, args });
const { precision: _, ...plan } = SPEC;
const REGIONS: RegionSpec = { plan, ar1: SPEC.ar1, levels: new Float64Array(SPEC.J + 1).fill(0.8) };
const SEED = 42, FIRST = 2684470948; // the seed of simulation 0

/** An empty folder, and nothing else of Morlet's: no cache, no packages, no network, no variables. */
class Elsewhere implements AsyncDisposable {
  private constructor(readonly folder: string) {}

  static async make(): Promise<Elsewhere> {
    return new Elsewhere(await mkdtemp(join(tmpdir(), "morlet, 'node' ")));
  }

  async run(packed: PackedTask, span: { start: number; count: number }, options = {}) {
    await writeFile(join(this.folder, "shard.js"), packed.file);
    const [deno, ...args] = shardCommand("shard.js", packed.hash, span, { deno: Deno.execPath(), ...options });
    const child = new Deno.Command(deno, {
      args,
      cwd: this.folder,
      clearEnv: true,
      env: { DENO_DIR: join(this.folder, "cache"), NPM_CONFIG_REGISTRY: "http://127.0.0.1:9/" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const input = child.stdin.getWriter();
    await input.write(packed.plan);
    await input.close();
    const { code, stdout, stderr } = await child.output();
    return { code, ...readShardStream(stdout), words: new TextDecoder().decode(stderr) };
  }

  /** Runs all simulations in shards. */
  async all(task: Task, n: number, shards: number, cores: number, simulationTimeout?: number): Promise<unknown> {
    const definition = await resolveTask(task), merger = new PartialMerger(definition);
    const packed = await packTask(task, { seed: SEED, simulationTimeout });
    for (const span of cutShards(n, definition.chunk ?? 1, shards)) {
      const { code, result, words } = await this.run(packed, span, { cores });
      assert.equal(code, 0, words);
      merger.add(span, readResult(result!, { hash: packed.hash, span }));
    }
    return merger.result(n);
  }

  async [Symbol.asyncDispose]() {
    await rm(this.folder, { recursive: true });
  }
}

Deno.test("the builds that are kept with the source are those of the source", async () => {
  const builds = [["backends/shards/shard_runner.js", buildRunner], [
    "analysis/significance_build.js",
    buildTask,
  ]] as const;
  for (const [path, build] of builds) {
    const kept = await Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
    // Compared as a truth value: nobody wants to read the difference.
    assert.ok(kept === await build(), `${path} must be built again, see its build_*.ts`);
  }
});

Deno.test("a task that has travelled gives the bits of one thread, on one core and on several", async () => {
  await using elsewhere = await Elsewhere.make();
  const tasks: [Task, number][] = [
    [suite("floatSum", 1.7), 100],
    [suite("uneven", 0.1), 20],
    [{ ...SIGNIFICANCE_TASK, args: [SPEC] }, 40],
    [{ ...REGION_TASK, args: [REGIONS] }, 40],
    [{ run: (seed: number, { shift }: { shift: number }) => [seed, shift], args: [{ shift: NaN }] }, 9],
  ];
  for (const [task, n] of tasks) {
    const { partial } = await getBackend("sequential").runTask(task, { nSimulations: n, seed: SEED });
    for (const [shards, cores] of [[1, 3], [3, 1]]) {
      assert.equal(contentHash(await elsewhere.all(task, n, shards, cores)), contentHash(partial));
    }
  }
});

Deno.test("what a task throws is thrown as it was", async () => {
  await using elsewhere = await Elsewhere.make();
  const outer = 1, source = await Deno.readTextFile(new URL(SUITE));
  for (const cores of [1, 2]) {
    await assert.rejects(elsewhere.all(suite("failing", FIRST), 5, 1, cores), (error: Error) => {
      assert.equal(error.message, `Simulation 0 (seed ${FIRST}) failed with RangeError: seed ${FIRST} is bad`);
      assert.match((error.cause as Error).stack!, /at failing \(file:.*\/testing\/simulations\.ts:\d+:\d+\)/);
      const line = Number(/simulations\.ts:(\d+)/.exec(error.stack!)![1]);
      assert.match(source.split("\n")[line - 1], /throw new RangeError/);
      return true;
    });
    await assert.rejects(elsewhere.all({ run: (seed: number) => seed + outer, args: [] }, 2, 1, cores), {
      name: "OuterVariableError",
      variable: "outer",
    });
    await assert.rejects(elsewhere.all(faults("hanging", FIRST), 3, 1, cores, 200), {
      name: "SimulationTimeoutError",
      message: `Simulation 0 (seed ${FIRST}) did not return within 200 ms`,
    });
  }
});

Deno.test("a shard has no permissions, and what it prints harms nothing", async () => {
  await using elsewhere = await Elsewhere.make();
  const nosy = async (seed: number) => {
    console.log("a word");
    await Deno.stdout.write(new Uint8Array(9)).catch(() => {});
    const names = ["read", "write", "net", "env", "run", "sys", "ffi"] as const;
    const states = await Promise.all(names.map(async (name) => (await Deno.permissions.query({ name })).state));
    return [seed, ...states];
  };
  for (const cores of [1, 2]) {
    const values = await elsewhere.all({ run: nosy, args: [] }, 2, 1, cores) as unknown[][];
    for (const [, ...states] of values) assert.deepEqual([...new Set(states)], ["prompt"]);
  }
});

Deno.test("a shard uses as many threads as it has cores", async () => {
  await using elsewhere = await Elsewhere.make();
  // Each thread has a time origin of its own.
  const run = (seed: number) => new Promise((resolve) => setTimeout(() => resolve([seed, performance.timeOrigin]), 20));
  for (const cores of [1, 2, 3]) {
    const values = await elsewhere.all({ run, args: [] }, 24, 1, cores) as number[][];
    assert.equal(new Set(values.map(([, origin]) => origin)).size, cores);
  }
});

Deno.test("a shard refuses a plan, a file or a hash that is not its own, and says so", async () => {
  await using elsewhere = await Elsewhere.make();
  const packed = await packTask(suite("draw", 0), { seed: 1 }), span = { start: 0, count: 3 };
  const changed = (bytes: Uint8Array<ArrayBuffer>, at: number) => bytes.with(at, bytes[at] ^ 1);
  for (
    const [wrong, why] of [
      [{ ...packed, plan: changed(packed.plan, packed.plan.length - 20) }, /was altered on its way/],
      [{ ...packed, file: changed(packed.file, 200) }, /was altered on its way/],
      [{ ...packed, plan: packed.plan.slice(0, -9) }, /was cut short on its way/],
    ] as const
  ) {
    const { code, result, words } = await elsewhere.run(wrong, span);
    assert.equal(code, 1);
    assert.equal(result, undefined);
    assert.match(words, why);
  }
  assert.equal((await elsewhere.run(packed, span)).code, 0);
});

Deno.test("a shard that is tied to its input ends with it", async () => {
  await using elsewhere = await Elsewhere.make();
  const packed = await packTask(faults("hanging", FIRST), { seed: SEED });
  const { code, result } = await elsewhere.run(packed, { start: 0, count: 1 }, { tied: true });
  assert.deepEqual([code, result], [1, undefined]);
});

Deno.test("a module that cannot become one file is refused with the reason and the remedy; its build, where it names one, is sent", async () => {
  await using elsewhere = await Elsewhere.make();
  const module = join(elsewhere.folder, "worker.js"), build = join(elsewhere.folder, "build.js");
  await writeFile(
    module,
    'const missing = "./missing.js"; export const f = (seed) => seed; import("no-such-package-of-anyone");',
  );
  const task = { module: `file://${encodeURI(module)}`, name: "f", args: [] };
  globalThis.addEventListener("unhandledrejection", (event) => event.preventDefault(), { once: true });
  await assert.rejects(packTask(task, { seed: 1 }), (error: Error) => {
    assert.match(
      error.message,
      /worker\.module.*`deno bundle` says: .*no-such-package-of-anyone.*\{ module, name, build \}/s,
    );
    return true;
  });
  await writeFile(build, "export const f = (seed) => seed;");
  const values = await elsewhere.all({ ...task, build: `file://${encodeURI(build)}` }, 3, 1, 1);
  assert.deepEqual(values, [
    ...await getBackend("sequential").runMonteCarlo((seed) => seed, { nSimulations: 3, seed: SEED }),
  ]);
});

Deno.test("a module that asks for its own address has that of its source", async () => {
  await using elsewhere = await Elsewhere.make();
  const module = import.meta.resolve("./own_address.ts");
  assert.deepEqual(await elsewhere.all({ module, name: "address", args: [] }, 1, 1, 1), [[
    module,
    import.meta.resolve("./simulations.ts"),
  ]]);
});

Deno.test("shards cover all simulations once, at multiples of the chunk, none larger than another by more than one", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e9 }),
      fc.integer({ min: 1, max: 99 }),
      fc.integer({ min: 1, max: 1000 }),
      (n, chunk, shards) => {
        const spans = cutShards(n, chunk, shards);
        assert.ok(spans.length <= shards);
        let next = 0;
        for (const { start, count } of spans) {
          assert.ok(start === next && start % chunk === 0 && count > 0);
          next += count;
        }
        assert.equal(next, n);
        const chunks = spans.map(({ count }) => Math.ceil(count / chunk));
        assert.ok(Math.max(...chunks) - Math.min(...chunks) <= 1);
      },
    ),
  );
});

Deno.test("a result that is cut short, altered or another's is never taken", () => {
  const hash = "a".repeat(64), span = { start: 7, count: 14 };
  const partials = [new Float64Array([1, 2, NaN]), { list: [1n, null] }];
  const result = writeResult({ hash, span }, { partials });
  assert.deepEqual(readResult(result, { hash, span }), partials);
  const stream = new Uint8Array([...progressFrame(3), ...resultFrame(result)]);
  assert.deepEqual(readShardStream(stream), { done: 3, result });
  const take = (bytes: Uint8Array) => {
    const { result } = readShardStream(bytes);
    if (result === undefined) throw new ShardDamagedError(span, "it is not there");
    return readResult(result, { hash, span });
  };
  fc.assert(fc.property(fc.integer({ min: 0, max: stream.length - 1 }), (length) => {
    assert.throws(() => take(stream.subarray(0, length)), { name: "ShardDamagedError" });
  }));
  fc.assert(
    fc.property(fc.integer({ min: 0, max: stream.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      try {
        // What is altered outside of the partials and of what they are known by does no harm.
        assert.deepEqual(take(stream.with(at, stream[at] ^ flip)), partials);
      } catch (error) {
        assert.equal((error as Error).name, "ShardDamagedError");
      }
    }),
    { numRuns: 2000 },
  );
  for (
    const other of [{ hash: "b".repeat(64), span }, { hash, span: { start: 7, count: 7 } }, {
      hash,
      span: { start: 0, count: 14 },
    }]
  ) {
    assert.throws(() => readResult(result, other), { name: "ShardDamagedError" });
  }
});
