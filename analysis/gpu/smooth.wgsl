// Smoothing in time: weighted sums of a scale's powers, a value each thread.

struct Scale {
  powers_start: u32,
  smoothed_start: u32,
  /// Smoothed values a simulation.
  count: u32,
  /// Values that lie alike between the powers have the same weights: phase = value % phases.
  phases: u32,
  taps: u32,
  /// Powers from one value of a phase to the next.
  forward: u32,
  /// In `tables`: the first power of each phase, and the weights, of all phases for each tap.
  starts: u32,
  weights: u32,
}

@group(0) @binding(0) var<uniform> batch: vec4u;
@group(0) @binding(1) var<uniform> job: Job;
/// What each workgroup does: scale, first of the values of a tile of simulations.
@group(0) @binding(2) var<storage, read> entries: array<vec4u>;
@group(0) @binding(3) var<storage, read> scales: array<Scale>;
@group(0) @binding(4) var<storage, read> tables: array<u32>;
@group(0) @binding(5) var<storage, read> powers: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> smoothed: array<vec4f>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let entry = entries[group.x];
  let scale = scales[entry.x];
  let i = entry.y + thread;
  let within = quotient(i, 1.0 / f32(scale.count));
  let simulation = group.y * job.tile + within;
  if (within >= job.tile || simulation >= batch.y) { return; }
  let k = i - within * scale.count;
  let period = quotient(k, 1.0 / f32(scale.phases));
  let phase = k - period * scale.phases;
  let begin = simulation * job.powers_stride + scale.powers_start + tables[scale.starts + phase] + period * scale.forward;
  var sum = vec4f(0.0);
  for (var tap = 0u; tap < scale.taps; tap++) {
    sum += bitcast<f32>(tables[scale.weights + tap * scale.phases + phase]) * powers[begin + tap];
  }
  smoothed[simulation * job.smoothed_stride + scale.smoothed_start + k] = sum;
}
