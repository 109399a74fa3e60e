// Torrence, C., and G. P. Compo, 1998: A practical guide to wavelet analysis. Bull. Amer. Meteor. Soc., 79, 61-78.
import assert from "node:assert/strict";
import {
  ar1Spectrum,
  crossQuantile,
  cwt,
  DOG,
  icwt,
  MexicanHat,
  Morlet,
  type Mother,
  Paul,
  rednoise,
  significance,
  xwt,
} from "../../wavelet/mod.ts";

const near = (a: number, b: number, tolerance: number, what = "") =>
  assert.ok(Math.abs(a - b) <= tolerance, `${what} ${a} is not within ${tolerance} of ${b}`);

Deno.test("Table 1: Fourier wavelength and e-folding time", () => {
  // lambda of the text's examples: 1.03 s for Morlet (f0 = 6), 1.39 s for Paul (m = 4), 3.97 s for DOG (m = 2).
  near(new Morlet().flambda(), 1.03, 0.005);
  near(new Paul().flambda(), 1.396, 0.0005);
  near(new DOG().flambda(), 3.974, 0.0005);
  near(new Morlet().sup(), Math.SQRT2, 1e-15);
  near(new Paul().sup(), Math.SQRT1_2, 1e-15);
  near(new DOG().sup(), Math.SQRT2, 1e-15);
});

Deno.test("Table 2: C_delta, gamma, delta j_0, psi_0(0)", () => {
  const table: [Mother, number, number, number, number][] = [
    [new Morlet(6), 0.776, 2.32, 0.60, Math.PI ** -0.25],
    [new Paul(4), 1.132, 1.17, 1.5, 1.079],
    [new DOG(2), 3.541, 1.43, 1.4, 0.867],
    [new MexicanHat(), 3.541, 1.43, 1.4, 0.867],
    [new DOG(6), 1.966, 1.37, 0.97, 0.884],
  ];
  for (const [mother, cdelta, gamma, deltaj0, psi0] of table) {
    assert.equal(mother.cdelta, cdelta);
    assert.equal(mother.gamma, gamma);
    assert.equal(mother.deltaj0, deltaj0);
    near(mother.psi(0).re, psi0, 5e-4);
    assert.equal(mother.psi(0).im, 0);
    // What equation 13 gives in the limit of fine scales is within 2.2 % of the table.
    near(mother.reconstruction! / mother.psi(0).re, cdelta, 0.022 * cdelta);
  }
});

Deno.test("Table 2's constants where equation 13 can be done by hand", () => {
  near(new Paul(4).reconstruction! / new Paul(4).psi(0).re, Math.PI / (4 * Math.LN2), 1e-12);
  near(new Paul(2).cdelta!, Math.PI / (2 * Math.LN2), 1e-12);
  near(new DOG(2).reconstruction! / new DOG(2).psi(0).re, Math.sqrt(2 * Math.PI) / Math.LN2, 1e-12);
  near(new DOG(4).cdelta!, Math.sqrt(2 * Math.PI) * 2 / 3 / Math.LN2, 1e-12);
  assert.equal(new DOG(3).cdelta, undefined);
  assert.equal(new Morlet(3).cdelta, undefined);
});

Deno.test("equation 13, literally: the sum over scales of the transform of a delta is C_delta psi_0(0)", () => {
  const n = 1024, dt = 0.5, dj = 1 / 8, delta = new Float64Array(n);
  delta[n / 2] = 1;
  for (const mother of [new Morlet(6), new Morlet(8), new Paul(4), new Paul(2), new DOG(2), new DOG(6), new DOG(10)]) {
    // From far below the sampling interval to where nothing of the delta's spectrum is left.
    const { W, scales } = cwt(delta, { dt, dj, s0: dt / 64, J: 8 * 16, wavelet: mother, demean: false, pad: 4 * n });
    let sum = 0;
    for (let j = 0; j < scales.length; j++) sum += dj * Math.sqrt(dt / scales[j]) * W.re[j * n + n / 2];
    near(sum, mother.reconstruction!, 0.004 * mother.reconstruction!, `${mother.name} ${mother.parameter}`);
  }
});

