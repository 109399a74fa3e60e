import { fastLengths, fftCost } from "./fft_length.ts";
import { type KernelMother, kernelMother } from "./kernel_mother.ts";
import type { MotherSpec } from "../../wavelet/mother.ts";

/** What the surrogates are and what is counted: plain data. */
export interface KernelSpec {
  /** Samples of the record. */
  readonly n: number;
  /** Time between samples. */
  readonly dt: number;
  /** All scales of the analysis, in the unit of dt, rising. */
  readonly scales: Float64Array;
  /** How many of them, from the first, are tested: each has a sample outside the cone of influence. */
  readonly tested: number;
  /** AR(1) coefficients of the two series. */
  readonly g: readonly [number, number];
  /** The mother wavelet. */
  readonly mother: MotherSpec;
  /** Weights of the neighbouring scales in the smoothing over scale, an odd number, the scale itself in the middle. */
  readonly weights: Float64Array;
  /** Fourier period divided by scale. */
  readonly flambda: number;
  /** Scale divided by the distance to the edge, on the cone of influence. */
  readonly coi: number;
  /** Samples between counted samples in units of the default (1); 0 counts every sample. For tests. */
  readonly stride?: number;
}

/** One padded length, and the scales that are computed with it. */
export interface LevelPlan {
  /** Padded length. */
  readonly length: number;
  /** Its first scale and the one behind its last. */
  readonly scales: readonly [first: number, end: number];
}

/** How one scale is computed. */
export interface ScalePlan {
  /** The scale in samples. */
  readonly scale: number;
  /** Which padded length it is computed with. */
  readonly level: number;
  /** Samples over the padded length, which are also the bins kept of the band. */
  readonly samples: number;
  /**
   * Whether this is a real wavelet's scale so small that its power, sampled once a sample of the record, folds back. The
   * analysis does just that, so the kernel follows: as many samples, smoothed by the analysis's own discrete response.
   */
  readonly folds: boolean;
  /** Samples of the record between two smoothed values. */
  readonly step: number;
  /** The first smoothed value is at time `first * step`. */
  readonly first: number;
  /** How many smoothed values. */
  readonly count: number;
}

/** What is counted at one tested scale. */
export interface WindowPlan {
  /** Samples of the record between two counted ones. */
  readonly step: number;
  /** The first counted sample is `first * step`. */
  readonly first: number;
  /** How many samples are counted a surrogate. */
  readonly count: number;
  /** The scales that are averaged, with their weights. */
  readonly neighbours: readonly { readonly scale: number; readonly weight: number }[];
}

/** How a kernel computes its surrogates. */
export interface KernelPlan {
  readonly spec: KernelSpec;
  readonly mother: KernelMother;
  readonly levels: readonly LevelPlan[];
  readonly scales: readonly ScalePlan[];
  readonly windows: readonly WindowPlan[];
}

/** More samples of one scale in one surrogate than this tell nothing: the level's error is below a tenth of a bin. */
const MOST_COUNTED = 65536;
/** Where an interval has fewer strides than this, it is sampled more densely, as the grid could be felt... */
const LEAST_COUNTED = 96;
/** ...but not more densely than this share of the stride, within which the coherence hardly changes... */
const DENSEST = 1 / 16;
/** ...as long as there are this many, or all. */
const FEWEST = 8;
/** Most different positions that output samples may have between input samples. */
const MOST_PHASES = 256;

/**
 * Chooses padded lengths, samples a scale and counted samples for the least work.
 *
 * @param spec What is to be computed.
 * @returns The plan.
 */
export function planKernel(spec: KernelSpec): KernelPlan {
  const mother = kernelMother(spec.mother);
  const { n, dt, weights, tested } = spec;
  const half = (weights.length - 1) / 2;
  const above = weights.findLastIndex((weight) => weight !== 0) - half;
  const computed = Math.min(spec.scales.length, tested + Math.max(0, above));
  const inSamples = Array.from(spec.scales.subarray(0, computed), (scale) => scale / dt);

  const windows: WindowPlan[] = [], users: number[][] = inSamples.map(() => []);
  for (let j = 0; j < tested; j++) {
    const [low, high] = outsideCone(spec, j);
    const stride = (spec.stride ?? 1) * mother.stride * inSamples[j], width = high - low + 1;
    const widest = Math.min(stride, Math.max(width / LEAST_COUNTED, stride * DENSEST), width / FEWEST);
    let step = 1;
    while (2 * step <= widest || width / step > MOST_COUNTED) step *= 2;
    const first = Math.ceil(low / step), count = Math.floor(high / step) - first + 1;
    const neighbours = [];
    for (let k = -half; k <= half; k++) {
      if (weights[k + half] !== 0 && j + k >= 0 && j + k < computed) {
        neighbours.push({ scale: j + k, weight: weights[k + half] });
        users[j + k].push(j);
      }
    }
    windows.push({ step, first, count, neighbours });
  }

  const grids = inSamples.map((_, i) => {
    const mine = users[i].map((j) => windows[j]);
    const step = Math.min(...mine.map((window) => window.step));
    const first = Math.min(...mine.map((window) => window.first * window.step)) / step;
    const last = Math.max(...mine.map((window) => (window.first + window.count - 1) * window.step)) / step;
    return { step, first, count: last - first + 1 };
  });

  const { levels, samples } = chooseLengths(n, inSamples, grids, mother);
  const scales = inSamples.map((scale, i) => ({
    scale,
    level: levels.findIndex((level) => i < level.scales[1]),
    samples: samples[i],
    folds: folds(scale, mother),
    ...grids[i],
  }));
  return { spec, mother, levels, scales, windows };
}

