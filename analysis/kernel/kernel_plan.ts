import { fastLengths, fftCost } from "./fft_length.ts";
import { type KernelMother, kernelMother } from "./kernel_mother.ts";
import type { CoherencePlan, MotherSpec, ScaleWindow } from "../../wavelet/mod.ts";

/** What the surrogates are and what is counted: plain data. */
export interface KernelSpec {
  /** Samples of the record. */
  readonly n: number;
  /** Time between samples. */
  readonly dt: number;
  /** All scales of the analysis, in the unit of dt, rising. */
  readonly scales: Float64Array;
  /** AR(1) coefficients of the two series. */
  readonly g: readonly [number, number];
  /** The mother wavelet. */
  readonly mother: MotherSpec;
  /** The smoothing window over scales. At the ends of the axis what sticks out is dropped. */
  readonly window: ScaleWindow;
  /**
   * The tested scales, from the first: for each the samples outside the cone of influence, `end` not among them; none where they are
   * counted elsewhere.
   */
  readonly outside: readonly { readonly start: number; readonly end: number }[];
  /** Time between counted samples in units of the default (1); 0 counts every sample. */
  readonly stride?: number;
}

/**
 * What a kernel needs to follow an analysis: its scales, its window over scales, its cone.
 *
 * @param plan An analysis that is not truncated before smoothing.
 * @param g AR(1) coefficients of the two series.
 * @returns The specification, for all scales of the plan that have a sample outside the cone.
 */
export function kernelSpecOf(plan: CoherencePlan, g: readonly [number, number]): KernelSpec {
  const { n, dt, scales, mother, window, lastOutside } = plan;
  const outside = Array.from({ length: lastOutside + 1 }, (_, j) => plan.outside(j));
  return { n, dt, scales, g, mother: mother.toJSON(), window, outside };
}

/** One padded length, and the scales that are computed with it. */
export interface LevelPlan {
  /** Padded length. */
  readonly length: number;
  /** Its first scale and the one behind its last. */
  readonly scales: readonly [first: number, end: number];
  /** Where the Nyquist frequency cuts the wavelets: the length of the Hilbert transform, and the samples kept at either end. */
  readonly analytic: { readonly length: number; readonly margin: number } | undefined;
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
   * Whether the scale is so small that what it has beyond the Nyquist frequency folds back. The analysis, which has a value at
   * every sample of the record, does just that, so the kernel follows: as many samples, smoothed by the discrete response.
   */
  readonly full: boolean;
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
  /** What was asked for. */
  readonly spec: KernelSpec;
  /** The mother wavelet, with what sampling it takes. */
  readonly mother: KernelMother;
  /** The padded lengths. */
  readonly levels: readonly LevelPlan[];
  /** The computed scales: the tested ones, and larger ones that their smoothing windows need. */
  readonly scales: readonly ScalePlan[];
  /** The tested scales. */
  readonly windows: readonly WindowPlan[];
}

/** More samples of one scale in one surrogate than this tell nothing: the level's error is below a tenth of a bin. */
export const MOST_COUNTED = 16384;
/** Where an interval has fewer strides than this, it is sampled more densely, as the grid could be felt... */
const LEAST_COUNTED = 96;
/** ...but not more densely than this share of the stride, within which the coherence hardly changes... */
const DENSEST = 1 / 16;
/** ...as long as there are this many, or all. */
const FEWEST = 8;
/** Of longer transforms only a few lengths are used, as each needs tables. */
const LONG = 2 ** 20;
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
  const { n, dt, outside, window } = spec, tested = outside.length;
  // The largest weight is 1, which spares the kernel multiplications. Coherence does not depend on their sum.
  const largest = Math.max(...window.weights), weights = window.weights.map((weight) => weight / largest);
  const behind = window.first + weights.findLastIndex((weight) => weight > 0);
  const computed = Math.min(spec.scales.length, tested + Math.max(0, behind));
  // Scales before the first that a counted one needs do not appear.
  const before = Math.max(0, outside.findIndex(({ start, end }) => end > start) + Math.min(0, window.first));
  const inSamples = Array.from(spec.scales.subarray(before, computed), (scale) => scale / dt);

  const windows: WindowPlan[] = [], users: number[][] = inSamples.map(() => []);
  for (let j = 0; j < tested; j++) {
    const low = outside[j].start, high = outside[j].end - 1, neighbours: WindowPlan["neighbours"][number][] = [];
    if (high < low) {
      windows.push({ step: 1, first: 0, count: 0, neighbours });
      continue;
    }
    const stride = (spec.stride ?? 1) * mother.stride * inSamples[j - before], width = high - low + 1;
    const widest = Math.min(stride, Math.max(width / LEAST_COUNTED, stride * DENSEST), width / FEWEST);
    let step = 1;
    while (2 * step <= widest || width / step > MOST_COUNTED) step *= 2;
    const first = Math.ceil(low / step), count = Math.floor(high / step) - first + 1;
    weights.forEach((weight, k) => {
      const scale = j + window.first + k - before;
      if (weight === 0 || scale < 0 || scale >= inSamples.length) return;
      neighbours.push({ scale, weight });
      users[scale].push(j);
    });
    windows.push({ step, first, count, neighbours });
  }

  const grids = inSamples.map((_, i) => {
    const mine = users[i].map((j) => windows[j]);
    if (mine.length === 0) return { step: 1, first: 0, count: 1 }; // a gap in the window
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
    full: scale < mother.fullBelow,
    ...grids[i],
  }));
  return { spec, mother, levels, scales, windows };
}

