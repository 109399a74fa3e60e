import assert from "node:assert/strict";
import { bandRoom, canSample, sampleBands } from "../../wavelet/spectral/band_samples.ts";
import { buildSpectral } from "../../wavelet/spectral/build_spectral.ts";
import { fftPlan, realSpectrum } from "../../wavelet/fft.ts";
import { CoherencePlan, CONVENTIONS, cwt, rednoise, wct } from "../../wavelet/mod.ts";
import { fastDivisor, fastLength, isFast, SpectralEngine } from "../../wavelet/spectral/spectral_engine.ts";
import { rejects } from "./refusal.ts";

Deno.test("the transforms' module is what its source compiles to", async () => {
  const kept = await Deno.readTextFile(new URL("../../wavelet/spectral/spectral_wasm.ts", import.meta.url));
  assert.equal(kept, await buildSpectral());
});

Deno.test("lengths without prime factors other than 2, 3 and 5", () => {
  const fast = Array.from({ length: 1000 }, (_, i) => i + 1).filter((n) => {
    for (const p of [2, 3, 5]) while (n % p === 0) n /= p;
    return n === 1;
  });
  for (let n = 1; n <= 900; n++) {
    assert.equal(isFast(n), fast.includes(n));
    assert.equal(fastLength(n), fast.find((m) => m >= n));
    assert.equal(fastLength(n, 7), 7 * fast.find((m) => 7 * m >= n)!);
    assert.equal(fastDivisor(720, n), fast.find((m) => 720 % m === 0 && m >= n) ?? 720);
  }
  assert.ok(canSample(60, "single") && !canSample(30, "single") && canSample(30, "double") && !canSample(28, "double"));
});

Deno.test("spectra of two series at once are the ones that fft.js gives, and one by one", () => {
  for (const n of [1, 2, 3, 4, 5, 6, 8, 9, 15, 16, 60, 64, 100, 1024, 2048, 3000, 4050, 16384]) {
    const x = rednoise(n, 0.5, { seed: n }), y = rednoise(n, 0, { seed: n + 1 }), engine = new SpectralEngine();
    const points = engine.f64(engine.spectra(x, y, n), 4 * n);
    for (const [lane, series] of [x, y].entries()) {
      const expected = realSpectrum(series, n);
      for (let k = 0; k < n; k++) {
        const from = 4 * k + lane,
          error = Math.hypot(points[from + 2] - expected[2 * k], points[from] - expected[2 * k + 1]);
        assert.ok(error < 1e-12 * n, `n ${n}, bin ${k}: ${error}`);
      }
    }
  }
});

Deno.test("transforms of mixed lengths agree with the sum that defines them, and have inverses", () => {
  for (const n of [3, 6, 15, 48, 90, 250]) {
    const input = rednoise(2 * n, 0.2, { seed: n }), out = new Float64Array(2 * n), back = new Float64Array(2 * n);
    fftPlan(n).forward(out, input);
    for (let k = 0; k < n; k++) {
      let re = 0, im = 0;
      for (let t = 0; t < n; t++) {
        const c = Math.cos(2 * Math.PI * (k * t % n) / n), s = -Math.sin(2 * Math.PI * (k * t % n) / n);
        re += input[2 * t] * c - input[2 * t + 1] * s;
        im += input[2 * t] * s + input[2 * t + 1] * c;
      }
      assert.ok(Math.hypot(out[2 * k] - re, out[2 * k + 1] - im) < 1e-12 * n);
    }
    fftPlan(n).inverse(back, out);
    back.forEach((v, i) => assert.ok(Math.abs(v - input[i]) < 1e-13));
  }
});

for (const convention of CONVENTIONS) {
  for (const wavelet of ["morlet", "paul", "dog"]) {
    Deno.test(`${convention}, ${wavelet}: single precision and thinned output agree with the whole transform`, () => {
      for (const n of [61, 1000]) {
        const x = rednoise(n, 0.7, { seed: n }), options = { dt: 0.5, dj: 0.25, wavelet, convention } as const;
        const { W, shape: [scales], coi } = cwt(x, options);
        for (const precision of ["single", "double"] as const) {
          for (const every of [1, 2, 5, 7]) {
            const thin = cwt(x, { ...options, precision, every }), times = Math.ceil(n / every);
            assert.deepEqual(thin.shape, [scales, times]);
            assert.equal(thin.W.re.constructor, precision === "single" ? Float32Array : Float64Array);
            thin.coi.forEach((value, t) => assert.equal(value, coi[t * every]));
            for (let j = 0; j < scales; j++) {
              let most = 0, error = 0;
              for (let t = 0; t < n; t++) most = Math.max(most, Math.hypot(W.re[j * n + t], W.im[j * n + t]));
              for (let t = 0; t < times; t++) {
                const a = j * n + t * every, b = j * times + t;
                error = Math.max(error, Math.hypot(W.re[a] - thin.W.re[b], W.im[a] - thin.W.im[b]));
              }
              // Padded lengths differ, and so does what wraps around: at large scales, and where Morlet's step at frequency zero rings.
              const limit = precision === "single" ? 3e-6 : 3e-8;
              assert.ok(error < limit * most, `n ${n}, every ${every}, scale ${j}: ${error / most}`);
            }
          }
        }
      }
    });
  }
}

