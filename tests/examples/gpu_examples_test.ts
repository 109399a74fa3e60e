import assert from "node:assert/strict";
import { gpuTest } from "../gpu_adapter.ts";
import { runExample } from "./run_example.ts";

/** Hides the drivers of whatever cards there are. */
const NO_DRIVERS = {
  VK_DRIVER_FILES: "/nonexistent",
  VK_ICD_FILENAMES: "/nonexistent",
};

gpuTest("the example of pi on a GPU has the same hits in every simulation", async () => {
  const output = await runExample("gpu_pi.ts", {}, ["--any-adapter"]);
  const values = [...output.matchAll(/pi = (\S+)/g)].map(([, value]) => Number(value));
  assert.equal(values.length, 2);
  assert.ok(Math.abs(values[0] - Math.PI) < 2e-3 && values[0] === values[1], output);
  assert.match(output, /400 of 400 simulations have the same hits/);
});

gpuTest("the example of a bootstrap on a GPU gets the same interval within single precision", async () => {
  const output = await runExample("gpu_bootstrap.ts", {}, ["--any-adapter"]);
  const ends = [...output.matchAll(/mean: (\S+) to (\S+) °C/g)].map(([, low, high]) => [Number(low), Number(high)]);
  assert.equal(ends.length, 2);
  assert.ok(ends[0][0] > 23 && ends[0][1] < 26 && ends[0][0] < ends[0][1], output);
  assert.ok(Number(/means: (\S+) °C/.exec(output)![1]) < 1e-4, output);
});

for (const name of ["gpu_pi.ts", "gpu_bootstrap.ts"]) {
  Deno.test({
    name: `${name} says in a friendly way that there is no card, and what may be tried`,
    ignore: Deno.build.os !== "linux",
    async fn() {
      assert.match(await runExample(name, NO_DRIVERS), /no graphics card.*no fault of yours[\s\S]*--any-adapter/);
      assert.match(await runExample(name, NO_DRIVERS, ["--any-adapter"]), /no graphics card[\s\S]*mesa-vulkan-drivers/);
    },
  });
}
