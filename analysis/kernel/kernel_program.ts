import { exp, unitCircle } from "../../random/mod.ts";
import { radices } from "./fft_length.ts";
import type { KernelMother } from "./kernel_mother.ts";
import { gcd, type KernelPlan, type LevelPlan, type ScalePlan } from "./kernel_plan.ts";
import { digitOrder, POINT, writeTransform } from "./transform_tables.ts";

/** Where things lie in the kernel's memory, in bytes. */
export interface KernelProgram {
  /** The record of a batch: for each sample four lanes of the first series, four of the second. */
  readonly record: number;
  /** The steps of a batch, which draw() and run() take. */
  readonly program: number;
  /** Keys of up to {@linkcode KEY_BATCHES} batches, 8 words each. */
  readonly keys: number;
  /** The histograms: 1024 counters for each tested scale. */
  readonly histogram: number;
  /** Bytes in all. Behind them is room for what a test wants to see. */
  readonly bytes: number;
}

/** What of the kernel's module is needed to write its program. */
export interface KernelTransform {
  readonly memory: WebAssembly.Memory;
  /** Transforms from natural order to reversed digits; there are zeros from `limit` on. */
  readonly transform: (plan: number, from: number, limit: number, to: number) => void;
}

/** Batches of four surrogates that one call can run. */
export const KEY_BATCHES = 64;
/** Bins of a histogram. */
export const BINS = 1024;

const PAGE = 65536;
/** Results of longer transforms are read in the order in which they lie, as a cache does not hold them. */
const SCATTERED = 2 ** 14;
/** Weights of a discrete smoothing below this share of the first end it. */
const FAINT = 1e-7;
const POWERS = 64;

/**
 * Lays tables, descriptors and buffers of a plan into the kernel's memory.
 *
 * @param plan What is computed, and how.
 * @param kernel The kernel's memory, grown as needed, and its transform.
 * @returns Where things lie.
 */
