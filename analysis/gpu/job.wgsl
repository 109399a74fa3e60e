// What all passes share. Buffers hold one simulation after another; strides are in elements.

struct Job {
  /// Samples of the record.
  n: u32,
  /// Simulations whose work one row of workgroups does.
  tile: u32,
  record_stride: u32,
  spectrum_stride: u32,
  powers_stride: u32,
  smoothed_stride: u32,
  work_stride: u32,
  windows: u32,
  /// AR(1) coefficients, and the factors that make the first sample stationary.
  g: vec2f,
  start: vec2f,
}

/// i / divisor for i < 2^20, given 1 / divisor: far faster than a division of whole numbers.
fn quotient(i: u32, over_divisor: f32) -> u32 {
  return u32((f32(i) + 0.5) * over_divisor);
}
