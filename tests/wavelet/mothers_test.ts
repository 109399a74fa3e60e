import assert from "node:assert/strict";
import { DOG, MexicanHat, Morlet, type Mother, motherFrom, Paul, significance, wct } from "../../wavelet/mod.ts";
import { InvalidArgumentError } from "../../random/mod.ts";
import { rejects } from "./refusal.ts";

const MOTHERS: Mother[] = [
  new Morlet(),
  new Morlet(8),
  new Paul(),
  new Paul(1),
  new Paul(3),
  new Paul(12),
  new DOG(),
  new DOG(1),
  new DOG(3),
  new DOG(6),
  new DOG(20),
  new MexicanHat(),
];
const title = ({ name, parameter }: Mother) => `${name} ${parameter}`;

for (const mother of MOTHERS) {
  Deno.test(`${title(mother)}: psiFt is the transform of psi, and both have unit energy`, () => {
    // The trapezoidal rule over the frequencies; Paul's spectrum ends in w^m at 0, which limits its accuracy for small m.
    const step = 0.002, [low, high] = mother.support();
    let energy = 0;
    for (let w = low; w < high; w += step) energy += mother.amplitude(w) ** 2 * step;
    assert.ok(Math.abs(energy - 1) < 1e-5, `energy ${energy}`);
    for (const t of [0, 0.3, -1, 2.5]) {
      let re = 0, im = 0;
      for (let w = low; w < high; w += step) {
        const { re: a, im: b } = mother.psiFt(w), c = Math.cos(w * t), s = Math.sin(w * t);
        re += (a * c - b * s) * step;
        im += (a * s + b * c) * step;
      }
      const psi = mother.psi(t), root = Math.sqrt(2 * Math.PI);
      assert.ok(Math.hypot(re / root - psi.re, im / root - psi.im) < 1e-5, `at ${t}`);
    }
  });

  Deno.test(`${title(mother)}: what lies beyond support() and decay() cannot be seen`, () => {
    const [low, high] = mother.support();
    const peak = Math.max(
      ...Array.from({ length: 2000 }, (_, k) => Math.abs(mother.amplitude(low + (high - low) * k / 2000))),
    );
    for (const w of [high, high * 1.1, low < 0 ? low : low - 1]) {
      assert.ok(Math.abs(mother.amplitude(w)) <= 2e-17 * peak);
    }
    const modulus = (t: number) => Math.hypot(mother.psi(t).re, mother.psi(t).im);
    const largest = Math.max(...Array.from({ length: 1000 }, (_, k) => modulus(k / 200)));
    const t = mother.decay(1e-6);
    for (const factor of [1.001, 1.1, 2]) assert.ok(modulus(factor * t) <= 1e-6 * largest * 1.001);
  });

  Deno.test(`${title(mother)}: its plain data, as JSON, makes it again`, () => {
    const again = motherFrom(JSON.parse(JSON.stringify(mother)));
    assert.deepEqual(again.toJSON(), mother.toJSON());
    assert.deepEqual([again.cdelta, again.deltaj0, again.gamma], [mother.cdelta, mother.deltaj0, mother.gamma]);
    assert.equal(again.constructor, mother.constructor);
    assert.deepEqual(structuredClone(mother.toJSON()), mother.toJSON());
  });
}

Deno.test("the smoothing's response is the transform of the wavelet's envelope", () => {
  for (const m of [1, 2, 3, 4, 7, 12]) {
    const paul = new Paul(m), envelope = (t: number) => (1 + t * t) ** (-(m + 1) / 2);
    for (const w of [0, 0.1, 1, 3, 8]) {
      let sum = 0, total = 0;
      // With t = sinh u the integrand decays exponentially.
      for (let u = -14; u <= 14; u += 0.0005) {
        const t = Math.sinh(u), weight = envelope(t) * Math.cosh(u);
        if (Math.abs(t) * w > 2000 && m === 1) continue; // oscillates faster than the steps, and cancels
        sum += weight * Math.cos(w * t);
        total += weight;
      }
      assert.ok(
        Math.abs(paul.smooth(w) - sum / total) < (m === 1 ? 1e-3 : 1e-6),
        `m ${m}, w ${w}: ${paul.smooth(w)}, ${sum / total}`,
      );
      assert.equal(paul.smooth(-w), paul.smooth(w));
    }
  }
  // m = 1 in closed form: w K_1(w)... of order 1/2 for m = 1: exp(-w).
  for (const w of [0.01, 1, 5]) assert.ok(Math.abs(new Paul(1).smooth(w) - Math.exp(-w)) < 1e-14);
  for (const w of [0.01, 1, 5]) assert.ok(Math.abs(new Paul(3).smooth(w) - (1 + w) * Math.exp(-w)) < 1e-14);
  assert.equal(new Morlet().smooth(2), Math.exp(-2));
  assert.equal(new DOG(6).smooth(2), Math.exp(-2));
});

