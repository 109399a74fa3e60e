import assert from "node:assert/strict";
import { splitTransform } from "../../../analysis/gpu/transform_split.ts";
import { fastLengths } from "../../../analysis/kernel/fft_length.ts";

Deno.test("every length of the kernel is divided into passes, the last of which a workgroup's memory holds", () => {
  for (const capacity of [4, 1024, 2048]) {
    for (const length of fastLengths(4, 3e6)) {
      const { passes, radix, stages } = splitTransform(length, capacity);
      const product = (factors: readonly number[]) => factors.reduce((all, factor) => all * factor, 1);
      assert.equal(product(passes) * radix * product(stages), length);
      assert.ok(product(stages) <= capacity, `${length} leaves ${stages}`);
      assert.ok([...passes, radix].every((factor) => factor >= 1 && factor <= 16), `${length}: ${passes}, ${radix}`);
      assert.ok(stages.every((factor) => [2, 3, 4, 5, 8].includes(factor)), `${length}: ${stages}`);
      if (length <= capacity) assert.deepEqual([passes, radix], [[], 1]);
    }
  }
});
