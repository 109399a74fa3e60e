// Fourier transforms, sum of x[t] exp(+2 pi i k t / N), of whatever the passes before left: noise, spectra, bands of spectra.
//
// A point is two complex numbers that are transformed alike: the two series of a simulation, or one complex series of each of two
// simulations. A transform that fits is done in a workgroup's memory, by decimation in frequency. One that does not is
// `radix` transforms of `size` points: each workgroup makes the inputs of its own from all points (one pass over what caches
// hold). Where that would take too large a radix, passes over storage come first (`split`).

struct Transform {
  /// Where points come from and go to, see below.
  source: u32,
  sink: u32,
  /// Simulations a point: 1 or 2.
  lanes: u32,
  /// Transforms side by side in a workgroup.
  sequences: u32,
  /// Points of the whole transform.
  length: u32,
  /// Points of each of the independent transforms that it has come to, the radix of this pass, and their ratio.
  block: u32,
  radix: u32,
  size: u32,
  /// In `tables`: the number of stages in the workgroup and their radices; the position of each result.
  stages: u32,
  order: u32,
  /// In `circles`: the roots of unity of `length`; or every 1024th of them, and at `fine`, if above 0, the first 1024.
  circle: u32,
  fine: u32,
  /// The source: where it begins within a simulation's part, its length, the first bin or how many samples precede time 0.
  source_start: u32,
  source_length: u32,
  first: i32,
  /// In `tables`: the filter, given at every 2^shift-th bin.
  filter_start: u32,
  filter_shift: u32,
  /// The sink: where it begins, the first result that is kept, and how many (the results are a circle).
  sink_start: u32,
  sink_first: u32,
  sink_count: u32,
}

/// The records of two simulations, zeros behind them.
const RECORDS = 0u;
/// Their spectra times a response over i.
const HILBERT = 1u;
/// The analytic series of both series of a simulation.
const ANALYTIC = 2u;
/// A filtered band of the spectra of both series, from the spectrum of the two as one complex series.
const BAND = 3u;
/// The same from the spectra of the analytic series.
const ANALYTIC_BAND = 4u;
/// The same of the two as one complex series, of two simulations.
const PACKED_BAND = 5u;
/// What a split left.
const WORK = 6u;

/// The spectra of two simulations.
const SPECTRA = 0u;
/// Of the two series of one.
const SERIES_SPECTRA = 1u;
/// Powers and cross spectrum of both series' transforms; of their imaginary parts.
const POWERS = 2u;
const IMAGINARY_POWERS = 3u;
/// The same of two simulations with both series as one complex one: an even real wavelet, an odd one.
const EVEN_POWERS = 4u;
const ODD_POWERS = 5u;

@group(0) @binding(0) var<uniform> batch: vec4u;
@group(0) @binding(1) var<uniform> job: Job;
/// What each workgroup does: transform, first simulation within the tile, block, first result.
@group(0) @binding(2) var<storage, read> entries: array<vec4u>;
@group(0) @binding(3) var<storage, read> transforms: array<Transform>;
@group(0) @binding(4) var<storage, read> tables: array<u32>;
@group(0) @binding(5) var<storage, read> circles: array<vec2f>;
@group(0) @binding(6) var<storage, read> record: array<vec2f>;
@group(0) @binding(7) var<storage, read_write> spectrum: array<vec2f>;
@group(0) @binding(8) var<storage, read_write> powers: array<vec4f>;
@group(0) @binding(9) var<storage, read_write> work: array<vec4f>;

@compute @workgroup_size(THREADS)
fn transform(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let entry = entries[group.x];
  let t = transforms[entry.x];
  let simulation = group.y * job.tile + entry.y;
  if (simulation >= batch.y) { return; }
  let total = t.sequences * t.size;
  let over_size = 1.0 / f32(t.size);
  for (var i = thread; i < total; i += THREADS) {
    let sequence = quotient(i, over_size);
    points[i] = column(t, simulation + sequence * t.lanes, entry.z, i - sequence * t.size);
  }
  var block = t.size;
  let stages = tables[t.stages];
  for (var stage = 1u; stage <= stages; stage++) {
    let radix = tables[t.stages + stage];
    let columns = block / radix;
    let over_columns = 1.0 / f32(columns);
    let turn = t.length / block;
    workgroupBarrier();
    for (var i = thread; i < total / radix; i += THREADS) {
      let j = i - quotient(i, over_columns) * columns;
      butterfly(radix, (i - j) * radix + j, columns, root(t, j * turn));
    }
    block = columns;
  }
  workgroupBarrier();
  let stride = t.length / t.size;
  for (var i = thread; i < total; i += THREADS) {
    let sequence = quotient(i, over_size);
    let k = i - sequence * t.size;
    let point = points[sequence * t.size + tables[t.order + k]];
    put(t, simulation + sequence * t.lanes, entry.w + k * stride, point);
  }
}

/// One pass over storage: `entry.z` is the first of the points that a workgroup makes.
@compute @workgroup_size(THREADS)
fn split(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let entry = entries[group.x];
  let t = transforms[entry.x];
  let simulation = group.y * job.tile + entry.y;
  if (simulation >= batch.y) { return; }
  for (var i = entry.z + thread; i < min(entry.z + CAPACITY, t.length); i += THREADS) {
    let block = i / t.size;
    work[simulation * job.work_stride + t.sink_start + i] = column(t, simulation, block, i - block * t.size);
  }
}

