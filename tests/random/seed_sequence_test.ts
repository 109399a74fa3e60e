import assert from "node:assert/strict";
import fc from "fast-check";
import { type Entropy, InvalidArgumentError, SeedSequence, simulationKey, SimulationKeys } from "@morlet/morlet/random";

const entropy: fc.Arbitrary<Entropy> = fc.oneof(
  fc.maxSafeNat(),
  fc.bigInt({ min: 0n, max: 2n ** 200n }),
  fc.array(fc.oneof(fc.maxSafeNat(), fc.bigInt({ min: 0n, max: 2n ** 80n })), { maxLength: 9 }),
);

// The figures are NumPy 2.4.6's.
Deno.test("SeedSequence gives NumPy's figures", () => {
  const firstWords = (seed: Entropy, n: number) => new SeedSequence(seed).spawn(n).map((c) => c.generateState(1)[0]);
  assert.deepEqual(firstWords(42, 5), [2684470948, 4091952314, 233227757, 3276785861, 3644269654]);
  assert.deepEqual(firstWords(2n ** 100n + 7n, 3), [3803636205, 2084196080, 4285716766]);
  assert.deepEqual([...new SeedSequence(0).generateState(4)], [2968811710, 3677149159, 745650761, 2884920346]);
  assert.deepEqual([...new SeedSequence([1, 2, 3]).generateState(2, "uint64")], [
    12997252459554536576n,
    4810247055756232647n,
  ]);
});

Deno.test("spawn goes on where the last call ended", () => {
  const root = new SeedSequence(1);
  const keys = [...root.spawn(2), ...root.spawn(0), ...root.spawn(1)].map((child) => child.spawnKey);
  assert.deepEqual(keys, [[0], [1], [2]]);
  assert.equal(root.childrenSpawned, 3);
  assert.deepEqual(root.spawn(1)[0].spawn(2)[1].spawnKey, [3, 1]);
});

Deno.test("a number, a bigint and their list of 32-bit words are one entropy", () => {
  fc.assert(fc.property(fc.maxSafeNat(), (n) => {
    const words = n > 0xffffffff ? [n >>> 0, Math.floor(n / 2 ** 32)] : [n];
    const state = new SeedSequence(n).generateState(4);
    assert.deepEqual(new SeedSequence(BigInt(n)).generateState(4), state);
    assert.deepEqual(new SeedSequence(words).generateState(4), state);
  }));
});

Deno.test("a shorter state begins a longer one", () => {
  fc.assert(fc.property(entropy, fc.nat(20), fc.nat(20), (e, a, b) => {
    const sequence = new SeedSequence(e);
    const [short, long] = [Math.min(a, b), Math.max(a, b)];
    assert.deepEqual(sequence.generateState(long).slice(0, short), sequence.generateState(short));
  }));
});

Deno.test("the key of a simulation is the words of the spawned child", () => {
  fc.assert(fc.property(entropy, fc.integer({ min: 1, max: 20 }), (seed, n) => {
    const keys = new SimulationKeys(seed), out = new Uint32Array(2);
    const children = new SeedSequence(seed).spawn(n);
    for (let i = n - 1; i >= 0; i--) {
      assert.deepEqual(keys.key(i, out), children[i].generateState(2));
      assert.deepEqual(simulationKey(seed, i), out);
    }
  }));
});

Deno.test("the key of a simulation is right up to the largest index", () => {
  fc.assert(fc.property(entropy, fc.maxSafeNat(), (seed, index) => {
    const child = new SeedSequence(seed, { spawnKey: [index] });
    assert.deepEqual(simulationKey(seed, index), child.generateState(2));
  }));
});

Deno.test("bad seeds, counts and indices are refused by name", () => {
  const refuses = (run: () => unknown, field: string) =>
    assert.throws(run, (error) => error instanceof InvalidArgumentError && error.field === field);
  for (const bad of [-1, 1.5, NaN, Infinity, -1n, 2 ** 53, "7", null, undefined, {}, true]) {
    refuses(() => new SeedSequence(bad as Entropy), "entropy");
    refuses(() => new SimulationKeys(bad as Entropy), "seed");
    refuses(() => new SeedSequence([1, bad as number]), "entropy[1]");
    refuses(() => new SeedSequence(1, { spawnKey: [bad as number] }), "spawnKey[0]");
  }
  for (const bad of [-1, 0.5, NaN]) {
    refuses(() => new SeedSequence(1).spawn(bad), "count");
    refuses(() => new SeedSequence(1).generateState(bad), "count");
    refuses(() => simulationKey(1, bad), "index");
  }
  refuses(() => new SeedSequence(1).generateState(1, "int8" as "uint32"), "type");
  assert.throws(() => new SeedSequence(2 ** 60), /give a bigint/);
});