for (const wavelet of ["morlet", "paul", "dog"]) {
  Deno.test(`${wavelet}: coherence computed at the rate that each scale needs is the one at full rate`, () => {
    for (const n of [40, 300]) {
      const x = rednoise(n, 0.7, { seed: n }), y = rednoise(n, 0.3, { seed: n + 1 }).map((v, t) => v + x[t] / 2);
      const { coherence, smoothedPhase, shape: [scales] } = wct(x, y, { dt: 0.5, wavelet });
      const { paddedLength, lastOutside } = new CoherencePlan({ n, dt: 0.5, wavelet });
      // A length with a prime factor of 7 is not for the fast transforms.
      const whole = wct(x, y, { dt: 0.5, wavelet, pad: 28 * Math.ceil(paddedLength / 14) });
      for (let i = 0; i < scales * n; i++) {
        const limit = i < (lastOutside + 1) * n ? 2e-8 : 1e-4;
        assert.ok(Math.abs(coherence[i] - whole.coherence[i]) < limit, `n ${n}, scale ${Math.floor(i / n)}`);
        const turn = Math.sin((smoothedPhase[i] - whole.smoothedPhase[i]) / 2);
        assert.ok(coherence[i] < 1e-3 || Math.abs(turn) < 100 * limit, `n ${n}, scale ${Math.floor(i / n)}`);
      }
      for (const precision of ["double", "single"] as const) {
        for (const every of precision === "single" ? [1, 7] : [2, 3, 7]) {
          const thin = wct(x, y, { dt: 0.5, wavelet, every, precision }), times = Math.ceil(n / every);
          assert.deepEqual(thin.shape, [scales, times]);
          assert.equal(thin.coi.length, times);
          const near = precision === "double" ? 2e-8 : wavelet === "dog" ? 1e-4 : 1e-5; // the power of a real wavelet nearly vanishes at times
          for (let i = 0; i < scales * times; i++) {
            const at = Math.floor(i / times) * n + (i % times) * every,
              limit = at < (lastOutside + 1) * n ? near : 1e-4;
            assert.ok(Math.abs(thin.coherence[i] - coherence[at]) < limit, `n ${n}, every ${every}, ${precision}`);
          }
        }
      }
    }
  });
}

for (const wavelet of ["morlet", "paul", "dog"]) {
  Deno.test(`long records, ${wavelet}: filters from tables and interpolated samples are right to 2e-9, in single precision to 1e-6`, () => {
    const n = 5000, x = rednoise(n, 0.7, { seed: 1 }), y = rednoise(n, 0.3, { seed: 2 }).map((v, t) => v + x[t] / 2);
    const options = wavelet === "morlet" ? { dt: 1, dj: 0.3, J: 35, wavelet } : { dt: 1, dj: 1.5, J: 6, wavelet },
      ours = wct(x, y, options);
    const { paddedLength } = new CoherencePlan({ ...options, n });
    const whole = wct(x, y, { ...options, pad: 28 * Math.ceil(paddedLength / 14) }); // prime factor 7: at full rate
    const { W, shape: [scales] } = cwt(x, options), single = cwt(x, { ...options, precision: "single" }).W;
    const quick = wct(x, y, { ...options, precision: "single" });
    assert.ok(quick.coherence instanceof Float32Array && quick.phase instanceof Float32Array);
    for (let j = 0; j < scales; j++) {
      let most = 0, error = 0;
      for (let i = j * n; i < (j + 1) * n; i++) {
        const { coherence, phase, smoothedPhase } = whole,
          angle = (a: number, b: number) => Math.abs(Math.sin((a - b) / 2));
        assert.ok(Math.abs(ours.coherence[i] - coherence[i]) < 2e-9, `scale ${j}`);
        assert.ok(angle(ours.phase[i], phase[i]) < 1e-6, `scale ${j}`);
        assert.ok(Math.abs(quick.coherence[i] - coherence[i]) < 3e-4, `scale ${j}`);
        assert.ok(coherence[i] < 1e-2 || angle(quick.smoothedPhase[i], smoothedPhase[i]) < 1e-3, `scale ${j}`);
        most = Math.max(most, Math.hypot(W.re[i], W.im[i]));
        error = Math.max(error, Math.hypot(W.re[i] - single.re[i], W.im[i] - single.im[i]));
      }
      assert.ok(error < 1e-6 * most, `scale ${j}: ${error / most}`);
    }
  });
}

