import {
  ar1,
  ar1Spectrum,
  CoherencePlan,
  crossQuantile,
  cwt,
  deseason,
  detrend,
  fillGaps,
  icwt,
  phaseRandomize,
  rednoise,
  type Series,
  significance,
  standardize,
  wct,
  xwt,
} from "../../wavelet/mod.ts";
import { rejects } from "./refusal.ts";

const good = Array.from({ length: 40 }, (_, t) => Math.sin(t) + Math.sin(t * t));
const other = Array.from({ length: 40 }, (_, t) => Math.cos(t) + Math.sin(t ** 3));
const at = (index: number, value: unknown) => good.map((v, t) => t === index ? value : v) as number[];

/** What JavaScript lets through where the types say otherwise. */
// deno-lint-ignore no-explicit-any
const any = (value: unknown): any => value;

const NOT_SERIES: [string, unknown][] = [
  ["nothing", undefined],
  ["null", null],
  ["a string", "1,2,3,4,5,6"],
  ["a number", 5],
  ["an object", { length: 9 }],
  ["a DataView", new DataView(new ArrayBuffer(64))],
  ["a BigInt64Array", new BigInt64Array(9)],
  ["a Map", new Map()],
];

/** Functions of a series, and what they call it. */
const TAKES_SERIES: [name: string, field: string, call: (x: Series) => unknown][] = [
  ["cwt", "signal", (x) => cwt(x, { dt: 1 })],
  ["wct", "y1", (x) => wct(x, other, { dt: 1 })],
  ["wct", "y2", (x) => wct(other, x, { dt: 1 })],
  ["xwt", "y1", (x) => xwt(x, other, { dt: 1 })],
  ["xwt", "y2", (x) => xwt(other, x, { dt: 1 })],
  ["significance", "signal", (x) => significance(any(typeof x === "number" ? "5" : x), { dt: 1, scales: [2, 4] })],
  ["ar1", "x", (x) => ar1(x)],
  ["standardize", "x", (x) => standardize(x)],
  ["detrend", "x", (x) => detrend(x)],
  ["deseason", "x", (x) => deseason(x, { period: 4 })],
  ["phaseRandomize", "x", (x) => phaseRandomize(x, { seed: 1 })],
  ["CoherencePlan", "y1", (x) => new CoherencePlan({ n: 40, dt: 1 }).forEachScale(x, other, () => {})],
  ["CoherencePlan", "y2", (x) => new CoherencePlan({ n: 40, dt: 1 }).forEachScale(other, x, () => {})],
];
const MUST_VARY = ["cwt", "wct", "xwt", "significance", "ar1", "standardize"];

for (const [name, field, call] of TAKES_SERIES) {
  Deno.test(`${name} refuses a ${field} that is not a series of finite numbers, and says where`, () => {
    for (const [, value] of NOT_SERIES) rejects(field, () => call(any(value)), /list of numbers or a typed array/);
    for (const value of [NaN, Infinity, -Infinity]) {
      rejects(`${field}[17]`, () => call(at(17, value)), /finite number/);
      rejects(`${field}[0]`, () => call(Float64Array.from(at(0, value))), /finite number/);
    }
    rejects(`${field}[17]`, () => call(at(17, NaN)), /fillGaps/);
    for (const value of ["3", null, undefined, 3n, {}]) rejects(`${field}[2]`, () => call(at(2, value)), /number/);
    rejects(field, () => call([]));
  });
  if (!MUST_VARY.includes(name)) continue;
  Deno.test(`${name} refuses a constant ${field}`, () => {
    for (const value of [0, 0.1, -3e200]) rejects(field, () => call(Array(40).fill(value)), /varies/);
  });
}

Deno.test("options that there are not are refused, with the one that was meant: cells of notebooks are not type-checked", () => {
  const { W, scales } = cwt(good, { dt: 1 });
  const calls: [meant: string, call: (options: object) => unknown][] = [
    ["wavelet", (options) => cwt(good, { dt: 1, ...options })],
    ["wavelet", (options) => wct(good, other, { dt: 1, ...options })],
    ["wavelet", (options) => xwt(good, other, { dt: 1, ...options })],
    ["wavelet", (options) => icwt(W, scales, { dt: 1, ...options })],
    ["wavelet", (options) => significance(1, { dt: 1, scales: [2, 4], alpha: 0, ...options })],
    ["order", (options) => detrend(good, options)],
    ["period", (options) => deseason(good, any(options))],
    ["edges", (options) => fillGaps(good, options)],
    ["seed", (options) => rednoise(10, 0, options)],
    ["seed", (options) => phaseRandomize(good, options)],
  ];
  for (const [meant, call] of calls) {
    const misspelt = `${meant.slice(0, -1)}ss`;
    rejects(`options.${misspelt}`, () => call({ [misspelt]: 1 }), new RegExp(`Did you mean "${meant}"`));
  }
  rejects("options.truncate", () => wct(good, other, any({ dt: 1, truncate: true })));
});