Deno.test("equation 11: a band-limited series comes back with less than 1 % error", () => {
  const n = 600;
  const window = (t: number) => Math.exp(-(((t - n / 2) / 80) ** 2));
  const series = Float64Array.from({ length: n }, (_, t) => {
    return window(t) *
      (Math.cos(2 * Math.PI * t / 11) + 0.7 * Math.sin(2 * Math.PI * t / 23 + 1) + 0.4 * Math.cos(t / 6));
  });
  const size = Math.sqrt(series.reduce((sum, v) => sum + v * v, 0));
  const mothers = [
    new Morlet(),
    new Morlet(8),
    new Paul(),
    new Paul(2),
    new Paul(12),
    new DOG(),
    new DOG(6),
    new MexicanHat(),
  ];
  for (const mother of mothers) {
    for (const [dt, dj] of [[1, 1 / 12], [0.25, 1 / 4]]) {
      const { W, scales } = cwt(series, { dt, dj, s0: dt / 4, wavelet: mother });
      const back = icwt(W, scales, { dt, dj, wavelet: mother });
      const error = Math.sqrt(back.reduce((sum, v, t) => sum + (v - series[t]) ** 2, 0));
      assert.ok(error / size < 0.01, `${mother.name} ${mother.parameter} dt ${dt} dj ${dj}: ${error / size}`);
    }
  }
});

Deno.test("section 3d: white noise of unit variance has a mean power of 1 at every scale", () => {
  const n = 32768, x = rednoise(n, 0, { seed: 5 });
  for (const wavelet of ["morlet", "paul", "dog"]) {
    const { W, shape } = cwt(x, { dt: 1, dj: 1 / 2, s0: 8, J: 4, wavelet });
    for (let j = 0; j < shape[0]; j++) {
      let power = 0;
      for (let t = 512; t < n - 512; t++) power += W.re[j * n + t] ** 2 + W.im[j * n + t] ** 2;
      near(power / (n - 1024), 1, 0.15, `${wavelet} scale ${j}`);
    }
  }
});

Deno.test("equation 16: the red-noise background of the NINO3 example", () => {
  // alpha = 0.72 (section 4): P = (1 - a^2) / (1 + a^2 - 2 a cos(2 pi k / N)).
  const [zero, half] = ar1Spectrum([0, 0.5], 0.72);
  near(zero, (1 + 0.72) / (1 - 0.72), 1e-12);
  near(half, (1 - 0.72) / (1 + 0.72), 1e-12);
  const mean = ar1Spectrum(Float64Array.from({ length: 1000 }, (_, k) => k / 1000), 0.72).reduce((a, b) => a + b) /
    1000;
  near(mean, 1, 1e-12);
});

Deno.test("section 4, equation 18: 95 % levels of power", () => {
  const scales = [2, 8, 32];
  // Half the 95 % value of chi-square with two degrees of freedom, -ln 0.05; for real wavelets one degree: 3.841.
  const complex = significance(2, { dt: 1, scales, alpha: 0 });
  complex.significance.forEach((level) => near(level, 2 * -Math.log(0.05), 1e-12));
  significance(1, { dt: 1, scales, alpha: 0, wavelet: "dog" }).significance.forEach((v) =>
    near(v, 3.841458820694124, 1e-9)
  );
  const red = significance(1, { dt: 1, scales, alpha: 0.72 });
  red.significance.forEach((level, j) => near(level, red.fftTheor[j] * -Math.log(0.05), 1e-12));
  // The background falls to red noise's at each period; pycwt divides by n once more and has it flat.
  const period = new Morlet().flambda() * 8;
  near(red.fftTheor[1], (1 - 0.72 ** 2) / (1 + 0.72 ** 2 - 2 * 0.72 * Math.cos(2 * Math.PI / period)), 1e-12);
});

Deno.test("section 4: white noise exceeds the 95 % level 5 % of the time, at small and at large scales", () => {
  const n = 65536, x = rednoise(n, 0.5, { seed: 7 });
  const { W, scales, shape } = cwt(x, { dt: 1, dj: 1, s0: 4, J: 3 });
  const { significance: levels } = significance(x, { dt: 1, scales, alpha: 0.5 });
  for (let j = 0; j < shape[0]; j++) {
    let above = 0, seen = 0;
    for (let t = 256; t < n - 256; t++, seen++) {
      if (W.re[j * n + t] ** 2 + W.im[j * n + t] ** 2 > levels[j]) above++;
    }
    near(above / seen, 0.05, 0.013, `scale ${scales[j]}`);
  }
});