/// Input number j of a block: a butterfly's output, from all inputs of the transform that the block is part of.
fn column(t: Transform, simulation: u32, block: u32, j: u32) -> vec4f {
  let whole = block / t.radix;
  let q = block - whole * t.radix;
  let at = whole * t.block + j;
  var sum = load(t, simulation, at);
  if (t.radix == 1u) { return sum; }
  let turn = q * (t.length / t.radix);
  var angle = 0u;
  for (var p = 1u; p < t.radix; p++) {
    angle += turn;
    if (angle >= t.length) { angle -= t.length; }
    sum += times(load(t, simulation, at + p * t.size), root(t, angle));
  }
  return times(sum, root(t, q * j * (t.length / t.block)));
}

/// exp(2 pi i k / length), k < length.
fn root(t: Transform, k: u32) -> vec2f {
  if (t.fine == 0u) { return circles[t.circle + k]; }
  return times(vec4f(circles[t.circle + (k >> 10u)], 0.0, 0.0), circles[t.fine + (k & 1023u)]).xy;
}

fn load(t: Transform, simulation: u32, index: u32) -> vec4f {
  let begin = simulation * job.spectrum_stride + t.source_start;
  switch (t.source) {
    case RECORDS: {
      return vec4f(sample(simulation, index), sample(simulation + 1u, index));
    }
    case HILBERT: {
      // The transform's sign is the inverse's, so its result N - k is the spectrum's bin k.
      let at = begin + select(t.length - index, 0u, index == 0u);
      let a = spectrum[at];
      let b = spectrum[at + job.spectrum_stride];
      return number(t.filter_start + index) * vec4f(a.y, -a.x, b.y, -b.x);
    }
    case ANALYTIC: {
      let time = i32(index) - select(i32(t.length), 0, i32(index) < i32(job.n) + t.first);
      if (time < -t.first) { return vec4f(0.0); }
      let h = spectrum[begin + u32(select(time, time + i32(t.source_length), time < 0))];
      let y = sample(simulation, u32(time));
      return vec4f(y.x, h.x, y.y, h.y);
    }
    case BAND: {
      let k = u32(t.first) + index;
      if (k >= t.source_length) { return vec4f(0.0); }
      let a = spectrum[begin + select(t.source_length - k, 0u, k == 0u)];
      let b = spectrum[begin + k];
      return 0.5 * response(t, index) * vec4f(a.x + b.x, a.y - b.y, a.y + b.y, b.x - a.x);
    }
    case ANALYTIC_BAND: {
      let k = u32(t.first) + index;
      if (k >= t.source_length) { return vec4f(0.0); }
      let at = begin + select(t.source_length - k, 0u, k == 0u);
      return 0.5 * response(t, index) * vec4f(spectrum[at], spectrum[at + t.source_length]);
    }
    case PACKED_BAND: {
      let k = t.first + i32(index);
      if (abs(k) >= i32(t.source_length)) { return vec4f(0.0); }
      let at = begin + u32(select(-k, i32(t.source_length) - k, k > 0));
      return response(t, index) * vec4f(spectrum[at], spectrum[at + job.spectrum_stride]);
    }
    default: {
      return work[simulation * job.work_stride + t.source_start + index];
    }
  }
}

/// The pair of series at a time, its mean removed, 0 behind the record.
fn sample(simulation: u32, time: u32) -> vec2f {
  if (time >= job.n) { return vec2f(0.0); }
  let begin = simulation * job.record_stride;
  return record[begin + time] - record[begin + job.n];
}

fn number(at: u32) -> f32 {
  return bitcast<f32>(tables[at]);
}

/// The filter at a bin of the band: straight lines between the bins at which it is given.
fn response(t: Transform, bin: u32) -> f32 {
  let at = t.filter_start + (bin >> t.filter_shift);
  if (t.filter_shift == 0u) { return number(at); }
  let part = f32(bin & ((1u << t.filter_shift) - 1u)) / f32(1u << t.filter_shift);
  return mix(number(at), number(at + 1u), part);
}

fn put(t: Transform, simulation: u32, index: u32, point: vec4f) {
  switch (t.sink) {
    case SPECTRA: {
      let at = simulation * job.spectrum_stride + t.sink_start + index;
      spectrum[at] = point.xy;
      spectrum[at + job.spectrum_stride] = point.zw;
    }
    case SERIES_SPECTRA: {
      let at = simulation * job.spectrum_stride + t.sink_start + index;
      spectrum[at] = point.xy;
      spectrum[at + t.length] = point.zw;
    }
    case POWERS: {
      let a = point.xy;
      let b = point.zw;
      put_powers(t, simulation, index, vec4f(dot(a, a), dot(b, b), dot(a, b), a.y * b.x - a.x * b.y));
    }
    case IMAGINARY_POWERS: {
      put_real_powers(t, simulation, index, point.yw);
    }
    case EVEN_POWERS: {
      put_real_powers(t, simulation, index, point.xy);
      put_real_powers(t, simulation + 1u, index, point.zw);
    }
    default: {
      // The wavelet's spectrum is i times the filter.
      put_real_powers(t, simulation, index, vec2f(-point.y, point.x));
      put_real_powers(t, simulation + 1u, index, vec2f(-point.w, point.z));
    }
  }
}

fn put_real_powers(t: Transform, simulation: u32, index: u32, a: vec2f) {
  put_powers(t, simulation, index, vec4f(a.x * a.x, a.y * a.y, a.x * a.y, 0.0));
}

fn put_powers(t: Transform, simulation: u32, index: u32, value: vec4f) {
  let to = simulation * job.powers_stride + t.sink_start;
  var at = index - t.sink_first;
  if (index < t.sink_first) { at += t.length; }
  for (; at < t.sink_count; at += t.length) { powers[to + at] = value; }
}
