import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import {
  CounterGenerator,
  InvalidArgumentError,
  simulationKey,
  surrogateNormals,
  threefry2x32,
} from "@morlet/morlet/random";

const word = fc.nat(0xffffffff);

// Random123 1.14, tests/kat_vectors: threefry 2x32 20.
for (
  const [counter, key, expected] of [
    [[0, 0], [0, 0], [0x6b200159, 0x99ba4efe]],
    [[0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], [0x1cb996fc, 0xbb002be7]],
    [[0x243f6a88, 0x85a308d3], [0x13198a2e, 0x03707344], [0xc4923a9c, 0x483df7a0]],
  ]
) {
  Deno.test(`Threefry-2x32-20 gives the known answer ${expected.map((w) => w.toString(16)).join(" ")}`, () => {
    const out = new Uint32Array(2);
    threefry2x32(key[0], key[1], counter[0], counter[1], out);
    assert.deepEqual([...out], expected);
  });
}

Deno.test("draws of CounterGenerator do not depend on what was drawn before", () => {
  fc.assert(fc.property(fc.tuple(word, word), fc.array(fc.maxSafeNat(), { minLength: 1 }), (key, indices) => {
    const used = new CounterGenerator(key);
    for (const kind of ["uint32", "uniform", "normal"] as const) {
      const values = indices.map((i) => used[kind](i));
      assert.deepEqual(indices.toReversed().map((i) => new CounterGenerator(key)[kind](i)), values.toReversed());
    }
  }));
});

Deno.test("the stream of 32-bit words is the blocks one after the other", () => {
  fc.assert(fc.property(fc.tuple(word, word), fc.nat(2 ** 52 - 1), (key, block) => {
    const out = new Uint32Array(2);
    threefry2x32(key[0], key[1], block >>> 0, Math.floor(block / 2 ** 32), out);
    const stream = new CounterGenerator(key);
    assert.deepEqual([stream.uint32(2 * block), stream.uint32(2 * block + 1)], [...out]);
    const uniform = stream.uniform(block);
    assert.ok(uniform >= 0 && uniform < 1 && Number.isInteger(uniform * 2 ** 53));
    assert.equal(Math.floor(uniform * 2 ** 27), out[0] >>> 5);
  }));
});

Deno.test("surrogateNormals is Box and Muller's transform of the simulation's words", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (seed, index) => {
      const n = 64, [first, second] = [new Float64Array(n), new Float64Array(n)];
      surrogateNormals(simulationKey(seed, index), first, second);
      const noise = CounterGenerator.ofSimulation(seed, index);
      for (let t = 0; t < n; t++) {
        const r = Math.sqrt(-2 * Math.log((noise.uint32(2 * t) + 1) / 2 ** 32));
        const theta = 2 * Math.PI * noise.uint32(2 * t + 1) / 2 ** 32;
        assert.ok(Math.abs(first[t] - r * Math.cos(theta)) < 1e-14);
        assert.ok(Math.abs(second[t] - r * Math.sin(theta)) < 1e-14);
        assert.equal(first[t], noise.normal(t));
      }
    }),
    { numRuns: 30 },
  );
});

// The hash is that of Deno 2.9.6 (V8 15.0) on x86-64.
Deno.test("the bits of the noise are the same on every engine and day", () => {
  const n = 100_000, [first, second] = [new Float64Array(n), new Float64Array(n)];
  surrogateNormals(simulationKey(42, 0), first, second);
  const hash = createHash("sha256").update(new Uint8Array(first.buffer)).update(new Uint8Array(second.buffer));
  assert.equal(hash.digest("hex"), "d5ace735a42a57e0c2d38080ebcf8a66c1d1cf6d8ec4fde045dacd05dca0740b");
});

Deno.test("the noise is standard normal, and its two series are independent of each other and of their past", () => {
  const n = 500_000, [x, y] = [new Float64Array(n), new Float64Array(n)];
  surrogateNormals(simulationKey(7, 3), x, y);
  const mean = (f: (t: number) => number) => {
    let sum = 0;
    for (let t = 1; t < n; t++) sum += f(t);
    return sum / (n - 1);
  };
  // Each mean below has a known standard error; five of them are allowed.
  const near = (value: number, expected: number, deviation: number) =>
    assert.ok(Math.abs(value - expected) < 5 * deviation / Math.sqrt(n), `${value} against ${expected}`);
  for (const z of [x, y]) {
    near(mean((t) => z[t]), 0, 1);
    near(mean((t) => z[t] ** 2), 1, Math.sqrt(2));
    near(mean((t) => z[t] ** 3), 0, Math.sqrt(15));
    near(mean((t) => z[t] ** 4), 3, Math.sqrt(96));
    near(mean((t) => z[t] * z[t - 1]), 0, 1);
    near(mean((t) => z[t] > 1.959963984540054 ? 1 : 0), 0.025, Math.sqrt(0.025 * 0.975));
  }
  near(mean((t) => x[t] * y[t]), 0, 1);
  near(mean((t) => x[t] * y[t - 1]), 0, 1);
  near(mean((t) => x[t] ** 2 * y[t] ** 2), 1, Math.sqrt(8));
});

Deno.test("a stream of the noise shares nothing with another of the same key", () => {
  const n = 100_000, key = simulationKey(7, 3);
  const [a, b, c, d] = Array.from({ length: 4 }, () => new Float64Array(n));
  surrogateNormals(key, a, b, 0);
  surrogateNormals(key, c, d, 1);
  const without = [new Float64Array(n), new Float64Array(n)];
  surrogateNormals(key, without[0], without[1]);
  assert.deepEqual(without, [a, b]);
  const same = new Set([...a, ...b]);
  // Of 2^32 radii and angles some are drawn twice.
  assert.ok([...c, ...d].filter((value) => same.has(value)).length < 20);
  for (const [x, y] of [[a, c], [a, d], [b, c], [b, d]]) {
    const product = x.reduce((sum, value, t) => sum + value * y[t], 0);
    assert.ok(Math.abs(product) < 5 * Math.sqrt(n), `${product}`);
  }
});

Deno.test("bad keys, indices and lengths are refused by name", () => {
  const refuses = (run: () => unknown, field: string) =>
    assert.throws(run, (error) => error instanceof InvalidArgumentError && error.field === field);
  for (const bad of [[1], [1, 2, 3], [1, -1], [0.5, 1], [2 ** 32, 0]]) refuses(() => new CounterGenerator(bad), "key");
  const noise = new CounterGenerator([1, 2]);
  for (const bad of [-1, 0.5, NaN, 2 ** 53]) {
    refuses(() => noise.uint32(bad), "index");
    refuses(() => noise.uniform(bad), "index");
    refuses(() => noise.normal(bad), "index");
  }
  refuses(() => surrogateNormals(Uint32Array.of(1, 2), new Float64Array(2), new Float64Array(3)), "second");
});
