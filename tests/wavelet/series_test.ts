import assert from "node:assert/strict";
import { defaultRng } from "../../random/mod.ts";
import {
  ar1,
  cwt,
  deseason,
  detrend,
  fillGaps,
  motherFrom,
  phaseRandomize,
  rednoise,
  standardize,
} from "../../wavelet/mod.ts";
import { fftPlan } from "../../wavelet/fft.ts";

function mean(x: ArrayLike<number>): number {
  return Array.prototype.reduce.call(x, (a, b) => (a as number) + (b as number), 0) as number / x.length;
}

function correlation(x: Float64Array, lag: number): number {
  const m = mean(x);
  let c0 = 0, c1 = 0;
  for (let t = 0; t < x.length; t++) c0 += (x[t] - m) ** 2;
  for (let t = lag; t < x.length; t++) c1 += (x[t] - m) * (x[t - lag] - m);
  return c1 / c0;
}

for (const g of [0.9, 0.5, 0, -0.8]) {
  Deno.test(`rednoise: lag-1 correlation of 100,000 samples is ${g} within 0.01, and the variance is right`, () => {
    const x = rednoise(1e5, g, { seed: 42, a: 3 });
    assert.ok(Math.abs(correlation(x, 1) - g) < 0.01);
    assert.ok(Math.abs(correlation(x, 2) - g * g) < 0.02);
    const variance = mean(x.map((v) => v * v)), expected = 9 / (1 - g * g);
    assert.ok(Math.abs(variance / expected - 1) < 0.05);
  });

  Deno.test(`rednoise: is stationary from the first sample on, g = ${g}`, () => {
    const generator = defaultRng(3), first: number[] = [], second: number[] = [];
    for (let k = 0; k < 20000; k++) {
      const x = rednoise(2, g, { generator });
      first.push(x[0]);
      second.push(x[1]);
    }
    for (const sample of [first, second]) {
      assert.ok(Math.abs(mean(sample.map((v) => v * v)) * (1 - g * g) - 1) < 0.05);
    }
  });

  Deno.test(`ar1: is all but unbiased over many draws of 200 samples, g = ${g}`, () => {
    const generator = defaultRng(5), estimates: number[] = [], innovations: number[] = [];
    let refused = 0;
    for (let k = 0; k < 2000; k++) {
      try {
        const fit = ar1(rednoise(200, g, { generator, a: 2 }).map((v) => v + 7));
        estimates.push(fit.g);
        innovations.push(fit.a);
      } catch {
        refused++; // a few short draws of strong red noise look like a trend
      }
    }
    // Left is the bias of a ratio of covariances, -2 g/200; the plain c1/c0 is off by -(1 + 4 g)/200, 0.023 for g = 0.9.
    assert.ok(Math.abs(mean(estimates) + 2 * g / 200 - g) < 0.004, `${mean(estimates)}`);
    assert.ok(Math.abs(mean(innovations) - 2) < 0.05, `${mean(innovations)}`);
    assert.ok(refused < 2, `${refused} refused`);
  });
}

Deno.test("ar1: satisfies footnote 4 of Allen and Smith (1996), summed literally", () => {
  const x = rednoise(50, 0.7, { seed: 9 }), n = x.length, { g, a, mu2 } = ar1(x), m = mean(x);
  let sum = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sum += g ** Math.abs(i - j);
  assert.ok(Math.abs(mu2 - sum / (n * n)) < 1e-12);
  let c0 = 0, c1 = 0;
  for (let t = 0; t < n; t++) c0 += (x[t] - m) ** 2 / n;
  for (let t = 1; t < n; t++) c1 += (x[t] - m) * (x[t - 1] - m) / (n - 1);
  assert.ok(Math.abs(c1 / c0 - (g - mu2) / (1 - mu2)) < 1e-12);
  assert.ok(Math.abs(a * a - (1 - g * g) * c0 / (1 - mu2)) < 1e-12);
});

Deno.test("ar1: estimates do not depend on unit and mean", () => {
  const x = rednoise(500, 0.6, { seed: 10 }), plain = ar1(x), moved = ar1(x.map((v) => 1e-7 * v + 3));
  assert.ok(Math.abs(plain.g - moved.g) < 1e-6);
  assert.ok(Math.abs(plain.a * 1e-7 - moved.a) < 1e-13);
});

