import assert from "node:assert/strict";
import { significanceTask, standardErrors, type SurrogateCounts, wctSignificance } from "../../analysis/mod.ts";
import { addShares, BINS, mostSurrogates, THRESHOLDS } from "../../analysis/surrogate_counts.ts";
import { decode, encode } from "../../backends/mod.ts";

/** Counts of one batch at one scale: `total` samples, of which so many lie above the threshold with number 45. */
function batch(total: number, over: number): SurrogateCounts {
  const above = Float64Array.from({ length: THRESHOLDS }, (_, k) => k === 0 ? total : k <= 45 ? over : 0);
  const histogram = new Float64Array(BINS), shares = new Float64Array(3 * THRESHOLDS);
  histogram[45 * BINS / THRESHOLDS - 1] = total - over;
  histogram[45 * BINS / THRESHOLDS] = over;
  addShares(shares, 0, above);
  return { histogram, batches: Float64Array.of(1), shares };
}

/** Merges copies, as a tree of clusters would send them. */
function times(counts: SurrogateCounts, doublings: number): SurrogateCounts {
  let all = structuredClone(counts);
  for (let i = 0; i < doublings; i++) all = significanceTask.merge(all, decode(encode(all)) as SurrogateCounts);
  return all;
}

function merged(...parts: SurrogateCounts[]): SurrogateCounts {
  return parts.slice(1).reduce((all, part) => significanceTask.merge(all, part), structuredClone(parts[0]));
}

// 2.4e11 surrogates of 4,093 samples. Shares are odd, so that their squares use every bit.
const OVER = [205, 263, 150], DOUBLINGS = [33, 32, 31];
const PARTS = OVER.map((over) => batch(4093, over));

Deno.test("sums over any number of surrogates are exact, squares too", () => {
  const all = merged(...PARTS.map((part, i) => times(part, DOUBLINGS[i])));
  let share = 0n, square = 0n, over = 0n;
  OVER.forEach((count, i) => {
    const one = BigInt(Math.round(count / 4093 * 65536)), copies = 2n ** BigInt(DOUBLINGS[i]);
    share += one * copies;
    square += one * one * copies;
    over += BigInt(count) * copies;
  });
  assert.ok(square > 2n ** 53n);
  const [sum, high, low] = all.shares.subarray(3 * 45, 3 * 46);
  assert.equal(BigInt(sum), share);
  assert.equal(65536n * BigInt(high) + BigInt(low), square);
  assert.equal(BigInt(all.histogram[45 * BINS / THRESHOLDS]), over);
});

Deno.test("the same surrogates give the same bits however they are grouped", () => {
  const [a, b, c] = PARTS;
  const rest = [times(a, 33), times(b, 32), times(c, 31)];
  const mixed = merged(times(merged(c, b, b, a, a, a, a), 31));
  for (const order of [[0, 1, 2], [2, 1, 0], [1, 0, 2]]) {
    assert.deepEqual(merged(...order.map((i) => rest[i])), mixed);
  }
});

Deno.test("the standard error of very many surrogates is that of few, less by the root of their number", () => {
  const few = merged(...PARTS), many = times(few, 30), level = Float64Array.of(45 / THRESHOLDS);
  const [one] = standardErrors(level, few), [error] = standardErrors(level, many);
  // Three batches are divided by 2, their copies by almost their number.
  const expected = one / 2 ** 15 * Math.sqrt(2 / 3);
  assert.ok(Math.abs(error / expected - 1) < 1e-6, `${error}, expected ${expected}`);
});

Deno.test("more surrogates than can be counted exactly are refused", () => {
  const options = { dt: 1, n: 512, seed: 1 };
  const most = mostSurrogates(512);
  assert.equal(most, 2 ** 41);
  assert.throws(() => wctSignificance(0.5, 0.5, { ...options, mcCount: most + 1 }), {
    name: "InvalidArgumentError",
    field: "mcCount",
    message: /at most 2199023255552 /,
  });
});