export function writeProgram(plan: KernelPlan, { memory, transform: run }: KernelTransform): KernelProgram {
  const { spec, mother, levels, scales, windows } = plan;
  let top = PAGE;
  const allocate = (bytes: number) => {
    const at = top;
    top += Math.ceil(bytes / 64) * 64;
    if (top > memory.buffer.byteLength) memory.grow(Math.ceil((top - memory.buffer.byteLength) / PAGE));
    return at;
  };
  const words = (at: number, values: ArrayLike<number>) => new Uint32Array(memory.buffer, at).set(values);
  const floats = (at: number, values: ArrayLike<number>) => new Float32Array(memory.buffer, at).set(values);

  const transforms = new Map<number, number>();
  const transform = (length: number) => {
    const at = transforms.get(length) ?? writeTransform(length, memory, allocate);
    transforms.set(length, at);
    return at;
  };

  const times = new Map<number, number>();
  const timesOf = (length: number) => {
    let at = times.get(length);
    if (at === undefined) {
      times.set(length, at = allocate(4 * length));
      const table = new Uint32Array(memory.buffer, at);
      digitOrder(radices(length)!).forEach((position, time) => table[position] = time);
    }
    return at;
  };

  // Buffers that are used again for each level and scale.
  const longest = Math.max(...levels.map((level) => Math.max(level.length, level.analytic?.length ?? 0)));
  const most = Math.max(...scales.map((scale) => scale.samples));
  const bands = scales.map((scale) => firstBin(scale, levels[scale.level], mother));
  const lowest = Math.min(0, ...bands), bins = Math.max(...scales.map((scale, i) => bands[i] + scale.samples)) - lowest;
  const tapers = scales.map((scale) => timeTaper(scale, levels[scale.level].length, mother));
  const inputs = scales.map((scale, i) => wanted(scale, levels[scale.level].length, tapers[i].reach));
  const record = allocate(POINT * spec.n), recordEnd = record + POINT * spec.n;
  const work = allocate(POINT * Math.max(longest, 2 * most));
  const spectrum1 = allocate(POINT * bins),
    spectrum2 = mother.real && levels.every((level) => !level.analytic) ? 0 : allocate(POINT * bins);
  // Room for analytic series is free again when the first scale's powers come.
  const room = allocate(Math.max(
    POWERS * Math.max(...inputs.map((input) => input.count)),
    ...levels.map(({ length, analytic }) => analytic ? POINT * Math.max(2 * length, analytic.length) : 0),
  ));
  const powers = room;
  const wholeFilter = allocate(
    4 * Math.max(0, ...scales.map(({ samples }) => filterShift(samples) > 0 ? samples + 2 ** filterShift(samples) : 0)),
  );

  // Smoothed spectra live from their scale to the last window that has it.
  const lastUse = scales.map((_, i) => windows.findLastIndex((window) => window.neighbours.some((k) => k.scale === i)));
  const rows = windows.map((window) => Math.max(...window.neighbours.map((k) => k.scale)));
  const slots = ringSize(lastUse, rows);
  const ring: number[] = [];
  for (let slot = 0; slot < slots; slot++) {
    ring.push(
      allocate(POWERS * Math.max(1, ...scales.filter((_, i) => i % slots === slot).map((scale) => scale.count))),
    );
  }
  const histogram = allocate(4 * BINS * Math.max(1, windows.length));

  const steps: number[] = [];
  let done = 0;
  scales.forEach((scale, i) => {
    if (i === levels[scale.level].scales[0]) {
      steps.push(...writeLevel(scale.level));
    }
    steps.push(2, writeScale(i));
    for (; done < windows.length && rows[done] <= i; done++) steps.push(3, writeWindow(done));
  });

  function writeLevel(level: number): [kind: number, at: number] {
    const { length, analytic, scales: [from, to] } = levels[level], at = allocate(48);
    const bandEnds = scales.slice(from, to).map((scale, k) => bands[from + k] + scale.samples);
    // Beyond the Nyquist frequency only analytic series have anything. Elsewhere filters are 0 there.
    const first = Math.max(Math.min(0, ...bands.slice(from, to)), -length / 2);
    const end = Math.min(Math.max(...bandEnds), analytic ? length : length / 2 + 1);
    const start = spectrum1 + POINT * (first - lowest);
    const second = mother.real && !analytic ? 0 : spectrum2 + POINT * (first - lowest);
    words(at, [transform(length), record, recordEnd, work, start, second, end - first, first]);
    if (!analytic) return [1, at];
    words(at + 32, [transform(analytic.length), hilbertResponse(analytic.length), room, analytic.margin]);
    return [4, at];
  }

  /** The response of the discrete Hilbert transform, 2/(pi d) at odd lags d, over i, with the factor of two transforms. */
  function hilbertResponse(size: number): number {
    const values = new Float32Array(memory.buffer, room, 8 * size).fill(0);
    for (let d = 1; d < size / 2; d += 2) {
      values[8 * d] = 2 / (Math.PI * d * size);
      values[8 * (size - d)] = -values[8 * d];
    }
    run(transform(size), room, room + POINT * size, work);
    const table = allocate(4 * size), spectrum = new Float32Array(memory.buffer, work);
    const order = digitOrder(radices(size)!);
    floats(table, Float32Array.from({ length: size }, (_, k) => spectrum[8 * order[k] + 4]));
    return table;
  }

  function writeScale(i: number): number {
    const scale = scales[i], { length } = levels[scale.level], { samples } = scale;
    const cut = levels[scale.level].analytic !== undefined, shift = filterShift(samples);
    const values = Float32Array.from(
      { length: shift > 0 ? Math.ceil(samples / 2 ** shift) + 1 : samples },
      (_, k) => filterAt(bands[i] + k * 2 ** shift, length, scale, mother, cut),
    );
    const filter = allocate(4 * values.length);
    floats(filter, values);

    const common = gcd(scale.step * samples, length);
    const phases = Math.min(length / common, scale.count), forward = scale.step * samples / common;
    const { first, count } = inputs[i], { reach, at: taper } = tapers[i], spacing = length / samples;
    const taps = tapCount(reach);
    const description = [
      transform(samples),
      filter,
      spectrum1 + POINT * (bands[i] - lowest),
      mother.real && !cut ? 0 : spectrum2 + POINT * (bands[i] - lowest),
      work,
      work + POINT * samples,
      powers,
      ((first % samples) + samples) % samples,
      count,
      ring[i % slots],
      phases,
      taps,
      POWERS * forward,
      POWERS * phases,
      !mother.real ? 0 : cut ? 3 : mother.odd ? 2 : 1,
      shift,
      wholeFilter,
      samples > SCATTERED && count <= samples ? timesOf(samples) : 0,
    ];
    const factor = spacing / scale.scale / length / length;
    for (let phase = 0; phase < phases; phase++) {
      const position = (scale.first + phase) * scale.step / spacing;
      const start = Math.ceil(position - reach), table = allocate(4 * taps);
      const coefficients = Float32Array.from({ length: taps }, (_, tap) => factor * taper(start + tap - position));
      floats(table, coefficients);
      const outputs = Math.max(0, Math.ceil((scale.count - phase) / phases));
      description.push(POWERS * (start - first), table, outputs, ring[i % slots] + POWERS * phase);
    }
    const at = allocate(4 * description.length);
    words(at, description);
    return at;
  }

  function writeWindow(j: number): number {
    const { step, first, count, neighbours } = windows[j];
    const groups = Map.groupBy(neighbours, ({ scale }) => scales[scale].step);
    const at = allocate(12 + 24 * neighbours.length + 12 * groups.size);
    words(at, [histogram + 4 * BINS * j, count, groups.size]);
    let top = at + 12;
    for (const [fine, members] of groups) {
      const ratio = step / fine;
      const start = (i: number) => ring[i % slots] + POWERS * (first * ratio - scales[i].first);
      const ones = members.filter(({ weight }) => weight === 1), others = members.filter(({ weight }) => weight !== 1);
      words(top, [POWERS * ratio, ones.length, others.length, ...ones.map(({ scale }) => start(scale))]);
      top += 12 + 4 * ones.length;
      for (const { scale, weight } of others) {
        words(top, [start(scale)]);
        floats(top + 4, [weight]);
        top += 8;
      }
    }
    return at;
  }

  const keys = allocate(32 * KEY_BATCHES), program = allocate(24 + 4 * steps.length + 8);
  words(program, [record, spec.n]);
  floats(program + 8, [...spec.g, ...spec.g.map((g) => 1 / Math.sqrt(1 - g * g))]);
  words(program + 24, [...steps, 0, 0]);
  return { record, program, keys, histogram, bytes: top };
}

