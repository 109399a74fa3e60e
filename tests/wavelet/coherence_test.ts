import assert from "node:assert/strict";
import fc from "fast-check";
import {
  CoherencePlan,
  type Convention,
  CONVENTIONS,
  cwt,
  rednoise,
  wct,
  type WctOptions,
  xwt,
} from "../../wavelet/mod.ts";

const PROPERTY_RUNS = { numRuns: 40 };

const anySeries = (n: number) =>
  fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: n, maxLength: n });
const varies = (x: number[]) => x.some((v) => v !== x[0]);
const pairs = fc.integer({ min: 4, max: 40 }).chain((n) => fc.tuple(anySeries(n), anySeries(n)))
  .filter(([a, b]) => varies(a) && varies(b));
const settings = fc.record({
  dt: fc.constantFrom(0.25, 1, 12),
  dj: fc.constantFrom(1 / 12, 0.25, 0.6, 1, 1.5),
  wavelet: fc.constantFrom("morlet", "paul", "dog", "mexicanhat"),
  convention: fc.constantFrom(...CONVENTIONS),
  normalize: fc.boolean(),
});

const turn = (a: number) => Math.atan2(Math.sin(a), Math.cos(a));

Deno.test("coherence lies in [0, 1] for any pair, mother, spacing and convention", () => {
  fc.assert(
    fc.property(pairs, settings, ([y1, y2], options) => {
      const { coherence, phase, smoothedPhase, shape } = wct(y1, y2, options);
      assert.equal(coherence.length, shape[0] * shape[1]);
      assert.ok(coherence.every((v) => v >= 0 && v <= 1));
      for (const angles of [phase, smoothedPhase]) assert.ok(angles.every((v) => v >= -Math.PI && v <= Math.PI));
    }),
    PROPERTY_RUNS,
  );
});

Deno.test("coherence stays finite for series with huge, tiny and vanishing power", () => {
  const n = 64;
  const impulse = Float64Array.from({ length: n }, (_, t) => t === 3 ? 1 : 0);
  const late = Float64Array.from({ length: n }, (_, t) => t === 60 ? 1 : 0);
  const sine = Float64Array.from({ length: n }, (_, t) => Math.sin(t / 5));
  for (const factor of [1e-300, 1e-160, 1, 1e150, 1e300]) {
    for (const normalize of [true, false]) {
      if (!normalize && factor !== 1) continue;
      for (const [a, b] of [[impulse, late], [impulse, sine], [sine, sine]]) {
        const { coherence } = wct(a.map((v) => v * factor), b, { dt: 1, normalize });
        assert.ok(coherence.every((v) => v >= 0 && v <= 1), `factor ${factor}`);
      }
    }
  }
});

const y1 = rednoise(200, 0.6, { seed: 21 });
const noise = rednoise(200, 0.3, { seed: 22 });
const y2 = noise.map((v, t) => v + 0.8 * (y1[t - 2] ?? 0));

for (const convention of CONVENTIONS) {
  const options: WctOptions = { dt: 1, convention };

  Deno.test(`${convention}: scaling and shifting a series changes neither coherence nor phase`, () => {
    const a = wct(y1, y2, options), b = wct(y1.map((v) => 1e6 * v - 30), y2.map((v) => v / 7 + 2), options);
    a.coherence.forEach((v, i) => assert.ok(Math.abs(v - b.coherence[i]) < 1e-8));
    a.smoothedPhase.forEach((v, i) =>
      assert.ok(Math.abs(turn(v - b.smoothedPhase[i])) < 1e-5 || a.coherence[i] < 1e-6)
    );
  });

  Deno.test(`${convention}: swapping the series turns the phase's sign`, () => {
    const a = wct(y1, y2, options), b = wct(y2, y1, options);
    a.coherence.forEach((v, i) => assert.ok(Math.abs(v - b.coherence[i]) < 1e-9));
    a.smoothedPhase.forEach((v, i) =>
      assert.ok(Math.abs(turn(v + b.smoothedPhase[i])) < 1e-6 || a.coherence[i] < 1e-6)
    );
    a.phase.forEach((v, i) => assert.ok(Math.abs(turn(v + b.phase[i])) < 1e-6));
  });

  Deno.test(`${convention}: a series is coherent with itself, and with its negative at half a turn`, () => {
    const same = wct(y1, y1, options), negative = wct(y1, y1.map((v) => -v), options);
    same.coherence.forEach((v) => assert.ok(Math.abs(v - 1) < 1e-9));
    same.smoothedPhase.forEach((v) => assert.ok(Math.abs(v) < 1e-6));
    negative.coherence.forEach((v) => assert.ok(Math.abs(v - 1) < 1e-9));
    negative.smoothedPhase.forEach((v) => assert.ok(Math.abs(Math.abs(v) - Math.PI) < 1e-6));
  });

  for (const lag of [-3, 2, 5]) {
    Deno.test(`${convention}: a sine that leads by ${lag} of 20 samples has that phase, positive when the first leads`, () => {
      const n = 400, period = 20;
      const first = Float64Array.from({ length: n }, (_, t) => Math.cos(2 * Math.PI * t / period));
      const second = Float64Array.from({ length: n }, (_, t) => Math.cos(2 * Math.PI * (t - lag) / period));
      const { coherence, phase, smoothedPhase, periods } = wct(first, second, options);
      const j = periods.findIndex((p) => p > period), at = j * n + n / 2;
      assert.ok(coherence[at] > 0.9999);
      for (const angle of [phase[at], smoothedPhase[at], xwt(first, second, { ...options, ar1: [0, 0] }).phase[at]]) {
        assert.ok(Math.abs(angle - 2 * Math.PI * lag / period) < 2e-3, `${angle}`);
      }
    });
  }
}

