import { defaultRng, type Entropy, InvalidArgumentError } from "../random/mod.ts";

/** What draws are taken from: the `Generator` of `@morlet/morlet/random`, or anything alike. */
export interface RandomSource {
  /** A number in [0, 1). */
  random(): number;
  /** A normal of mean 0 and standard deviation 1. */
  standardNormal(): number;
}

/** Where a function's draws come from: a generator, or the seed of a fresh one. One of them is needed. */
export interface RandomOptions {
  /** A generator, which moves on. */
  generator?: RandomSource;
  /** The seed of a fresh generator, as `defaultRng` takes it. */
  seed?: Entropy;
}

/** The source that the options name. There is no hidden one, as its draws could not be repeated. */
export function randomSource(options: RandomOptions): RandomSource {
  const { generator, seed } = options;
  if (generator === undefined) {
    if (seed === undefined) throw new InvalidArgumentError("seed", seed, "given, or else a generator");
    return defaultRng(seed);
  }
  if (seed !== undefined) throw new InvalidArgumentError("seed", seed, "left out where there is a generator");
  if (typeof generator?.random !== "function" || typeof generator.standardNormal !== "function") {
    throw new InvalidArgumentError("generator", generator, "a generator, with random() and standardNormal()");
  }
  return generator;
}
