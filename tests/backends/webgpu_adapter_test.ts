import assert from "node:assert/strict";
import {
  createRegistry,
  getBackend,
  listBackends,
  sequential,
  webgpu,
  WebGpuConfig,
  workers,
} from "../../backends/mod.ts";
import type { BackendDefinition, RecommendOptions } from "../../backends/mod.ts";
import { ANY_ADAPTER, gpuTest } from "../gpu_adapter.ts";

const ANY = WebGpuConfig.parse(ANY_ADAPTER);
const DARTS = { module: import.meta.resolve("./gpu_tasks.ts"), name: "meanNormal" };

gpuTest("the probe names the adapter and its limits", async () => {
  const availability = await webgpu.probe(ANY);
  assert.ok(availability.available);
  assert.match(availability.detail!, /^\S.*; buffers up to \d+ MiB; workgroups of \d+ with \d+ KiB/);
});

gpuTest("an adapter that computes on the processor is refused unless any will do, with reason and remedy", async () => {
  const availability = await webgpu.probe();
  const any = await webgpu.probe(ANY);
  assert.ok(any.available);
  if (!/on the processor/.test(any.detail!)) return assert.ok(availability.available, "a graphics card is taken");
  assert.ok(!availability.available);
  assert.match(availability.reason, /computes on the processor/);
  assert.match(availability.remedy, /adapter: "any"/);
  await using backend = getBackend("webgpu");
  await assert.rejects(Promise.resolve(backend.runMonteCarlo(DARTS, { nSimulations: 1, workerArgs: [1, 1] })), {
    name: "BackendUnavailableError",
    backend: "webgpu",
    remedy: availability.remedy,
  });
  const listed = (await listBackends()).find(({ name }) => name === "webgpu");
  assert.deepEqual(listed?.availability, availability);
});

/** Runs a piece of code as a program of its own, on a machine whose drivers are hidden. */
async function withoutDrivers(code: string): Promise<{ out: string; err: string }> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--ext=ts", code],
    cwd: new URL("../..", import.meta.url),
    env: {
      NO_COLOR: "1",
      VK_DRIVER_FILES: "/nonexistent",
      VK_ICD_FILENAMES: "/nonexistent",
    },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.ok(success, err);
  return { out, err };
}

Deno.test({
  name: "without any driver the probe says so and what to install, quietly",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const { out, err } = await withoutDrivers(`
      import { webgpu, WebGpuConfig } from "./backends/mod.ts";
      console.log(JSON.stringify(await webgpu.probe(WebGpuConfig.parse({ adapter: "any" }))));`);
    const { available, reason, remedy } = JSON.parse(out);
    assert.equal(available, false);
    assert.match(reason, /No graphics card answers/);
    assert.match(remedy, /mesa-vulkan-drivers/);
    assert.equal(err, "");
  },
});

/** The real backend, on whatever adapter there is, as if it were a card. */
const card: BackendDefinition<WebGpuConfig> = { ...webgpu, probe: () => webgpu.probe(ANY) };

gpuTest("a card is recommended for a task with a GPU program and many simulations, and for nothing else", async () => {
  const registry = createRegistry([sequential, workers, card as BackendDefinition]);
  const choose = async (nSimulations: number, task?: RecommendOptions["task"]) => {
    const { backend, reason } = await registry.recommend({ nSimulations, task });
    return [backend.name, reason];
  };
  const [name, reason] = await choose(100_000, DARTS);
  assert.equal(name, "webgpu");
  assert.match(reason, /GPU program, and 100000 simulations are worth starting it on \S/);
  const draw = { module: import.meta.resolve("../../testing/simulations.ts"), name: "draw" };
  assert.equal((await choose(99_999, DARTS))[0], "workers");
  assert.equal((await choose(10, DARTS))[0], "sequential");
  assert.equal((await choose(1e6))[0], "workers");
  assert.equal((await choose(1e6, (seed: number) => seed))[0], "workers");
  assert.equal((await choose(1e6, draw))[0], "workers", "a function has no GPU program");
  const software = (await webgpu.probe()).available === false;
  const real = createRegistry([sequential, workers, webgpu as BackendDefinition]);
  if (software) assert.equal((await real.recommend({ nSimulations: 1e6, task: DARTS })).backend.name, "workers");
});

Deno.test("processes are not recommended where none may be started", async () => {
  const code = `
    import { getRecommendedBackend } from "${import.meta.resolve("../../backends/mod.ts")}";
    const { backend, reason } = await getRecommendedBackend({ nSimulations: 1000, task: (seed: number) => seed });
    console.log(backend.name, reason);`;
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, code);
    const run = async (...flags: string[]) => {
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-prompt", "--config=deno.json", "--allow-read", "--allow-env", ...flags, file],
        cwd: new URL("../..", import.meta.url),
        env: { NO_COLOR: "1" },
      }).output();
      return new TextDecoder().decode(stdout) || new TextDecoder().decode(stderr);
    };
    assert.match(await run(), /^sequential .*processes.*--allow-run/);
    assert.match(await run("--allow-run"), /^workers /);
  } finally {
    await Deno.remove(file);
  }
});