/** The first and last sample outside the cone of influence at a scale. */
export function outsideCone(spec: KernelSpec, j: number): [low: number, high: number] {
  const { n, dt, flambda, coi } = spec, period = flambda * spec.scales[j], centre = (n - 1) / 2;
  const outside = (t: number) => period <= flambda * coi * dt * (n / 2 - Math.abs(t - centre));
  let low = Math.max(0, Math.floor(spec.scales[j] / (coi * dt) - 0.5) - 1);
  while (low < centre && !outside(low)) low++;
  return [low, n - 1 - low];
}

interface Grid {
  readonly step: number;
  readonly first: number;
  readonly count: number;
}

/** Padded lengths and samples of each scale for the least work: one length for all scales, or two. */
function chooseLengths(
  n: number,
  scales: readonly number[],
  grids: readonly Grid[],
  mother: KernelMother,
): { levels: LevelPlan[]; samples: number[] } {
  const last = scales.length;
  let best: { cost: number; levels: LevelPlan[]; samples: number[] } | undefined;
  const tried = new Map<string, { cost: number; length: number; samples: number[] }>();
  const level = (first: number, end: number) => {
    const id = `${first},${end}`;
    let found = tried.get(id);
    if (!found) tried.set(id, found = bestLength(n, first, end, scales, grids, mother));
    return found;
  };
  for (let split = last; split > 0; split -= Math.max(1, Math.floor(last / 16))) {
    const lower = level(0, split), upper = split < last ? level(split, last) : undefined;
    const cost = lower.cost + (upper?.cost ?? 0);
    if (best && best.cost <= cost) continue;
    const levels: LevelPlan[] = [{ length: lower.length, scales: [0, split] }];
    if (upper) levels.push({ length: upper.length, scales: [split, last] });
    best = { cost, levels, samples: [...lower.samples, ...(upper?.samples ?? [])] };
  }
  return best!;
}

function bestLength(
  n: number,
  first: number,
  end: number,
  scales: readonly number[],
  grids: readonly Grid[],
  mother: KernelMother,
): { cost: number; length: number; samples: number[] } {
  const least = Math.max(32, Math.ceil(n + mother.pad * scales[end - 1]));
  let best: { cost: number; length: number; samples: number[] } | undefined;
  for (const length of fastLengths(least, 1.35 * least).slice(0, 12)) {
    let cost = fftCost(length) + 3 * length;
    const samples: number[] = [];
    for (let i = first; i < end; i++) {
      const choice = bestSamples(length, scales[i], grids[i], mother);
      cost += choice.cost;
      samples.push(choice.samples);
    }
    if (!best || cost < best.cost) best = { cost, length, samples };
  }
  return best!;
}

function folds(scale: number, mother: KernelMother): boolean {
  return mother.real && scale < mother.samples;
}

function bestSamples(
  length: number,
  scale: number,
  grid: Grid,
  mother: KernelMother,
): { cost: number; samples: number } {
  if (folds(scale, mother)) return { cost: fftCost(length), samples: length };
  const least = Math.max(16, Math.ceil(length * mother.samples / scale));
  let best: { cost: number; samples: number } | undefined;
  for (let high = least * 1.5;; high *= 2) {
    for (const samples of fastLengths(least, high)) {
      if (length / gcd(grid.step * samples, length) > MOST_PHASES) continue;
      const taps = Math.min(samples, 2 * mother.reach * scale * samples / length + 1);
      const wanted = Math.min(1, (grid.count * grid.step + 2 * mother.reach * scale) / length) * samples;
      const cost = (mother.real ? 1 : 2) * fftCost(samples) + 1.5 * wanted + 0.9 * taps * grid.count;
      if (!best || cost < best.cost) best = { cost, samples };
    }
    if (best) return best;
  }
}

/** The greatest common divisor of two whole numbers. */
export function gcd(a: number, b: number): number {
  while (b > 0) [a, b] = [b, a % b];
  return a;
}
