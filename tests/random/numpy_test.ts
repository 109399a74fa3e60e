import assert from "node:assert/strict";
import fc from "fast-check";
import { defaultRng, type Generator, SeedSequence } from "@morlet/morlet/random";
import { pythonTest, runPython } from "../python.ts";
import { WITHOUT_FUSED } from "./without_fused.ts";

/** A method of NumPy's Generator with its keyword arguments; whole numbers of any size are strings. */
type Call = [method: string, arguments: Record<string, unknown>];
type State = { entropy: string | string[]; spawn_key: string[] };
type Program = { seed: string; calls: Call[] };
interface Answer {
  states: { uint32: number[]; uint64: string[]; children: number[][] }[];
  programs: number[][][];
}

async function ask(states: State[], programs: Program[]): Promise<Answer> {
  const answer = await runPython("numpy_draws.py", [], JSON.stringify({ states, programs }));
  return JSON.parse(new TextDecoder().decode(answer));
}

const big = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 32n + 5n }),
  fc.bigInt({ min: 0n, max: 2n ** 64n }),
  fc.bigInt({ min: 0n, max: 2n ** 300n }),
).map(String);

const size = fc.integer({ min: 0, max: 40 });
const weights = fc.array(fc.nat(5), { minLength: 1, maxLength: 12 }).filter((w) => w.some((x) => x > 0)).map((w) => {
  const sum = w.reduce((a, b) => a + b);
  return w.map((x) => x / sum);
});
const bound = fc.oneof(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 2 ** 33 }), fc.maxSafeNat());
const call: fc.Arbitrary<Call> = fc.oneof(
  fc.record({ size }).map((a): Call => ["random", a]),
  fc.record({ size }).map((a): Call => ["standard_normal", a]),
  fc.record({
    loc: fc.double({ min: -9, max: 9, noNaN: true }),
    scale: fc.double({ min: 0, max: 9, noNaN: true }),
    size,
  })
    .map((a): Call => ["normal", a]),
  fc.record({ scale: fc.double({ min: 0, max: 9, noNaN: true }), size }).map((a): Call => ["exponential", a]),
  fc.record({
    low: fc.double({ min: -9, max: 0, noNaN: true }),
    high: fc.double({ min: 0, max: 9, noNaN: true }),
    size,
  })
    .map((a): Call => ["uniform", a]),
  fc.tuple(fc.integer({ min: -1000, max: 0 }), bound, size)
    .map(([low, n, size]): Call => ["integers", { low: `${low}`, high: `${Math.max(low + n, low + 1)}`, size }]),
  // All of 32 bits, and both sides of it.
  fc.tuple(fc.integer({ min: -2, max: 2 }), size)
    .map(([d, size]): Call => ["integers", { low: "0", high: `${2 ** 32 + d}`, size }]),
  fc.nat(60).map((x): Call => ["permutation", { x }]),
  fc.array(fc.integer()).map((x): Call => ["permutation", { x }]),
  fc.array(fc.integer()).map((items): Call => ["shuffle", { items }]),
  fc.record({ a: fc.integer({ min: 1, max: 50 }), size }).map((a): Call => ["choice", a]),
  fc.tuple(fc.integer({ min: 1, max: 12000 }), fc.nat(500), fc.boolean()).map(([a, size, shuffle]): Call => [
    "choice",
    { a, size: Math.min(a, size), replace: false, shuffle },
  ]),
  fc.tuple(weights, size).map(([p, size]): Call => ["choice", { a: p.length, size, p }]),
  fc.tuple(weights, fc.nat(12)).map(([p, size]): Call => [
    "choice",
    { a: p.length, size: Math.min(size, p.filter((x) => x > 0).length), p, replace: false },
  ]),
  fc.nat(3).map((count): Call => ["spawn", { count }]),
);