Deno.test("equation 23: averages over time", () => {
  // By SciPy 1.17: d = 2 sqrt(1 + (100 / (2.32 * 8))^2) = 10.9599, chi2.ppf(0.95, d) / d.
  const { significance: levels } = significance(1, { dt: 1, scales: [8], alpha: 0, sigmaTest: 1, dof: 100 });
  near(levels[0], 1.790219584950024, 1e-9);
  // One sample is no average: dof hardly above dofmin, level hardly below test 0's.
  const [one] = significance(1, { dt: 1, scales: [100], alpha: 0, sigmaTest: 1, dof: 1 }).significance;
  near(one, -Math.log(0.05), 1e-3);
  // One number for each scale, and neither input is changed.
  const scales = Float64Array.of(2, 4), dof = Float64Array.of(10, 0.2);
  const both = significance(1, { dt: 1, scales, alpha: 0, sigmaTest: 1, dof });
  assert.ok(both.significance[0] < both.significance[1]);
  assert.deepEqual([...scales, ...dof], [2, 4, 10, 0.2]);
});

Deno.test("equations 25 to 28: averages over scales", () => {
  const scales = Float64Array.from({ length: 13 }, (_, j) => 2 * 2 ** (j / 4));
  const { significance: levels, fftTheor } = significance(1, { dt: 1, scales, alpha: 0, sigmaTest: 2, dof: [2, 8] });
  // White noise: P is 1. S_avg = 1 / sum(1/s), S_mid = 4, 9 scales: by hand.
  const average = 1 / scales.slice(0, 9).reduce((sum, s) => sum + 1 / s, 0);
  near(fftTheor[0], 1, 1e-12);
  near(levels[0], 0.25 / (0.776 * average) * 2.006705919586403, 1e-9);
});

Deno.test("equation 31: the cross spectrum", () => {
  near(crossQuantile(0.95, 2), 3.9985223114893595, 1e-10); // root of z K_1(z) = 0.05 by mpmath
  near(crossQuantile(0.95, 1), 2.1819489839664499, 1e-10); // 2/pi times the integral of K_0, by mpmath
  near(crossQuantile(0.5, 2), 1.25715139067757, /* by mpmath */ 1e-10);
  near(crossQuantile(0.99, 3.5), 8.450954641858341, /* by mpmath, equation 30 */ 1e-9);
  const y1 = rednoise(256, 0.3, { seed: 1 }), y2 = rednoise(256, 0.6, { seed: 2 });
  const options = { dt: 1, ar1: [0.3, 0.6] } as const;
  const cross = xwt(y1, y2, options), cycles = cross.freqs;
  const [p1, p2] = [ar1Spectrum(cycles, 0.3), ar1Spectrum(cycles, 0.6)];
  cross.significance.forEach((v, j) => near(v, 3.9985223114893595 / 2 * Math.sqrt(p1[j] * p2[j]), 1e-9));
  const raw = xwt(y1.map((v) => 3 * v), y2, { ...options, normalize: false });
  const deviation = (x: Float64Array) => {
    const mean = x.reduce((a, b) => a + b) / x.length;
    return Math.sqrt(x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length);
  };
  raw.significance.forEach((v, j) => near(v, 3 * deviation(y1) * deviation(y2) * cross.significance[j], 1e-9));
});

Deno.test("the cross spectrum of independent noises exceeds its 95 % level 5 % of the time", () => {
  const n = 65536, y1 = rednoise(n, 0.7, { seed: 11 }), y2 = rednoise(n, -0.4, { seed: 12 });
  const { W12, significance: levels, shape } = xwt(y1, y2, { dt: 1, dj: 1, s0: 4, J: 2, ar1: [0.7, -0.4] });
  for (let j = 0; j < shape[0]; j++) {
    let above = 0, seen = 0;
    for (let t = 256; t < n - 256; t++, seen++) {
      above += +(Math.hypot(W12.re[j * n + t], W12.im[j * n + t]) > levels[j]);
    }
    near(above / seen, 0.05, 0.013, `scale ${j}`);
  }
});
