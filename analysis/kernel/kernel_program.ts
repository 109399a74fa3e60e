import { radices } from "./fft_length.ts";
import { gcd, type KernelPlan, type ScalePlan } from "./kernel_plan.ts";
import { unitCircle } from "./unit_circle.ts";

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
  /** Room for the coherence of every counted sample, four lanes each, made on demand behind everything else. */
  readonly dump: number;
  /** Bytes in all, without the dump. */
  readonly bytes: number;
}

/** Batches of four surrogates that one call can run. */
export const KEY_BATCHES = 64;
/** Bins of a histogram. */
export const BINS = 1024;

const PAGE = 65536;
const POINT = 32, POWERS = 64;

/**
 * Lays tables, descriptors and buffers of a plan into the kernel's memory.
 *
 * @param plan What is computed, and how.
 * @param memory Memory of the kernel's module, grown as needed.
 * @returns Where things lie.
 */
export function writeProgram(plan: KernelPlan, memory: WebAssembly.Memory): KernelProgram {
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
    let at = transforms.get(length);
    if (at === undefined) {
      const stages = radices(length)!;
      const order = allocate(4 * length);
      words(order, digitOrder(stages).map((position) => position * POINT));
      at = allocate(12 * (1 + stages.length));
      const description = [length, stages.length, order];
      let block = length;
      for (const radix of stages) {
        const values = twiddles(radix, block), table = allocate(4 * values.length);
        floats(table, values);
        description.push(radix, block, table);
        block /= radix;
      }
      words(at, description);
      transforms.set(length, at);
    }
    return at;
  };

  // Buffers that are used again for each level and scale.
  const longest = Math.max(...levels.map((level) => level.length));
  const most = Math.max(...scales.map((scale) => scale.samples));
  const bands = scales.map((scale) => firstBin(scale, levels[scale.level].length, mother.low, mother.real));
  const bins = Math.max(...scales.map((scale, i) => bands[i] + scale.samples)) + 1;
  const inputs = scales.map((scale) => wanted(scale, levels[scale.level].length, mother.reach));
  const record = allocate(POINT * longest);
  const work = allocate(POINT * Math.max(longest, 2 * most));
  const spectrum1 = allocate(POINT * bins), spectrum2 = allocate(POINT * bins);
  const powers = allocate(POWERS * Math.max(...inputs.map((input) => input.count)));

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
    const { length } = levels[scale.level];
    if (i === levels[scale.level].scales[0]) {
      const at = allocate(24);
      const used = Math.max(
        ...scales.map((other, k) => other.level === scale.level ? bands[k] + other.samples : 0),
      );
      words(at, [transform(length), record, work, spectrum1, spectrum2, Math.min(used, Math.floor(length / 2) + 1)]);
      steps.push(1, at);
    }
    steps.push(2, writeScale(i));
    for (; done < windows.length && rows[done] <= i; done++) steps.push(3, writeWindow(done));
  });

  function writeScale(i: number): number {
    const scale = scales[i], { length } = levels[scale.level], { samples } = scale;
    const filter = allocate(4 * samples), step = 2 * Math.PI / length * scale.scale;
    const values = new Float32Array(samples);
    for (let k = 0; k < samples; k++) {
      const bin = bands[i] + k;
      if (bin <= length / 2) values[k] = mother.amplitude(bin * step);
    }
    floats(filter, values);

    const common = gcd(scale.step * samples, length);
    const phases = Math.min(length / common, scale.count), forward = scale.step * samples / common;
    const { first, count, reach } = inputs[i], spacing = length / samples;
    // An even number, as the kernel takes two at a time.
    const taps = Math.ceil((Math.floor(2 * reach) + 1) / 2) * 2;
    const description = [
      transform(samples),
      filter,
      spectrum1 + POINT * bands[i],
      spectrum2 + POINT * bands[i],
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
    ];
    const factor = spacing / scale.scale / length / length;
    for (let phase = 0; phase < phases; phase++) {
      const position = (scale.first + phase) * scale.step / spacing;
      const start = Math.ceil(position - reach), table = allocate(4 * taps);
      const coefficients = new Float32Array(taps);
      for (let tap = 0; tap < taps; tap++) {
        const distance = Math.abs(start + tap - position);
        if (distance <= reach) coefficients[tap] = factor * mother.envelope(distance * spacing / scale.scale);
      }
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
  return { record, program, keys, histogram, dump: top, bytes: top };
}

/** Position of each frequency after a transform by decimation in frequency. */
function digitOrder(stages: readonly number[]): Uint32Array {
  let order = Uint32Array.of(0);
  for (const radix of stages.toReversed()) {
    const next = new Uint32Array(order.length * radix);
    for (let k = 0; k < next.length; k++) next[k] = (k % radix) * order.length + order[Math.floor(k / radix)];
    order = next;
  }
  return order;
}

/** exp(2 pi i j q / block) for j < block / radix, q = 1 .. radix - 1. */
function twiddles(radix: number, block: number): Float32Array {
  const columns = block / radix, values = new Float32Array(2 * (radix - 1) * columns);
  let at = 0;
  for (let j = 0; j < columns; j++) {
    for (let q = 1; q < radix; q++) {
      [values[at++], values[at++]] = unitCircle(j * q, block);
    }
  }
  return values;
}

/** The first bin of the band that is kept. Bins at and below 0 hold nothing. */
function firstBin(scale: ScalePlan, length: number, low: number, real: boolean): number {
  if (real) throw new Error("not yet");
  const { samples } = scale;
  const bin = Math.round(low * length / (2 * Math.PI * scale.scale));
  return Math.max(1, Math.min(bin, Math.floor(length / 2) + 1 - samples));
}

/** The powers that the smoothed values need: first (may be negative) and count, and the envelope's reach in such samples. */
function wanted(scale: ScalePlan, length: number, reach: number): { first: number; count: number; reach: number } {
  const spacing = length / scale.samples, width = reach * scale.scale / spacing;
  const first = Math.ceil(scale.first * scale.step / spacing - width);
  const last = Math.ceil((scale.first + scale.count - 1) * scale.step / spacing - width) + Math.floor(2 * width) + 1;
  return { first, count: last - first + 1, reach: width };
}

/** Least number of slots with which no smoothed spectra are overwritten while a window still needs them. */
function ringSize(lastUse: readonly number[], rows: readonly number[]): number {
  let size = 1;
  lastUse.forEach((window, i) => {
    if (window >= 0) size = Math.max(size, rows[window] - i + 1);
  });
  return size;
}