Deno.test("samples of bands of very few bins are interpolated right", () => {
  const engine = new SpectralEngine(), n = 64;
  for (const precision of ["double", "single"] as const) {
    for (const bins of [1, 2, 3, 4]) {
      const first = -5;
      engine.f64(bandRoom(engine, { bands: 1, bins }), 2 * bins).fill(1);
      const [{ re }] = sampleBands(engine, { bands: 1, first, bins, n }, { precision, count: n, near: true });
      const row = precision === "single" ? engine.f32(re, n) : engine.f64(re, n);
      row.forEach((value, t) => {
        let sum = 0; // of (1 + i) exp(i angle), its real part
        for (let k = first; k < first + bins; k++) {
          const angle = 2 * Math.PI * k * t / n;
          sum += Math.cos(angle) - Math.sin(angle);
        }
        assert.ok(Math.abs(value - sum) < (precision === "single" ? 1e-5 : 1e-11), `${precision}, ${bins} bins, ${t}`);
      });
    }
  }
});

for (const wavelet of [{ name: "dog", parameter: 3, deltaj0: 1.4 }, { name: "paul" }] as const) {
  Deno.test(`${wavelet.name}: what the Nyquist frequency cuts is smoothed alike, whatever the padding`, () => {
    const n = 127, x = rednoise(n, 0.5, { seed: 1 }), y = rednoise(n, 0.2, { seed: 2 }).map((v, t) => v + x[t] / 2);
    const options = { dt: 1, dj: 0.5, J: 5, wavelet }, far = wct(x, y, { ...options, pad: 16384 }).coherence;
    wct(x, y, options).coherence.forEach((value, i) => assert.ok(Math.abs(value - far[i]) < 2e-7, `${i}`));
  });
}

for (const wavelet of ["morlet", "dog"] as const) {
  Deno.test(`records so long that each padded length has tables of its own, ${wavelet}: the smallest scales are right`, () => {
    const n = 131_100, x = rednoise(n, 0.5, { seed: 1 }), y = rednoise(n, 0.5, { seed: 2 }).map((v, t) => v + x[t] / 2);
    const options = { n, dt: 1, s0: 1, dj: 0.5, J: 5, wavelet }, own = new CoherencePlan(options);
    const whole = new CoherencePlan({ ...options, pad: own.paddedLength }); // one length for all scales
    const names = ["coherence", "phase"] as const,
      ours = own.matrices(x, y, ...names),
      theirs = whole.matrices(x, y, ...names);
    theirs.coherence.forEach((value, i) => assert.ok(Math.abs(ours.coherence[i] - value) < 2e-9, `${i}`));
    theirs.phase.forEach((value, i) => assert.ok(Math.abs(Math.sin((ours.phase[i] - value) / 2)) < 1e-6, `${i}`));
  });
}

for (const convention of CONVENTIONS) {
  Deno.test(`${convention}: coherence in single precision is that in double, whatever the padding`, () => {
    const x = rednoise(301, 0.5, { seed: 1 }), y = rednoise(301, 0, { seed: 2 });
    for (const pad of [true, false, 1024]) {
      const whole = wct(x, y, { dt: 1, convention, pad }),
        single = wct(x, y, { dt: 1, convention, pad, precision: "single" });
      assert.ok(single.coherence instanceof Float32Array && single.smoothedPhase instanceof Float32Array);
      single.coherence.forEach((value, i) => assert.ok(Math.abs(value - whole.coherence[i]) < 1e-4, `${pad} ${i}`));
    }
  });
}

