// The AR(1) pair of one simulation a workgroup, and its mean behind it.
//
// Each thread draws EACH samples in a row and runs the recursion over them from 0; what comes before a thread's samples is
// added by a scan over the threads: y[t + EACH] has g^EACH times y[t] in it. Then the recursion runs again, from there.

@group(0) @binding(0) var<uniform> job: Job;
@group(0) @binding(1) var<storage, read> keys: array<vec2u>;
/// g^(EACH i) for i = 0 to THREADS, of both series.
@group(0) @binding(2) var<storage, read> decay: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> record: array<vec2f>;

var<workgroup> ends: array<vec2f, THREADS>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let key = keys[group.x];
  let to = group.x * job.record_stride;
  var before = vec2f(0.0);
  var sum = vec2f(0.0);
  for (var first = 0u; first < job.n; first += THREADS * EACH) {
    let start = first + thread * EACH;
    var noise: array<vec2f, EACH>;
    var y = vec2f(0.0);
    for (var i = 0u; i < EACH; i++) {
      noise[i] = random_normals(key, start + i) * select(vec2f(1.0), job.start, start + i == 0u);
      y = job.g * y + noise[i];
    }
    for (var distance = 1u; distance < THREADS; distance *= 2u) {
      ends[thread] = y;
      workgroupBarrier();
      if (thread >= distance) { y += decay[distance] * ends[thread - distance]; }
      workgroupBarrier();
    }
    ends[thread] = y;
    workgroupBarrier();
    y = decay[thread] * before;
    if (thread > 0u) { y += ends[thread - 1u]; }
    for (var i = 0u; i < EACH; i++) {
      y = job.g * y + noise[i];
      if (start + i < job.n) {
        record[to + start + i] = y;
        sum += y;
      }
    }
    before = decay[THREADS] * before + ends[THREADS - 1u];
    workgroupBarrier();
  }
  ends[thread] = sum;
  workgroupBarrier();
  for (var half = THREADS / 2u; half > 0u; half /= 2u) {
    if (thread < half) { ends[thread] += ends[thread + half]; }
    workgroupBarrier();
  }
  if (thread == 0u) { record[to + job.n] = ends[0] / f32(job.n); }
}