Deno.test("series may be lists or typed arrays, and are not changed", () => {
  const whole = good.map((v) => Math.round(100 * v));
  for (const make of [Float64Array, Float32Array, Int32Array, Int16Array]) {
    const x = make.from(whole), before = [...x];
    wct(x, other, { dt: 1 });
    cwt(x, { dt: 1 });
    xwt(x, other, { dt: 1 });
    standardize(x), detrend(x), deseason(x, { period: 4 }), phaseRandomize(x, { seed: 1 }), fillGaps(x), ar1(x);
    if (before.join() !== [...x].join()) throw new Error(`${make.name} was changed`);
  }
});

Deno.test("pairs of unequal length and series that are too short are refused", () => {
  for (const pair of [wct, xwt]) {
    rejects("y2", () => pair(good, other.slice(1), { dt: 1 }), /as long as y1, which has 40/);
    rejects("y1", () => pair([1, 2, 1], [1, 2, 1], { dt: 1 }), /at least 4/);
  }
  rejects("signal", () => cwt([1, 2, 1], { dt: 1 }), /at least 4/);
  rejects("y1", () => new CoherencePlan({ n: 41, dt: 1 }).forEachScale(good, good, () => {}), /41/);
  rejects("x", () => ar1([1, 2, 1]), /at least 4/);
  rejects("x", () => phaseRandomize([1, 2], { seed: 1 }));
});

const TAKES_SCALES: [string, (options: Record<string, unknown>) => unknown][] = [
  ["cwt", (options) => cwt(good, any({ dt: 1, ...options }))],
  ["wct", (options) => wct(good, other, any({ dt: 1, ...options }))],
  ["xwt", (options) => xwt(good, other, any({ dt: 1, ...options }))],
  ["CoherencePlan", (options) => new CoherencePlan(any({ n: 40, dt: 1, ...options }))],
];
const NOT_POSITIVE = [0, -1, NaN, Infinity, "1", null, [1], 1n];

for (const [name, call] of TAKES_SCALES) {
  Deno.test(`${name} refuses bad options and names them`, () => {
    for (const field of ["dt", "dj", "s0"]) {
      for (const value of NOT_POSITIVE) rejects(field, () => call({ [field]: value }), /positive finite/);
    }
    rejects("dt", () => call({ dt: undefined }));
    for (const value of [-1, 2.5, NaN, Infinity, "9", null]) rejects("J", () => call({ J: value }), /whole number/);
    rejects("J", () => call({ J: 1e7 }));
    rejects("J", () => call({ J: 20000 }), /finite/);
    rejects("s0", () => call({ s0: 1000 }), /shorter than the record/);
    rejects("wavelet", () => call({ wavelet: "mrlet" }), /Did you mean "morlet"/);
    for (const value of ["haar", "", 6, null, {}]) rejects("wavelet", () => call({ wavelet: value }));
    rejects("convention", () => call({ convention: "grinstead" }), /Did you mean "grinsted"/);
    for (const value of ["matlab", "", null, 1]) rejects("convention", () => call({ convention: value }));
    for (const value of [3, 39, 50.5, "yes", null]) rejects("pad", () => call({ pad: value }));
  });
}

Deno.test("options that are missing altogether are refused by what is needed", () => {
  rejects("dt", () => any(cwt)(good));
  rejects("dt", () => any(wct)(good, other));
  rejects("dt", () => any(xwt)(good, other));
  rejects("dt", () => any(significance)(good));
  rejects("dt", () => any(icwt)({ re: good }, [2]));
  rejects("seed", () => any(rednoise)(10, 0.5), /or else a generator/);
  rejects("seed", () => any(phaseRandomize)(good));
  rejects("period", () => any(deseason)(good));
});