Deno.test("the rows of a scale agree with each other, in both precisions", () => {
  const x = rednoise(100, 0.5, { seed: 1 }).map((v) => 1e9 * v), y = rednoise(100, 0, { seed: 2 }).map((v) => 1e-9 * v);
  for (const convention of CONVENTIONS) {
    for (const precision of ["double", "single"] as const) {
      const tolerance = precision === "single" ? 1e-4 : 1e-9;
      const plan = new CoherencePlan({ n: 100, dt: 1, convention, precision, normalize: false });
      plan.forEachScale(x, y, (j, at) => {
        const { s11, s22, s12re, s12im, coherence, phase, smoothedPhase, w12re, w12im } = at;
        for (let t = 0; t < 100; t++) {
          const here = `${convention}, ${precision}, scale ${j}, ${t}`;
          assert.ok(Math.abs((s12re[t] ** 2 + s12im[t] ** 2) / (s11[t] * s22[t]) - coherence[t]) < tolerance, here);
          assert.ok(Math.abs(Math.sin((Math.atan2(s12im[t], s12re[t]) - smoothedPhase[t]) / 2)) < tolerance, here);
          assert.ok(Math.abs(Math.sin((Math.atan2(w12im[t], w12re[t]) - phase[t]) / 2)) < tolerance, here);
        }
      });
    }
  }
});

Deno.test("a plan may be used while it visits the scales of other records", () => {
  const x = rednoise(64, 0.5, { seed: 1 }),
    y = rednoise(64, 0, { seed: 2 }),
    plan = new CoherencePlan({ n: 64, dt: 1 });
  const { coherence } = plan.matrices(x, y, "coherence"), reversed = plan.matrices(y, x, "phase").phase;
  plan.forEachScale(x, y, (j, at) => {
    if (j % 20 === 3) assert.deepEqual(plan.matrices(y, x, "phase").phase, reversed);
    assert.deepEqual(at.coherence, coherence.slice(64 * j, 64 * (j + 1)));
  });
});

Deno.test("what is computed when it is read belongs to the result like the rest", () => {
  const x = rednoise(64, 0.5, { seed: 1 }), y = rednoise(64, 0, { seed: 2 });
  const { phase } = structuredClone(wct(x, y, { dt: 1 })), { fft } = structuredClone(cwt(x, { dt: 1 }));
  assert.deepEqual(phase, wct(x, y, { dt: 1 }).phase);
  assert.deepEqual(fft, cwt(x, { dt: 1 }).fft);
});

Deno.test("more than all samples left out: the first is delivered", () => {
  const x = rednoise(64, 0, { seed: 1 }), y = rednoise(64, 0.5, { seed: 2 });
  const few = { dt: 1, every: 64 }, none = { dt: 1, every: 1e12 };
  assert.deepEqual(wct(x, y, none).coherence, wct(x, y, few).coherence);
  assert.deepEqual(cwt(x, none).W, cwt(x, few).W);
});

Deno.test("scales may be beyond all measure", () => {
  const x = rednoise(32, 0, { seed: 1 }), options = { dt: 1, s0: 1, dj: 1, J: 60 };
  assert.ok(cwt(x, options).W.re.every(Number.isFinite) && wct(x, x, options).coherence.every(Number.isFinite));
});

Deno.test("cwt and wct reject precisions and thinnings that there are not", () => {
  const x = rednoise(16, 0, { seed: 1 }), y = rednoise(16, 0, { seed: 2 });
  rejects("precision", () => wct(x, y, { dt: 1, precision: "half" as "single" }));
  rejects("precision", () => cwt(x, { dt: 1, precision: "half" as "single" }));
  rejects("every", () => cwt(x, { dt: 1, every: 0 }));
  rejects("every", () => cwt(x, { dt: 1, every: 1.5 }));
});

Deno.test("angles are those of Math.atan2, in all eighths of a turn, on the axes and at the origin", () => {
  const engine = new SpectralEngine(),
    values = [0, -0, 1, -1, 1e-300, -1e-300, 1e300, -1e300, 0.41421356237309503, 3, -7];
  for (let k = 0; k < 500; k++) values.push(Math.sin(k * k) * 10 ** (k % 7 - 3));
  const pairs = values.flatMap((y, i) =>
    [...values.slice(0, 11), values[(7 * i) % values.length], y].map((x) => [y, x])
  );
  if (pairs.length % 2) pairs.pop();
  const n = pairs.length, y = engine.room("y", 8 * n), x = engine.room("x", 8 * n), out = engine.room("out", 8 * n);
  engine.f64(y, n).set(pairs.map((pair) => pair[0]));
  engine.f64(x, n).set(pairs.map((pair) => pair[1]));
  engine.run.angles64(y, x, n, out);
  const angles = engine.f64(out, n);
  for (const [i, [im, re]] of pairs.entries()) {
    if (re === 0 && im === 0) assert.equal(Math.abs(angles[i]), 0);
    else assert.ok(Math.abs(angles[i] - Math.atan2(im, re)) < 9e-16, `atan2(${im}, ${re}): ${angles[i]}`);
  }
});
