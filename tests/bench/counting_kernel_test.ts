import assert from "node:assert/strict";
import { CoherenceKernel } from "../../analysis/kernel/coherence_kernel.ts";
import { planKernel } from "../../analysis/kernel/kernel_plan.ts";
import { BINS, layOut } from "../../analysis/kernel/kernel_program.ts";
import { MemoryPlan } from "../../analysis/kernel/memory_plan.ts";
import { placeTransform, POINT } from "../../analysis/kernel/transform_tables.ts";
import { compileCounting } from "../../bench/counting_kernel.ts";
import { simulationKey } from "../../random/mod.ts";
import { kernelSpec } from "../analysis/kernel/jobs.ts";

const compiled = await compileCounting();

Deno.test("the benchmark counts the operations that one counts on paper", () => {
  // A butterfly of radix 4 is 16 sums; three of its results are multiplied by twiddles, 6 operations each, but in the last stage.
  for (
    const [length, flop, moved] of [[4, 34, 16], [16, 4 * 34 + 4 * 16, 2 * 4 * 16], [
      64,
      16 * (34 + 34 + 16),
      3 * 16 * 16,
    ]]
  ) {
    const kernel = compiled(), memory = new MemoryPlan();
    const plan = placeTransform(length, memory), from = memory.room(POINT * length), to = memory.room(POINT * length);
    memory.fill(kernel);
    kernel.transform(plan, from, from + POINT * length, to);
    assert.deepEqual([kernel.flop(), kernel.moved(), kernel.whole()], [flop, moved, 0]);
  }
});

Deno.test("the kernel that counts does what the kernel does", () => {
  const spec = kernelSpec({ n: 100 }), kernel = new CoherenceKernel(spec), counting = compiled();
  kernel.simulate(Uint32Array.from([0, 1, 2, 3].flatMap((i) => [...simulationKey(1, i)])));
  const { program, keys, histogram, memory } = layOut(planKernel(spec));
  memory.fill(counting);
  const words = new Uint32Array(counting.memory.buffer, keys, 8);
  for (let i = 0; i < 4; i++) [words[i], words[i + 4]] = simulationKey(1, i);
  counting.run(program, keys, 1, 4);
  const counts = new Uint32Array(counting.memory.buffer, histogram, BINS * kernel.plan.windows.length);
  assert.deepEqual(counts, kernel.histogram);
  assert.ok(counting.flop() > 1e5 && counting.whole() > 1e4 && counting.moved() > 1e5);
});