Deno.test("dt is a unit: with scales in it nothing else changes", () => {
  const a = wct(y1, y2, { dt: 1 }), b = wct(y1, y2, { dt: 1 / 12 });
  a.coherence.forEach((v, i) => assert.ok(Math.abs(v - b.coherence[i]) < 1e-9));
  a.periods.forEach((p, j) => assert.ok(Math.abs(p / 12 - b.periods[j]) < 1e-12 * p));
  a.coi.forEach((p, t) => assert.ok(Math.abs(p / 12 - b.coi[t]) < 1e-12 * p));
});

Deno.test("time can run backwards: the coherence does too, and the phase turns its sign", () => {
  const a = wct(y1, y2, { dt: 1 }), b = wct(y1.toReversed(), y2.toReversed(), { dt: 1 }), n = y1.length;
  a.coherence.forEach((v, i) => {
    const mirrored = (Math.floor(i / n) + 1) * n - 1 - i % n;
    assert.ok(Math.abs(v - b.coherence[mirrored]) < 1e-9);
    assert.ok(Math.abs(turn(a.smoothedPhase[i] + b.smoothedPhase[mirrored])) < 1e-6 || v < 1e-6);
  });
});

for (const [wavelet, n] of [["morlet", 120], ["morlet", 150], ["paul", 60], ["dog", 120], ["dog", 150]] as const) {
  Deno.test(`exact, ${wavelet}, ${n} samples: nothing wraps around, at small scales either`, () => {
    const a = y1.slice(0, n), b = y2.slice(0, n);
    const plan = new CoherencePlan({ n, dt: 1, wavelet });
    const ours = wct(a, b, { dt: 1, wavelet }), wide = wct(a, b, { dt: 1, wavelet, pad: 8 * plan.paddedLength });
    const transform = cwt(a, { dt: 1, wavelet }).W, far = cwt(a, { dt: 1, wavelet, pad: 8 * plan.paddedLength }).W;
    plan.scales.forEach((s, j) => {
      let coherence = 0, power = 0;
      for (let t = 0; t < n; t++) {
        const i = j * n + t;
        coherence = Math.max(coherence, Math.abs(ours.coherence[i] - wide.coherence[i]));
        power = Math.max(power, Math.hypot(transform.re[i] - far.re[i], transform.im[i] - far.im[i]));
      }
      const limit = j <= plan.lastOutside ? 1e-8 : 1e-4;
      assert.ok(coherence < limit && power < limit, `scale ${s}: coherence ${coherence}, transform ${power}`);
    });
  });
}

for (const n of [20, 60, 200, 1500]) {
  Deno.test(`exact, ${n} samples: more zeros than are needed change nothing, be their number odd`, () => {
    const x = rednoise(n, 0.5, { seed: 1 }), y = rednoise(n, 0.3, { seed: 2 }), options = { dt: 1, dj: 0.5, J: 3 };
    const { coherence } = wct(x, y, options), { W } = cwt(x, options);
    for (const pad of [8 * n, 8 * n + 1, 20 * n + 1]) {
      wct(x, y, { ...options, pad }).coherence.forEach((value, i) => assert.ok(Math.abs(value - coherence[i]) < 1e-9));
      cwt(x, { ...options, pad }).W.re.forEach((value, i) => assert.ok(Math.abs(value - W.re[i]) < 1e-9));
    }
  });
}

