import assert from "node:assert/strict";
import { cosTurn, defaultRng, exp, log, sinTurn } from "@morlet/morlet/random";
import { log1p } from "../../random/elementary.ts";
import { pythonTest, runPython } from "../python.ts";
import { WITHOUT_FUSED } from "./without_fused.ts";

const rng = defaultRng(1);
const words = [
  ...[0, 1, 2, 3].flatMap((q) => [-1, 0, 1].map((d) => (q * 2 ** 30 + d) >>> 0)),
  ...[1, 3, 5, 7].flatMap((q) => [-1, 0, 1].map((d) => q * 2 ** 29 + d)),
  ...rng.integers(0, 2 ** 32, 5000),
];
/** Magnitudes across the whole range, the neighbourhood of 1, and what Box and Muller take. */
const positive = [
  Number.MIN_VALUE,
  2 ** -1022,
  Number.MAX_VALUE,
  1,
  Math.SQRT2,
  ...rng.uniform(-1074, 1024, 2000).map((e) => 2 ** e),
  ...rng.uniform(0.5, 2, 2000),
  ...rng.uniform(-40, -2, 500).map((e) => 1 + 2 ** e),
  ...rng.integers(1, 2 ** 32, 2000).map((w) => w / 2 ** 32),
];
const exponents = [
  0,
  709.78,
  -708.3,
  -745.1,
  ...rng.uniform(-745, 709.7, 2000),
  ...rng.uniform(-2, 2, 2000),
  ...rng.uniform(-40, 0, 300).map((e) => 2 ** e),
];

/** Distance from the true value, high + low, in units of the last place of high. */
function errorInUlps(value: number, high: number, low: number): number {
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(high))), -1022);
  return Math.abs((value - high - low) / 2 ** (exponent - 52));
}

for (
  const [name, fn, inputs, most] of [
    ["log", log, positive, 0.9],
    ["exp", exp, exponents, 0.9],
    ["cos", cosTurn, words, 0.8],
    ["sin", sinTurn, words, 0.8],
  ] as [string, (x: number) => number, number[], number][]
) {
  pythonTest(`${name} is within ${most} units in the last place of the true value`, async () => {
    const bytes = await runPython("elementary.py", [name], new Uint8Array(Float64Array.from(inputs).buffer));
    const truth = new Float64Array(bytes.buffer, bytes.byteOffset, 2 * inputs.length);
    let worst = 0;
    for (const [i, x] of inputs.entries()) {
      if (Math.abs(truth[2 * i]) < 1e-40 && name !== "exp") assert.ok(Object.is(fn(x), 0), `${name}(${x})`);
      else if (!(name === "exp" && truth[2 * i] < 2 ** -1022)) { // what is not normal is rounded twice
        worst = Math.max(worst, errorInUlps(fn(x), truth[2 * i], truth[2 * i + 1]));
      } else assert.ok(Math.abs(fn(x) - truth[2 * i]) <= Number.MIN_VALUE, `${name}(${x})`);
    }
    assert.ok(worst < most, `${worst}`);
  });
}

Deno.test("log, exp, cosTurn and sinTurn agree with the engine's to two units in the last place", () => {
  const close = (ours: number, theirs: number, x: number) =>
    assert.ok(Math.abs(ours - theirs) <= 2 ** -51 * Math.abs(theirs) + Number.MIN_VALUE, `${x}: ${ours}, ${theirs}`);
  for (const x of positive) close(log(x), Math.log(x), x);
  for (const x of exponents) close(exp(x), Math.exp(x), x);
  for (const word of words) {
    // Far from the zeros only, as the engine's angle is rounded.
    const angle = 2 * Math.PI * word / 2 ** 32;
    assert.ok(Math.abs(cosTurn(word) - Math.cos(angle)) < 1e-15, `${word}`);
    assert.ok(Math.abs(sinTurn(word) - Math.sin(angle)) < 1e-15, `${word}`);
  }
});

Deno.test("log, exp and log1p know their edges", () => {
  assert.deepEqual([0, -0, -1, NaN, Infinity].map(log), [-Infinity, -Infinity, NaN, NaN, Infinity]);
  assert.deepEqual([Infinity, -Infinity, NaN, 710, -746, 1e-20].map(exp), [Infinity, 0, NaN, Infinity, 0, 1]);
  assert.deepEqual([-1, -2, NaN, Infinity, 1e-20].map(log1p), [-Infinity, NaN, NaN, Infinity, 1e-20]);
  assert.ok(Object.is(log1p(-0), -0));
});

Deno.test("whole quarters and eighths of a turn are exact, and the circle is symmetric", () => {
  assert.deepEqual([0, 1, 2, 3].map((q) => cosTurn(q * 2 ** 30)), [1, 0, -1, 0]);
  assert.deepEqual([0, 1, 2, 3].map((q) => sinTurn(q * 2 ** 30)), [0, 1, 0, -1]);
  for (const word of words) {
    assert.equal(cosTurn(-word >>> 0), cosTurn(word));
    assert.equal(sinTurn(-word >>> 0) + sinTurn(word), 0);
    assert.equal(sinTurn((word + 2 ** 30) >>> 0), cosTurn(word));
  }
});

pythonTest(
  "log1p has the bits of glibc, but for one call in 2000 where that fuses multiplications and additions",
  async () => {
    const inputs = Float64Array.from([
      ...[-1, 1].flatMap((sign) => [2 ** -60, 2 ** -54, 2 ** -40, 2 ** -29, 2 ** -20, 0.25].map((x) => sign * x)),
      ...rng.random(300_000).map((u) => -u), // what the ziggurat's tail asks
      ...rng.uniform(-0.3, 0.45, 100_000),
      ...rng.uniform(-60, 1000, 100_000).map((e) => 2 ** e),
    ]);
    for (const { env, rate } of [{ env: {}, rate: 1e-3 }, ...WITHOUT_FUSED.map((env) => ({ env, rate: 0 }))]) {
      const bytes = await runPython("elementary.py", ["log1p"], new Uint8Array(inputs.buffer), env);
      const theirs = new Float64Array(bytes.buffer, bytes.byteOffset, inputs.length);
      const different = inputs.filter((x, i) => log1p(x) !== theirs[i]).length;
      assert.ok(different <= rate * inputs.length, `${different} of ${inputs.length} ${JSON.stringify(env)}`);
    }
  },
);