Deno.test("ar1: says so when no process fits, rather than give one", () => {
  for (const x of [[1, 2, 3, 4, 5, 6], Array.from({ length: 100 }, (_, t) => t), [1, -1, 1, -1, 1, -1]]) {
    assert.throws(() => ar1(x), /give the AR\(1\) coefficient yourself/);
  }
});

for (const n of [100, 101, 128]) {
  Deno.test(`phaseRandomize: ${n} samples keep spectrum and mean, and differ in phase`, () => {
    const x = rednoise(n, 0.5, { seed: 1 }).map((v) => v + 2), y = phaseRandomize(x, { seed: 2 });
    const spectrum = (z: Float64Array) => {
      const input = new Float64Array(2 * n), out = new Float64Array(2 * n);
      z.forEach((v, t) => input[2 * t] = v);
      fftPlan(n).forward(out, input);
      return out;
    };
    const a = spectrum(x), b = spectrum(y);
    let turned = 0;
    for (let k = 0; k < n; k++) {
      assert.ok(Math.abs(Math.hypot(a[2 * k], a[2 * k + 1]) - Math.hypot(b[2 * k], b[2 * k + 1])) < 1e-9);
      turned += Math.abs(a[2 * k] - b[2 * k]) > 1e-3 ? 1 : 0;
    }
    assert.ok(turned > 0.9 * n);
    assert.ok(Math.abs(mean(x) - mean(y)) < 1e-12);
    assert.notDeepEqual(y, phaseRandomize(x, { seed: 3 }));
    assert.deepEqual(y, phaseRandomize(x, { generator: defaultRng(2) }));
  });
}

Deno.test("fft: any length is the discrete Fourier transform, and the inverse goes back", () => {
  for (const n of [1, 2, 3, 5, 8, 12, 97, 1000]) {
    const generator = defaultRng(n), x = Float64Array.from({ length: 2 * n }, () => generator.standardNormal());
    const out = new Float64Array(2 * n), back = new Float64Array(2 * n), plan = fftPlan(n);
    plan.forward(out, x);
    for (const k of [0, 1, n >> 1, n - 1].filter((k) => k < n)) {
      let re = 0, im = 0;
      for (let t = 0; t < n; t++) {
        const angle = -2 * Math.PI * ((k * t) % n) / n;
        re += x[2 * t] * Math.cos(angle) - x[2 * t + 1] * Math.sin(angle);
        im += x[2 * t] * Math.sin(angle) + x[2 * t + 1] * Math.cos(angle);
      }
      assert.ok(Math.hypot(re - out[2 * k], im - out[2 * k + 1]) < 1e-10, `${n} points, bin ${k}`);
    }
    plan.inverse(back, out);
    x.forEach((v, i) => assert.ok(Math.abs(v - back[i]) < 1e-12));
  }
});

Deno.test("cwt: without padding the record wraps round itself, at any length", () => {
  const n = 90, x = rednoise(n, 0.5, { seed: 4 }), shifted = Float64Array.from(x, (_, t) => x[(t + 30) % n]);
  const a = cwt(x, { dt: 1, pad: false }).W, b = cwt(shifted, { dt: 1, pad: false }).W;
  a.re.forEach((v, i) => {
    const t = i % n, there = i - t + (t + n - 30) % n;
    assert.ok(Math.abs(v - b.re[there]) < 1e-10);
    assert.ok(Math.abs(a.im[i] - b.im[there]) < 1e-10);
  });
});