Deno.test("cwt refuses bad frequencies", () => {
  rejects("freqs[1]", () => cwt(good, { dt: 1, freqs: [0.1, 0] }));
  rejects("freqs[0]", () => cwt(good, { dt: 1, freqs: [NaN] }));
  rejects("freqs", () => cwt(good, { dt: 1, freqs: [] }));
  rejects("freqs", () => cwt(good, { dt: 1, freqs: [0.1], J: 3 }), /left out/);
});

Deno.test("CoherencePlan refuses a bad n or last", () => {
  for (const n of [3, -1, 4.5, NaN, "40", undefined]) rejects("n", () => new CoherencePlan(any({ n, dt: 1 })));
  for (const last of [-1, 0.5, NaN]) rejects("last", () => new CoherencePlan({ n: 40, dt: 1, last }));
  rejects("last", () => new CoherencePlan({ n: 40, dt: 1, J: 5, last: 6 }), /at most J, which is 5/);
});

Deno.test("xwt refuses bad levels and coefficients", () => {
  for (const level of [0, 1, -1, 95, NaN, "0.95"]) {
    rejects("significanceLevel", () => xwt(good, other, { dt: 1, significanceLevel: any(level) }));
  }
  rejects("ar1", () => xwt(good, other, { dt: 1, ar1: any([0.5]) }));
  rejects("ar1", () => xwt(good, other, { dt: 1, ar1: any(0.5) }));
  for (const g of [1, -1, 2, NaN]) rejects("ar1[1]", () => xwt(good, other, { dt: 1, ar1: [0.5, g] }));
  // A straight line is nothing that an AR(1) process does; the coefficient can be given instead.
  const line = good.map((_, t) => t);
  rejects("y1", () => xwt(line, other, { dt: 1 }), /give the AR\(1\) coefficient yourself/);
  xwt(line, other, { dt: 1, ar1: [0.9, 0] });
});

Deno.test("significance refuses bad options and names them", () => {
  const options = { dt: 1, scales: [2, 4, 8], alpha: 0.5 };
  for (const dt of NOT_POSITIVE) rejects("dt", () => significance(1, { ...options, dt: any(dt) }));
  for (const variance of [0, -1, NaN, Infinity]) rejects("signal", () => significance(variance, options));
  rejects("alpha", () => significance(1, { ...options, alpha: undefined }), /0 is white noise/);
  for (const alpha of [1, -1, 1.5, NaN, "0"]) {
    rejects("alpha", () => significance(1, { ...options, alpha: any(alpha) }));
  }
  for (const level of [0, 1, NaN]) {
    rejects("significanceLevel", () => significance(1, { ...options, significanceLevel: level }));
  }
  for (const test of [3, -1, "0", null]) {
    rejects("sigmaTest", () => significance(1, { ...options, sigmaTest: any(test) }));
  }
  rejects("scales", () => significance(1, { ...options, scales: [] }));
  rejects("scales[1]", () => significance(1, { ...options, scales: [2, -4] }));
  rejects("dof", () => significance(1, { ...options, sigmaTest: 1 }), /number of samples averaged/);
  rejects("dof", () => significance(1, { ...options, sigmaTest: 1, dof: [1, 2] }), /one for each scale/);
  rejects("dof", () => significance(1, { ...options, sigmaTest: 1, dof: -4 }));
  rejects("dof[2]", () => significance(1, { ...options, sigmaTest: 1, dof: [1, 2, 0] }));
  rejects("dof", () => significance(1, { ...options, sigmaTest: 2 }), /smallest and the largest scale/);
  rejects("dof", () => significance(1, { ...options, sigmaTest: 2, dof: 4 }));
  rejects("dof[1]", () => significance(1, { ...options, sigmaTest: 2, dof: [8, 2] }));
  rejects("dof", () => significance(1, { ...options, sigmaTest: 2, dof: [100, 200] }), /contains a scale/);
  rejects("scales", () => significance(1, { ...options, scales: [2], sigmaTest: 2, dof: [1, 4] }));
});