Deno.test("the Morlet wavelet has a step at zero frequency (Table 1), which pycwt leaves out", () => {
  const mother = new Morlet();
  assert.equal(mother.amplitude(0), 0);
  assert.equal(mother.amplitude(-1), 0);
  assert.ok(mother.amplitude(-1, false) > 0);
});

Deno.test("high orders do not overflow", () => {
  for (const mother of [new Paul(12), new Paul(100), new DOG(100)]) {
    assert.ok(Number.isFinite(mother.psi(0.5).re));
    assert.ok(Number.isFinite(mother.psiFt(10).re));
    assert.ok(mother.cdelta! > 0);
  }
});

Deno.test("motherFrom: names in any case, plain data, mothers", () => {
  assert.ok(motherFrom("MORLET") instanceof Morlet);
  assert.ok(motherFrom("paul") instanceof Paul);
  assert.ok(motherFrom("DoG") instanceof DOG);
  assert.ok(motherFrom("MexicanHat") instanceof MexicanHat);
  assert.ok(motherFrom("Mexican Hat") instanceof MexicanHat);
  assert.equal(motherFrom({ name: "dog", parameter: 6 }).parameter, 6);
  const mother = new Paul(5);
  assert.equal(motherFrom(mother), mother);
});

Deno.test("motherFrom refuses what is not a mother", () => {
  rejects("wavelet", () => motherFrom("morlett"), /Did you mean "morlet"/);
  rejects("wavelet", () => motherFrom("haar"), /"morlet", "paul", "dog", "mexicanhat"/);
  rejects("wavelet", () => motherFrom(3 as unknown as string));
  rejects("wavelet", () => motherFrom(null as unknown as string));
  rejects("wavelet", () => motherFrom({} as unknown as string));
  rejects("wavelet.f0", () => new Morlet(-6));
  rejects("wavelet.f0", () => new Morlet("6" as unknown as number));
  rejects("wavelet.m", () => new Paul(0));
  rejects("wavelet.m", () => new Paul(1.5));
  rejects("wavelet.m", () => new DOG(101));
  rejects("wavelet.parameter", () => motherFrom({ name: "mexicanhat", parameter: 4 }));
  rejects("wavelet.deltaj0", () => new Morlet(8, { deltaj0: 0 }));
  rejects("wavelet.gamma", () => new DOG(4, { gamma: NaN }));
});

Deno.test("constants that are not known are refused where they are needed, and can be given", () => {
  const y1 = Array.from({ length: 64 }, (_, t) => Math.sin(t * t)),
    y2 = Array.from({ length: 64 }, (_, t) => Math.cos(t ** 3));
  rejects(
    "wavelet",
    () => wct(y1, y2, { dt: 1, wavelet: new Morlet(8) }),
    /deltaj0 is known.*new Morlet\(8, \{ deltaj0: 0.45 \}\)/,
  );
  assert.equal(wct(y1, y2, { dt: 1, wavelet: new Morlet(8, { deltaj0: 0.45 }) }).shape[1], 64);
  const options = { dt: 1, scales: [2, 4], alpha: 0 };
  rejects(
    "wavelet",
    () => significance(1, { ...options, sigmaTest: 1, dof: 10, wavelet: new DOG(4) }),
    /gamma is known/,
  );
  rejects("wavelet", () => significance(1, { ...options, sigmaTest: 2, dof: [2, 4], wavelet: new Paul(6) }), /deltaj0/);
  const given = new DOG(3, { deltaj0: 1.2 });
  rejects(
    "wavelet",
    () => significance(1, { ...options, sigmaTest: 2, dof: [2, 4], wavelet: given }),
    /reconstruction/,
  );
  assert.ok(
    significance(1, { ...options, sigmaTest: 1, dof: 10, wavelet: new DOG(4, { gamma: 1.4 }) }).significance[0] > 1,
  );
  assert.throws(() => motherFrom("x"), InvalidArgumentError);
});
