import assert from "node:assert/strict";
import { wctSignificance } from "../../analysis/mod.ts";
import { getBackend } from "../../backends/mod.ts";

const N = 128, PAIRS = 2000, SURROGATES = 4000;

/** How far, in standard errors, the share of samples above the 95 % level is from 5 %, at each scale that can be tested. */
async function excess(g: [number, number], assumed: [number, number]): Promise<{ share: number; z: number }[]> {
  await using backend = getBackend("workers");
  const { significance } = await wctSignificance(...assumed, {
    dt: 1,
    n: N,
    mcCount: SURROGATES,
    seed: 1,
    backend,
    cache: false,
  });
  const task = {
    module: import.meta.resolve("./independent_pairs.ts"),
    name: "exceedance",
    args: [N, g, significance],
  };
  const { partial } = await backend.runTask<Float64Array>(task, { nSimulations: PAIRS, seed: 2 });
  return Array.from(significance).flatMap((level, j) => {
    if (Number.isNaN(level)) return [];
    const share = partial[2 * j] / PAIRS;
    const variance = partial[2 * j + 1] / PAIRS - share ** 2;
    // The level has an error of its own, from as many surrogates of the same spread.
    return [{ share, z: (share - 0.05) / Math.sqrt(variance * (1 / PAIRS + 1 / SURROGATES)) }];
  });
}

for (const g of [[0, 0], [0.7, 0.5], [0.9, 0.9], [-0.8, -0.8]] as [number, number][]) {
  Deno.test(`5 % of independent pairs with AR(1) ${g.join(" and ")} lie above the 95 % level, at every scale`, async () => {
    const scales = await excess(g, g);
    assert.ok(scales.length > 50);
    for (const [j, { share, z }] of scales.entries()) assert.ok(Math.abs(z) < 4, `scale ${j}: ${share}, z = ${z}`);
    const mean = scales.reduce((sum, { share }) => sum + share, 0) / scales.length;
    assert.ok(Math.abs(mean - 0.05) < 0.004, `over all scales ${mean}`);
  });
}

Deno.test("the test of the null fails when the surrogates are white and the series are not", async () => {
  const scales = await excess([-0.8, -0.8], [0, 0]);
  assert.ok(scales.slice(0, 5).every(({ z }) => z > 10), "too many at the smallest scales");
});
