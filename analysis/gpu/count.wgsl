// Smoothing over neighbouring scales, coherence, histogram: for each workgroup some samples of a tested scale in one
// batch of simulations.

struct Window {
  /// Counted samples a simulation.
  count: u32,
  /// Its part of `neighbours`.
  neighbours: u32,
  neighbours_end: u32,
}

@group(0) @binding(0) var<uniform> batch: vec4u;
@group(0) @binding(1) var<uniform> job: Job;
/// Window, first sample of those of the batch.
@group(0) @binding(2) var<storage, read> entries: array<vec4u>;
@group(0) @binding(3) var<storage, read> windows: array<Window>;
/// For each neighbour in scale the place of its first value, the distance to the next, and its weight.
@group(0) @binding(4) var<storage, read> neighbours: array<vec4u>;
@group(0) @binding(5) var<storage, read> smoothed: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> histogram: array<atomic<u32>>;
/// For each batch and window the counts above each threshold.
@group(0) @binding(7) var<storage, read_write> above: array<atomic<u32>>;

var<workgroup> counts: array<atomic<u32>, BINS>;
var<workgroup> between: array<u32, THRESHOLDS>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let entry = entries[group.x];
  let window = windows[entry.x];
  let first = group.y * BATCH;
  let end = min(entry.y + COUNTED, window.count * min(BATCH, batch.y - first));
  let over_count = 1.0 / f32(window.count);
  for (var i = entry.y + thread; i < end; i += THREADS) {
    let within = quotient(i, over_count);
    let value = coherence(window, first + within, i - within * window.count);
    atomicAdd(&counts[min(u32(value * f32(BINS)), BINS - 1u)], 1u);
  }
  workgroupBarrier();
  for (var b = thread; b < BINS; b += THREADS) {
    let count = atomicLoad(&counts[b]);
    if (count > 0u) { atomicAdd(&histogram[entry.x * BINS + b], count); }
  }
  for (var k = thread; k < THRESHOLDS; k += THREADS) {
    var sum = 0u;
    for (var b = k * (BINS / THRESHOLDS); b < (k + 1u) * (BINS / THRESHOLDS); b++) { sum += atomicLoad(&counts[b]); }
    between[k] = sum;
  }
  workgroupBarrier();
  for (var k = thread; k < THRESHOLDS; k += THREADS) {
    var sum = 0u;
    for (var l = k; l < THRESHOLDS; l++) { sum += between[l]; }
    if (sum > 0u) { atomicAdd(&above[(group.y * job.windows + entry.x) * THRESHOLDS + k], sum); }
  }
}

fn coherence(window: Window, simulation: u32, k: u32) -> f32 {
  var sum = vec4f(0.0);
  let begin = simulation * job.smoothed_stride;
  for (var i = window.neighbours; i < window.neighbours_end; i++) {
    let neighbour = neighbours[i];
    sum += bitcast<f32>(neighbour.z) * smoothed[begin + neighbour.x + k * neighbour.y];
  }
  // A smoothed power that vanishes can be rounded to 0 or below.
  let powers = sum.x * sum.y;
  return select(0.0, min((sum.z * sum.z + sum.w * sum.w) / powers, 1.0), powers > 0.0);
}