/** The first bin of the band that is kept. Complex wavelets have none at and below 0. */
function firstBin(scale: ScalePlan, { length, analytic }: LevelPlan, { low, real }: KernelMother): number {
  const { samples } = scale;
  if (real) return analytic ? 0 : -samples / 2;
  const bin = Math.round(low * length / (2 * Math.PI * scale.scale));
  if (analytic) return Math.max(0, Math.min(bin, length - samples));
  return Math.max(1, Math.min(bin, Math.floor(length / 2) + 1 - samples));
}

/** Long filters are kept at every 2^shift-th bin: straight lines between 8,192 points are right to single precision. */
function filterShift(samples: number): number {
  const shift = Math.floor(Math.log2(samples / 8192));
  return shift >= 2 ? shift : 0;
}

/** The wavelet at a bin of the padded record's spectrum. */
function filterAt(bin: number, length: number, { scale, full }: ScalePlan, mother: KernelMother, cut: boolean): number {
  const w = 2 * Math.PI * bin / length, value = mother.amplitude(w * scale), twice = 2 * bin;
  // The Nyquist bin holds the frequencies pi and -pi at once, half of each.
  if (!cut) return Math.abs(twice) < length || (full && !mother.odd) ? value : 0;
  if (bin >= length) return 0;
  // The real part of an analytic transform is half the transform.
  return (mother.real ? 2 : 1) * value * (full && twice > length ? beyondNyquist(w) : 1);
}