Deno.test("exact: smoothing over scales is a boxcar of exactly 0.6 octave", () => {
  for (const dj of [1 / 12, 1 / 7, 1 / 4, 0.3, 1]) {
    const { first, weights } = new CoherencePlan({ n: 64, dt: 1, dj }).window;
    const width = Math.max(1, 0.6 / dj);
    assert.equal(weights.length, 1 - 2 * first);
    assert.ok(Math.abs(weights.reduce((a, b) => a + b) - 1) < 1e-12);
    assert.ok(Math.abs(1 / Math.max(...weights) - width) < 1e-9 || dj > 0.6, `dj ${dj}`);
    weights.forEach((w, k) => assert.equal(w, weights[weights.length - 1 - k]));
  }
});

Deno.test("plan: the window is Grinsted's and pycwt's in their conventions", () => {
  const window = (convention: Convention, dj: number) => new CoherencePlan({ n: 64, dt: 1, dj, convention }).window;
  const his = window("grinsted", 1 / 12);
  assert.equal(his.first, -4);
  assert.equal(his.weights.length, 9);
  assert.ok(Math.abs(his.weights[0] / his.weights[4] - 0.6) < 1e-9);
  const its = window("pycwt", 1 / 12);
  assert.equal(its.first, -7);
  assert.deepEqual([...its.weights].map((w) => Math.round(w * 26)), [1, ...Array(12).fill(2), 1]);
});

Deno.test("plan: scales come in order, up to `last`, and do not depend on what else is delivered", () => {
  const whole = new CoherencePlan({ n: 200, dt: 1, pad: 2048 });
  const all: Float64Array[] = [];
  whole.forEachScale(y1, y2, (j, { coherence }) => assert.equal(all.push(coherence.slice()), j + 1));
  assert.equal(all.length, whole.J + 1);
  for (const last of [0, 3, 40, whole.J]) {
    const part = new CoherencePlan({ n: 200, dt: 1, last, pad: 2048 });
    const seen: number[] = [];
    part.forEachScale(y1, y2, (j, { coherence }) => {
      seen.push(j);
      coherence.forEach((v, t) => assert.ok(Math.abs(v - all[j][t]) < 1e-12));
    });
    assert.deepEqual(seen, Array.from({ length: last + 1 }, (_, j) => j));
    assert.equal(part.J, whole.J);
  }
});

Deno.test("plan: can be used again, and gives the same bits", () => {
  const plan = new CoherencePlan({ n: 200, dt: 1 });
  const run = () => {
    const out: number[] = [];
    plan.forEachScale(y1, y2, (_, { coherence }) => out.push(...coherence));
    return out;
  };
  const first = run();
  plan.forEachScale(y2, noise, () => {});
  assert.deepEqual(run(), first);
});

Deno.test("plan: without truncation, transform and smoothing are exact in every convention", () => {
  const results = CONVENTIONS.map((convention) => {
    const out: number[] = [];
    const plan = new CoherencePlan({ n: 200, dt: 1, convention, truncate: false });
    plan.forEachScale(y1, y2, (_, { w12re, w12im }) => out.push(...w12re, ...w12im));
    return out;
  });
  assert.deepEqual(results[1], results[0]);
  assert.deepEqual(results[2], results[0]);
  // At a spacing at which both windows are a single scale, the smoothing is the same too.
  const [exact, pycwt] = (["exact", "pycwt"] as const).map((convention) => {
    const out: number[] = [];
    const plan = new CoherencePlan({ n: 200, dt: 1, dj: 2.5, s0: 4, J: 2, convention, truncate: false });
    plan.forEachScale(y1, y2, (_, { coherence, s11 }) => out.push(...coherence, ...s11));
    return out;
  });
  assert.deepEqual(pycwt, exact);
});

Deno.test("plan: outside(j) are the samples whose cone reaches the period", () => {
  for (const convention of CONVENTIONS) {
    for (const n of [31, 200]) {
      const plan = new CoherencePlan({ n, dt: 0.5, convention });
      plan.periods.forEach((period, j) => {
        const { start, end } = plan.outside(j);
        plan.coi.forEach((value, t) => assert.equal(t >= start && t < end, period <= value));
        assert.equal(end > start, j <= plan.lastOutside);
      });
    }
  }
});
