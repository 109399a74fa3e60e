import assert from "node:assert/strict";
import { wctSignificance } from "../../../analysis/mod.ts";
import { gpuTest } from "../../gpu_adapter.ts";
import { openGpu } from "./inspect.ts";

interface GrinstedCase {
  ar1: [number, number];
  dt: number;
  dj: number;
  s0: number;
  J: number;
  level: number;
  significance: (number | null)[];
}

/** 95 % levels of Grinsted's toolbox on GNU Octave; its own error is 0.002 to 0.004. */
const { cases }: { cases: GrinstedCase[] } = JSON.parse(
  await Deno.readTextFile(new URL("../../fixtures/grinsted-significance.json", import.meta.url)),
);

/** As many as the test of the kernel has. */
const SURROGATES = 5000;

for (const { ar1, level, significance: his, dt, dj, s0, J } of cases) {
  gpuTest(`the levels for AR(1) ${ar1.join(" and ")} from a GPU are those of Grinsted's toolbox`, async () => {
    await using backend = openGpu();
    const options = { dt, dj, s0, J, significanceLevel: level, convention: "grinsted", seed: 42 } as const;
    const { significance } = await wctSignificance(...ar1, { ...options, mcCount: SURROGATES, backend, cache: false });
    assert.equal(significance.length, his.length);
    for (const [j, expected] of his.entries()) {
      if (expected === null) {
        assert.ok(Number.isNaN(significance[j]));
        continue;
      }
      const off = Math.abs(significance[j] - expected);
      assert.ok(off < (j < 36 ? 0.015 : 0.02), `scale ${j}: ${significance[j]}, his ${expected}`);
    }
  });
}
