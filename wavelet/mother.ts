import { InvalidArgumentError, requireOneOf } from "../random/mod.ts";
import type { Complex } from "./complex.ts";
import { DOG, MexicanHat } from "./dog.ts";
import { Morlet } from "./morlet.ts";
import { Paul } from "./paul.ts";

/** The names of the mothers there are. */
export type MotherName = "morlet" | "paul" | "dog" | "mexicanhat";

/** A mother wavelet as plain data, which can be written down or sent to another process. */
export interface MotherSpec {
  /** Which mother. */
  readonly name: MotherName;
  /** The Morlet wavelet's f0, or the order m of the others. Left out: 6, 4, 2 and 2. */
  readonly parameter?: number;
  /** Decorrelation factor in time, where Torrence and Compo (1998) tabulate none. */
  readonly gamma?: number;
  /** Decorrelation length in scale, in octaves, where Torrence and Compo (1998) tabulate none. */
  readonly deltaj0?: number;
}

/** The empirical constants of a mother, for parameters that Torrence and Compo (1998) do not tabulate. */
export interface MotherConstants {
  /** Decorrelation factor in time, gamma in Table 2. */
  readonly gamma?: number;
  /** Decorrelation length in scale, delta j_0 in Table 2, in octaves. */
  readonly deltaj0?: number;
}

/**
 * A mother wavelet, after Table 1 of Torrence and Compo (1998). Times are in units of the scale, angular frequencies in
 * radians per scale.
 *
 * {@linkcode Mother.psiFt} is the Fourier transform of {@linkcode Mother.psi},
 * `psiFt(w) = (2 pi)^(-1/2) times the integral of psi(t) exp(-i w t) dt`, so both have unit energy.
 */
export interface Mother {
  /** Which mother. */
  readonly name: MotherName;
  /** The Morlet wavelet's f0, or the order m of the others. */
  readonly parameter: number;
  /** Degrees of freedom of one wavelet power: 2 for complex mothers, 1 for real ones. */
  readonly dofmin: 1 | 2;
  /** Reconstruction factor C_delta as Table 2 gives it, else computed; undefined where a delta cannot be reconstructed. */
  readonly cdelta: number | undefined;
  /** C_delta times psi_0(0) by equation 13, computed: what the inverse divides by. Undefined as `cdelta`. */
  readonly reconstruction: number | undefined;
  /** Decorrelation factor in time (Table 2), undefined where neither tabulated nor given. */
  readonly gamma: number | undefined;
  /** Decorrelation length in scale in octaves (Table 2), undefined where neither tabulated nor given. */
  readonly deltaj0: number | undefined;
  /** psiFt(w) is `turn` times the real {@linkcode Mother.amplitude}(w). */
  readonly turn: Complex;

  /** The wavelet at time t. */
  psi(t: number): Complex;
  /** Its Fourier transform at angular frequency w. */
  psiFt(w: number): Complex;
  /** The real factor of {@linkcode Mother.psiFt}. With `step` false the Morlet wavelet keeps its tail at negative w. */
  amplitude(w: number, step?: boolean): number;
  /** The angular frequencies beyond which the amplitude is below 1e-17 of its peak. */
  support(step?: boolean): readonly [low: number, high: number];
  /** Fourier period divided by scale. */
  flambda(): number;
  /** Scale divided by the distance to the edge at which the edge's effect has fallen by e^2 (inverse of the e-folding time). */
  coi(): number;
  /** The e-folding time, in scales. */
  sup(): number;
  /** The time beyond which |psi| stays below `tolerance` of its maximum. */
  decay(tolerance: number): number;
  /** Response at angular frequency w of the smoothing in time: the transform of the wavelet's envelope, 1 at w = 0. */
  smooth(w: number): number;
  /** The plain-data form, from which {@linkcode motherFrom} makes the mother again. */
  toJSON(): MotherSpec;
}

/** What a `wavelet` option takes: a mother, its name in any case, or its plain-data form. */
export type WaveletLike = Mother | MotherSpec | string;

const NAMES: readonly MotherName[] = ["morlet", "paul", "dog", "mexicanhat"];

/**
 * Makes a mother wavelet from its name or its plain-data form; returns a mother as it is.
 *
 * @example
 * ```ts
 * import { Morlet, motherFrom, type MotherSpec } from "@morlet/morlet/wavelet";
 * import assert from "node:assert/strict";
 *
 * assert.equal(motherFrom("Paul").parameter, 4);
 * const sent: MotherSpec = JSON.parse(JSON.stringify(new Morlet(8, { deltaj0: 0.45 })));
 * assert.deepEqual(sent, { name: "morlet", parameter: 8, deltaj0: 0.45 });
 * assert.equal(motherFrom(sent).deltaj0, 0.45);
 * ```
 *
 * @param wavelet A mother, its name in any case, or its plain-data form.
 * @returns The mother.
 * @throws {InvalidArgumentError} If there is no such mother, or its parameter cannot be used.
 */
export function motherFrom(wavelet: WaveletLike): Mother {
  if (isMother(wavelet)) return wavelet;
  const isSpec = typeof wavelet === "object" && wavelet !== null && "name" in wavelet;
  if (typeof wavelet !== "string" && !isSpec) {
    throw new InvalidArgumentError("wavelet", wavelet, `a mother wavelet, its plain-data form, or a name`);
  }
  const spec: { name: unknown; parameter?: number } & MotherConstants = isSpec ? wavelet : { name: wavelet };
  const name = typeof spec.name === "string" ? spec.name.toLowerCase().replaceAll(/[\s_-]/g, "") : spec.name;
  requireOneOf("wavelet", name, NAMES);
  const { parameter } = spec;
  switch (name) {
    case "morlet":
      return new Morlet(parameter, spec);
    case "paul":
      return new Paul(parameter, spec);
    case "dog":
      return new DOG(parameter, spec);
    case "mexicanhat":
      if (parameter !== undefined && parameter !== 2) {
        throw new InvalidArgumentError("wavelet.parameter", parameter, `2 for "mexicanhat"`, {
          hint: `Other derivatives are "dog"`,
        });
      }
      return new MexicanHat(spec);
    default:
      return name satisfies never;
  }
}

/** The mother's decorrelation length in scale, or a refusal that says how to give it. */
export function requireDeltaj0(mother: Mother): number {
  if (mother.deltaj0 !== undefined) return mother.deltaj0;
  throw missing(mother, "deltaj0", mother.name === "morlet" ? `${round(3.6 / mother.parameter)}` : "1.4");
}

/** The mother's decorrelation factor in time, or a refusal that says how to give it. */
export function requireGamma(mother: Mother): number {
  if (mother.gamma !== undefined) return mother.gamma;
  throw missing(mother, "gamma", mother.name === "morlet" ? "2.32" : "1.4");
}

function missing(mother: Mother, constant: "gamma" | "deltaj0", example: string): InvalidArgumentError {
  const made = `${mother.constructor.name}(${mother.parameter}, { ${constant}: ${example} })`;
  return new InvalidArgumentError(
    "wavelet",
    `${mother.name}(${mother.parameter})`,
    `a mother whose ${constant} is known: Torrence and Compo (1998) tabulate it for Morlet 6, Paul 4, DOG 2 and DOG 6 only`,
    { hint: `Give your own, as in new ${made}` },
  );
}

function round(x: number): number {
  return Number(x.toPrecision(2));
}

function isMother(wavelet: unknown): wavelet is Mother {
  return typeof wavelet === "object" && wavelet !== null &&
    typeof (wavelet as Partial<Mother>).amplitude === "function" &&
    typeof (wavelet as Partial<Mother>).psi === "function";
}
