import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { decode, encode } from "../../backends/mod.ts";

const scalars = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.string(),
  fc.boolean(),
  fc.bigInt(),
  fc.constant(null),
  fc.constant(undefined),
  fc.date({ noInvalidDate: false }),
);
const arrays = fc.oneof(
  fc.float64Array(),
  fc.float32Array(),
  fc.int8Array(),
  fc.uint8Array(),
  fc.uint8ClampedArray(),
  fc.int16Array(),
  fc.uint16Array(),
  fc.int32Array(),
  fc.uint32Array(),
  fc.bigInt64Array(),
  fc.bigUint64Array(),
);
const keys = fc.oneof(fc.string(), fc.constantFrom("$array", "$date", "$", "__proto__"));
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    scalars,
    arrays,
    fc.array(tie("value")),
    fc.dictionary(keys, tie("value"), { noNullPrototype: true }),
  ),
}));

Deno.test("the codec gives back what it was given", () => {
  fc.assert(fc.property(value, (v) => assert.deepStrictEqual(decode(encode(v)), v)), { numRuns: 500 });
});

Deno.test("the codec keeps -0, NaN and the infinities, in plain numbers and in typed arrays", () => {
  const v = [-0, NaN, Infinity, -Infinity, new Float64Array([-0, NaN, -Infinity]), new Float32Array([-0, NaN])];
  assert.deepStrictEqual(decode(encode(v)), v);
});

Deno.test("typed arrays travel as bytes and arrive as arrays of their own", () => {
  const whole = new Float64Array([1, 2, 3, 4]);
  const bytes = encode(new Float64Array(1000));
  assert.ok(bytes.byteLength < 8100, "a thousand doubles are 8000 bytes and a short header");
  const back = decode(encode([whole.subarray(1, 3), whole])) as Float64Array[];
  assert.deepStrictEqual(back, [new Float64Array([2, 3]), whole]);
  assert.deepStrictEqual(decode(Buffer.from(encode([whole.subarray(1, 3), whole]))), back, "also out of a Buffer");
  back[0][0] = 9;
  assert.equal(back[1][1], 2);
});

Deno.test("the codec refuses what it cannot carry, and names it", () => {
  const cycle: unknown[] = [];
  cycle.push(cycle);
  class Model {}
  const cases: [unknown, RegExp][] = [
    [{ a: [1, () => 1] }, /args\.a\[1\].*function/],
    [{ f: Symbol("x") }, /args\.f.*Symbol\(x\)/],
    [{ m: new Model() }, /args\.m.*Model/],
    [{ m: new Map() }, /args\.m.*Map/],
    [{ e: /x/ }, /args\.e.*RegExp/],
    [cycle, /args\[0\].*cycles/],
  ];
  for (const [bad, message] of cases) {
    assert.throws(() => encode(bad, "args"), { name: "InvalidArgumentError", message });
  }
});