Deno.test("cwt: is the convolution of equation 2", () => {
  // W(t) = sqrt(dt/s) sum over t' of x(t') conj(psi((t' - t) dt / s)); the integral over psi is a sum where s is large enough.
  const n = 64, dt = 0.5, x = rednoise(n, 0.5, { seed: 4 }), m = mean(x);
  for (
    const [name, parameter] of [["morlet", 6], ["paul", 4], ["paul", 3], ["dog", 2], ["dog", 3], ["dog", 6]] as const
  ) {
    const { W, scales } = cwt(x, { dt, s0: 4, J: 1, dj: 1, wavelet: { name, parameter } });
    const mother = motherFrom({ name, parameter });
    scales.forEach((s, j) => {
      for (const t of [0, 20, 63]) {
        let re = 0, im = 0;
        for (let u = 0; u < n; u++) {
          const psi = mother.psi((u - t) * dt / s);
          re += (x[u] - m) * psi.re * Math.sqrt(dt / s);
          im -= (x[u] - m) * psi.im * Math.sqrt(dt / s);
        }
        const limit = name === "paul" ? 2e-3 : 1e-6; // Paul's spectrum reaches the Nyquist frequency even here
        assert.ok(
          Math.hypot(re - W.re[j * n + t], im - W.im[j * n + t]) < limit,
          `${name} ${parameter}, scale ${s}, sample ${t}`,
        );
      }
    });
  }
});

Deno.test("detrend: constant, linear, polynomial; what is left is orthogonal to what was taken", () => {
  const n = 500, x = Float64Array.from({ length: n }, (_, t) => 5 + 0.1 * t - 1e-4 * t * t + Math.sin(t / 9));
  const flat = detrend(x, { order: "constant" });
  assert.ok(flat.every((v, t) => Math.abs(v - (x[t] - mean(x))) < 1e-12));
  assert.deepEqual(detrend(x, { order: "linear" }), detrend(x));
  assert.deepEqual(detrend(x, { order: 1 }), detrend(x));
  for (const order of [1, 2, 5, 12]) {
    const rest = detrend(x, { order });
    for (let power = 0; power <= Math.min(order, 3); power++) {
      const along = mean(rest.map((v, t) => v * (t / n) ** power));
      assert.ok(Math.abs(along) < 1e-11, `order ${order}, power ${power}: ${along}`);
    }
  }
  const cubic = Float64Array.from({ length: n }, (_, t) => (t / n) ** 3 - 2 * (t / n));
  assert.ok(detrend(cubic, { order: 3 }).every((v) => Math.abs(v) < 1e-13));
  assert.ok(detrend(cubic, { order: 2 }).some((v) => Math.abs(v) > 1e-3));
  assert.ok(detrend([3, 4], { order: 1 }).every((v) => Math.abs(v) < 1e-12));
});

Deno.test("deseason: by period and by month come to the same, and leave no mean month", () => {
  const n = 130,
    x = Float64Array.from({ length: n }, (_, t) => 10 + 5 * Math.sin(2 * Math.PI * t / 12) + Math.sin(t * t));
  const anomalies = deseason(x, { period: 12 });
  assert.deepEqual(deseason(x, { season: Array.from({ length: n }, (_, t) => (t + 3) % 12 + 1) }), anomalies);
  for (let month = 0; month < 12; month++) {
    assert.ok(Math.abs(mean(anomalies.filter((_, t) => t % 12 === month))) < 1e-12);
  }
});

Deno.test("standardize: mean 0 and standard deviation 1 at any size", () => {
  for (const factor of [1, 1e-200, 1e200]) {
    const x = standardize(rednoise(1000, 0.5, { seed: 1 }).map((v) => (v + 9) * factor));
    assert.ok(Math.abs(mean(x)) < 1e-12);
    assert.ok(Math.abs(mean(x.map((v) => v * v)) - 1) < 1e-12);
  }
});

Deno.test("fillGaps: lines, ends, limits, and none", () => {
  assert.deepEqual(fillGaps([1, 2, 3]), { values: Float64Array.of(1, 2, 3), filled: 0, gaps: [] });
  const { values, filled, gaps } = fillGaps([NaN, 1, NaN, NaN, NaN, 5, NaN, NaN], { edges: "nearest" });
  assert.deepEqual([...values], [1, 1, 2, 3, 4, 5, 5, 5]);
  assert.equal(filled, 6);
  assert.deepEqual(gaps, [{ start: 0, length: 1 }, { start: 2, length: 3 }, { start: 6, length: 2 }]);
  assert.equal(fillGaps([0, NaN, NaN, 3], { maxGap: 2 }).filled, 2);
  const x = [0, NaN, 2];
  fillGaps(x);
  assert.ok(Number.isNaN(x[1]));
});