Deno.test("icwt refuses what does not fit", () => {
  const W = { re: good };
  rejects("W", () => icwt(W, [2, 4, 8], { dt: 1 }), /3 rows/);
  rejects("W", () => icwt(any(null), [2, 4], { dt: 1 }));
  rejects("W", () => icwt(any(good), [2, 4], { dt: 1 }));
  rejects("W.re[17]", () => icwt({ re: at(17, NaN) }, [2, 4], { dt: 1 }));
  for (const dt of NOT_POSITIVE) rejects("dt", () => icwt(W, [2, 4], { dt: any(dt) }));
  rejects("scales[1]", () => icwt(W, [2, -4], { dt: 1 }));
  rejects("scales[1]", () => icwt(W, [2, 3, 8, 16], { dt: 1 }), /evenly spaced/);
  rejects("dj", () => icwt(W, [2, 4], { dt: 1, dj: 0.5 }), /what the scales say, 1/);
  rejects("dj", () => icwt(W, [2], { dt: 1 }), /single scale/);
  rejects("dj", () => icwt(W, [2, 4], { dt: 1, dj: -1 }));
  rejects("cdelta", () => icwt(W, [2, 4], { dt: 1, cdelta: 0 }));
  rejects("wavelet", () => icwt(W, [2, 4], { dt: 1, wavelet: { name: "dog", parameter: 3 } }), /even order/);
  rejects("wavelet", () => icwt(W, [2, 4], { dt: 1, wavelet: { name: "dog", parameter: 3 }, cdelta: 2 }), /even order/);
  rejects("wavelet", () => icwt(W, [2, 4], { dt: 1, wavelet: { name: "morlet", parameter: 2 } }), /f0 of at least 4/);
});

Deno.test("noise: bad lengths, coefficients and sources are refused", () => {
  for (const n of [0, -1, 1.5, NaN, "9"]) rejects("n", () => rednoise(any(n), 0.5, { seed: 1 }));
  for (const g of [1, -1, 1.2, NaN, "0"]) rejects("g", () => rednoise(9, any(g), { seed: 1 }));
  for (const a of NOT_POSITIVE) rejects("a", () => rednoise(9, 0.5, { seed: 1, a: any(a) }));
  rejects("generator", () => rednoise(9, 0.5, { generator: any({}) }));
  rejects("generator", () => rednoise(9, 0.5, { generator: any(42) }));
  rejects(
    "seed",
    () => rednoise(9, 0.5, { seed: 1, generator: { random: () => 0, standardNormal: () => 0 } }),
    /left out/,
  );
  rejects("seed", () => rednoise(9, 0.5, { seed: -1 }));
  rejects("seed", () => rednoise(9, 0.5, { seed: 1.5 }));
  for (const g of [1, -1, NaN]) rejects("alpha", () => ar1Spectrum([0.1], g));
  rejects("freqs[0]", () => ar1Spectrum([NaN], 0));
});

Deno.test("preparation: bad options are refused", () => {
  for (const order of [-1, 0.5, 21, NaN, "cubic", null]) rejects("order", () => detrend(good, { order: any(order) }));
  rejects("x", () => detrend([1, 2], { order: 2 }), /at least 3/);
  for (const period of [1, 0, 12.5, NaN, "12"]) rejects("period", () => deseason(good, { period: any(period) }));
  rejects("period", () => deseason(good, { period: 30 }), /occurs twice/);
  rejects("period", () => deseason(good, { period: 4, season: good }), /not both/);
  rejects("season", () => deseason(good, { season: [1, 2, 3] }), /as long as x/);
  rejects("season[0]", () => deseason(good, { season: good.map((_, t) => t % 4 + 0.5) }));
  rejects("season", () => deseason(good, { season: good.map((_, t) => t === 3 ? 9 : 1) }), /9 occurs once/);
  rejects("x", () => fillGaps(any("x")));
  rejects("x[2]", () => fillGaps([1, 2, Infinity, 4]));
  rejects("x", () => fillGaps([NaN, NaN]));
  rejects("x[0]", () => fillGaps([NaN, 1, 2]), /edges: "nearest"/);
  rejects("x[2]", () => fillGaps([0, 1, NaN]), /edges/);
  rejects("x[1]", () => fillGaps([0, NaN, NaN, 3], { maxGap: 1 }), /at most 1 samples, but this one has 2/);
  rejects("maxGap", () => fillGaps(good, { maxGap: -1 }));
  rejects("maxGap", () => fillGaps(good, { maxGap: 1.5 }));
  rejects("edges", () => fillGaps(good, { edges: any("extend") }));
  for (const level of [0, 1, NaN]) rejects("level", () => crossQuantile(level, 2));
  for (const dof of [0, -1, NaN, Infinity]) rejects("dof", () => crossQuantile(0.95, dof));
});