/** Brings a wavelet that goes on beyond the Nyquist frequency smoothly to zero at twice that frequency. */
function beyondNyquist(w: number): number {
  return 1 / (1 + exp(32 * (w / Math.PI - 1.5)));
}

/** Weights of a smoothing in time by distance in samples of the scale, 0 beyond `reach`. */
interface TimeTaper {
  readonly reach: number;
  readonly at: (distance: number) => number;
}

function timeTaper(scale: ScalePlan, length: number, mother: KernelMother): TimeTaper {
  const { samples } = scale, unit = length / samples / scale.scale;
  if (scale.full) return discreteTaper(scale.scale, length, mother);
  const reach = mother.reach / unit;
  if (2 * reach < samples - 2) {
    return {
      reach,
      at: (distance) => Math.abs(distance) <= reach ? mother.envelope(distance * unit) : 0,
    };
  }
  // An envelope that reaches around the whole padded record meets itself there.
  const turns = Math.ceil(reach / samples);
  return {
    reach: samples / 2 - 1e-9,
    at: (distance) => {
      let sum = 0;
      for (let turn = -turns; turn <= turns; turn++) sum += mother.envelope((distance + turn * samples) * unit);
      return sum;
    },
  };
}

/** The transform of the envelope's response at the frequencies below Nyquist alone: what smoothing by FFT does. */
function discreteTaper(scale: number, length: number, mother: KernelMother): TimeTaper {
  const size = 4096, weights: number[] = [];
  const response = Float64Array.from(
    { length: size / 2 + 1 },
    (_, k) => mother.response(2 * Math.PI / size * k * scale),
  );
  const circle = Float64Array.from({ length: size }, (_, k) => unitCircle(k, size)[0]);
  let quiet = 0;
  for (let lag = 0; lag < Math.min(length, size) / 2 && quiet < 8; lag++) {
    let sum = (response[0] + response[size / 2] * circle[lag * size / 2 % size]) / 2;
    for (let k = 1; k < size / 2; k++) sum += response[k] * circle[lag * k % size];
    weights.push(sum * 2 / size);
    quiet = Math.abs(weights[lag]) < FAINT * weights[0] ? quiet + 1 : 0;
  }
  // As the continuous envelopes: 1 at time 0, not 1 in sum. Half a record away in either direction is one sample.
  const total = scale * mother.area, reach = Math.min(weights.length - 1, length / 2 - 1e-9);
  return { reach, at: (distance) => (weights[Math.abs(Math.round(distance))] ?? 0) * total };
}

/** How many samples within `reach` to either side; an even number, as the kernel takes two at a time. */
function tapCount(reach: number): number {
  return Math.ceil((Math.floor(2 * reach) + 1) / 2) * 2;
}

/** The powers that the smoothed values need: the first (may be negative) and how many. */
function wanted(scale: ScalePlan, length: number, reach: number): { first: number; count: number } {
  const spacing = length / scale.samples;
  const first = Math.ceil(scale.first * scale.step / spacing - reach);
  const last = Math.ceil((scale.first + scale.count - 1) * scale.step / spacing - reach) + tapCount(reach) - 1;
  return { first, count: last - first + 1 };
}

/** Least number of slots with which no smoothed spectra are overwritten while a window still needs them. */
function ringSize(lastUse: readonly number[], rows: readonly number[]): number {
  let size = 1;
  lastUse.forEach((window, i) => {
    if (window >= 0) size = Math.max(size, rows[window] - i + 1);
  });
  return size;
}