// deno-lint-ignore no-explicit-any
function perform(rng: Generator, [method, a]: [string, any]): number[] {
  switch (method) {
    case "random":
      return [...rng.random(a.size)];
    case "standard_normal": // one by one, as size must not matter
      return Array.from({ length: a.size }, () => rng.standardNormal());
    case "normal":
      return [...rng.normal(a.loc, a.scale, a.size)];
    case "exponential":
      return [...rng.exponential(a.scale, a.size)];
    case "uniform":
      return [...rng.uniform(a.low, a.high, a.size)];
    case "integers":
      return [...rng.integers(Number(a.low), Number(a.high), a.size)];
    case "permutation":
      return [...rng.permutation(a.x)];
    case "shuffle": {
      const items = [...a.items];
      rng.shuffle(items);
      return items;
    }
    case "choice":
      return [...rng.choice(a.a, a.size, { replace: a.replace, p: a.p, shuffle: a.shuffle })];
    case "spawn":
      return rng.spawn(a.count).map((child) => child.random());
    default:
      throw new Error(`No such method: ${method}`);
  }
}

pythonTest("SeedSequence has the words of NumPy's for any entropy and spawn key", async () => {
  const states = fc.sample(
    fc.record<State>({
      entropy: fc.oneof(big, fc.array(big, { maxLength: 8 })),
      spawn_key: fc.array(big, { maxLength: 3 }),
    }),
    { numRuns: 500, seed: 1 },
  );
  const answer = await ask(states, []);
  for (const [i, { entropy, spawn_key }] of states.entries()) {
    const sequence = new SeedSequence(typeof entropy === "string" ? BigInt(entropy) : entropy.map(BigInt), {
      spawnKey: spawn_key.map(BigInt),
    });
    assert.deepEqual([...sequence.generateState(7)], answer.states[i].uint32, JSON.stringify(states[i]));
    assert.deepEqual([...sequence.generateState(5, "uint64")].map(String), answer.states[i].uint64);
    assert.deepEqual(
      [...sequence.spawn(2), ...sequence.spawn(2)].map((child) => [...child.generateState(2)]),
      answer.states[i].children,
    );
  }
});

pythonTest("Generator draws what NumPy's draws, whatever is called in whatever order", async () => {
  const programs = fc.sample(
    fc.record<Program>({ seed: big, calls: fc.array(call, { minLength: 1, maxLength: 30 }) }),
    { numRuns: 600, seed: 2 },
  );
  const answer = await ask([], programs);
  for (const [i, { seed, calls }] of programs.entries()) {
    const rng = defaultRng(BigInt(seed));
    for (const [j, call] of calls.entries()) {
      assert.deepEqual(perform(rng, call), answer.programs[i][j], `seed ${seed}, call ${j}: ${JSON.stringify(call)}`);
    }
  }
});

for (
  const [method, seed, count, draw] of [
    ["standard_normal", 42, 8_000_000, (rng, n) => rng.standardNormal(n)],
    ["standard_exponential", 7, 2_000_000, (rng, n) => rng.exponential(1, n)],
    ["random", 2024, 1_000_000, (rng, n) => rng.random(n)],
    ["integers", 3, 1_000_000, (rng, n) => rng.integers(0, 3_000_000_000, n)],
  ] as [string, number, number, (rng: Generator, n: number) => Float64Array][]
) {
  pythonTest(`${count} draws of ${method} are NumPy's bit for bit`, async () => {
    const args = [method, `${seed}`, `${count}`, ...method === "integers" ? ["0", "3000000000"] : []];
    const ours = draw(defaultRng(seed), count);
    // A C library with fused multiply-add may round a tail's logarithm otherwise; see Generator.
    for (const { env, rate } of [{ env: {}, rate: 2e-6 }, ...WITHOUT_FUSED.map((env) => ({ env, rate: 0 }))]) {
      const bytes = await runPython("numpy_stream.py", args, "", env);
      const theirs = new Float64Array(bytes.buffer, bytes.byteOffset, count);
      let different = 0;
      for (let i = 0; i < count; i++) {
        if (Object.is(ours[i], theirs[i])) continue;
        different++;
        assert.ok(Math.abs(ours[i] / theirs[i] - 1) < 1e-15, `draw ${i}: ${ours[i]} against ${theirs[i]}`);
      }
      assert.ok(different <= rate * count, `${different} of ${count} differ ${JSON.stringify(env)}`);
    }
  });
}