interface Grid {
  readonly step: number;
  readonly first: number;
  readonly count: number;
}

/** Work in units of {@linkcode fftCost}, and what it is for. */
interface Choice {
  readonly cost: number;
  readonly levels: readonly LevelPlan[];
  readonly samples: readonly number[];
}

/**
 * Padded lengths and samples of each scale for the least work: a length for the scales that the Nyquist frequency cuts, and one
 * or two for the others.
 */
function chooseLengths(n: number, scales: readonly number[], grids: readonly Grid[], mother: KernelMother): Choice {
  const last = scales.length, tried = new Map<string, Choice>();
  const level = (first: number, end: number): Choice => {
    if (first === end) return { cost: 0, levels: [], samples: [] };
    const id = `${first},${end}`;
    let found = tried.get(id);
    if (!found) tried.set(id, found = bestLength(n, first, end, scales, grids, mother));
    return found;
  };
  const cut = scales.findLastIndex((scale) => scale < mother.cutBelow) + 1;
  let best: Choice | undefined;
  for (let split = last; split > cut || split === last; split -= Math.max(1, Math.floor((last - cut) / 16))) {
    const parts = [level(0, cut), level(cut, split), level(split, last)];
    const cost = parts.reduce((sum, part) => sum + part.cost, 0);
    if (best && best.cost <= cost) continue;
    best = { cost, levels: parts.flatMap((part) => part.levels), samples: parts.flatMap((part) => part.samples) };
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
): Choice {
  const largest = scales[end - 1], full = scales[first] < mother.fullBelow;
  const special = scales[first] < mother.cutBelow, cut = special && (!mother.real || mother.odd);
  const margin = Math.ceil(2 * mother.pad * largest) + (full ? mother.ringing : 0);
  const pad = cut ? 2 * margin : Math.max(mother.pad * largest, special ? mother.ringing : 0);
  const least = Math.max(32, Math.ceil(n + pad));
  // The Hilbert transform must not wrap around: from any sample of the record to any that is kept.
  const hilbert = cut ? fastLengths(2 * (n + margin), 2.5 * (n + margin) + 64) : [];
  hilbert.sort((a, b) => fftCost(a) - fftCost(b));
  let best: Choice | undefined;
  for (const length of fastLengths(least, 1.35 * least).slice(0, 12)) {
    let cost = (cut ? 2 * fftCost(hilbert[0]) + 2 * fftCost(length) : fftCost(length)) + 3 * length;
    const samples: number[] = [];
    for (let i = first; i < end; i++) {
      const choice = bestSamples(length, scales[i], grids[i], mother);
      cost += choice.cost;
      samples.push(choice.samples);
    }
    if (best && best.cost <= cost) continue;
    best = {
      cost,
      levels: [{ length, scales: [first, end], analytic: cut ? { length: hilbert[0], margin } : undefined }],
      samples,
    };
  }
  return best!;
}

function bestSamples(
  length: number,
  scale: number,
  grid: Grid,
  mother: KernelMother,
): { cost: number; samples: number } {
  if (scale < mother.fullBelow) return { cost: 2 * fftCost(length) + 100 * grid.count, samples: length };
  const least = Math.max(16, Math.ceil(length * mother.samples / scale));
  let best: { cost: number; samples: number } | undefined;
  // Only if nothing fits are more positions allowed.
  for (let phases = MOST_PHASES;; phases *= 8) {
    for (const samples of fastLengths(least, least * 2)) {
      const long = samples > LONG;
      if (long && !isRound(samples)) continue;
      if (length / gcd(grid.step * samples, length) > (long ? 16 : 1) * phases) continue;
      const taps = Math.min(samples, 2 * mother.reach * scale * samples / length + 1);
      const wanted = Math.min(1, (grid.count * grid.step + 2 * mother.reach * scale) / length) * samples;
      const cost = (mother.real ? 1 : 2) * fftCost(samples) + 1.5 * wanted + 0.9 * taps * grid.count;
      if (!best || cost < best.cost) best = { cost, samples };
    }
    if (best) return best;
  }
}

/** Whether a number is 2^k times 1, 5/4 or 3/2. */
function isRound(samples: number): boolean {
  while (samples % 2 === 0) samples /= 2;
  return samples <= 5;
}

/** The greatest common divisor of two whole numbers. */
export function gcd(a: number, b: number): number {
  while (b > 0) [a, b] = [b, a % b];
  return a;
}
