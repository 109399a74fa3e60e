import assert from "node:assert/strict";
import { fastLengths, radices } from "../../../analysis/kernel/fft_length.ts";
import { KERNEL_WASM } from "../../../analysis/kernel/kernel_wasm.ts";
import { MemoryPlan } from "../../../analysis/kernel/memory_plan.ts";
import { digitOrder, type KernelTransform, placeTransform } from "../../../analysis/kernel/transform_tables.ts";
import { unitCircle } from "../../../random/mod.ts";

Deno.test("every length up to 2000 that the kernel takes is transformed right, in every lane", () => {
  const module = new WebAssembly.Module(Uint8Array.from(atob(KERNEL_WASM), (c) => c.charCodeAt(0)));
  for (const length of fastLengths(4, 2000)) {
    const kernel = new WebAssembly.Instance(module).exports as unknown as KernelTransform;
    const { memory, transform } = kernel, layout = new MemoryPlan();
    const from = layout.room(32 * length), to = layout.room(32 * length), plan = placeTransform(length, layout);
    layout.fill(kernel);
    // Two lines of frequencies a and b, another pair in each lane.
    const lines = [0, 1, 2, 3].map((lane) => [lane + 1, Math.floor(length * 0.7) + lane].map((k) => k % length));
    const input = new Float32Array(memory.buffer, from, 8 * length);
    for (let t = 0; t < length; t++) {
      lines.forEach(([a, b], lane) => {
        const [c1, s1] = unitCircle(a * t % length, length), [c2, s2] = unitCircle(b * t % length, length);
        input[8 * t + lane] = c1 + 2 * c2;
        input[8 * t + 4 + lane] = -s1 - 2 * s2;
      });
    }
    transform(plan, from, from + 32 * length, to);
    const output = new Float32Array(memory.buffer, to, 8 * length), order = digitOrder(radices(length)!);
    for (let k = 0; k < length; k++) {
      lines.forEach(([a, b], lane) => {
        const re = output[8 * order[k] + lane], im = output[8 * order[k] + 4 + lane];
        const want = (k === a ? length : 0) + (k === b ? 2 * length : 0);
        assert.ok(
          Math.hypot(re - want, im) < 2e-6 * length,
          `length ${length}, lane ${lane}, bin ${k}: ${re} + ${im}i`,
        );
      });
    }
  }
});

Deno.test("lengths are fast, rising and complete", () => {
  const slow = (length: number) => {
    for (const radix of [2, 3, 5]) while (length % radix === 0) length /= radix;
    return length;
  };
  const want = Array.from({ length: 3000 }, (_, i) => i + 1).filter((i) => i % 4 === 0 && slow(i) === 1);
  assert.deepEqual(fastLengths(1, 3000), want);
  assert.equal(radices(28), undefined);
  assert.equal(radices(10), undefined);
});

Deno.test("points on the unit circle are right to the last bit or two", () => {
  for (const n of [1, 3, 4, 5, 12, 1000, 1080, 4096]) {
    for (let k = 0; k <= n; k++) {
      const [cos, sin] = unitCircle(k, n);
      assert.ok(Math.abs(cos - Math.cos(2 * Math.PI * k / n)) < 2e-15);
      assert.ok(Math.abs(sin - Math.sin(2 * Math.PI * k / n)) < 2e-15);
    }
  }
});
