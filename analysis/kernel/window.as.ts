import { f32s } from "./lanes.as";

// Where run() writes each sample's coherence when a test wants it; 0 where none does.
let dump: usize = 0;

export function setDump(pointer: usize): void {
  dump = pointer;
}

/**
 * One tested scale: smooths over neighbouring scales, forms the coherence, counts it.
 *
 * A window: 0 histogram, 4 samples, 8 groups of neighbours whose points have the same stride: 0 stride in bytes, 4 neighbours
 * of weight 1, 8 other neighbours, then the first points of those (pointers), then first point and weight of these.
 */
export function window(w: usize, lanes: i32): void {
  const histogram = load<usize>(w), samples = load<usize>(w, 4), groups = load<i32>(w, 8);
  for (let k: usize = 0; k < samples; ++k) {
    let a = f32s(0), b = f32s(0), c = f32s(0), e = f32s(0);
    let d = w + 12;
    for (let group = 0; group < groups; ++group) {
      const offset = k * load<usize>(d), ones = load<usize>(d, 4), others = load<usize>(d, 8);
      d += 12;
      for (const end = d + (ones << 2); d < end; d += 4) {
        const p = load<usize>(d) + offset;
        a = f32x4.add(a, v128.load(p));
        b = f32x4.add(b, v128.load(p, 16));
        c = f32x4.add(c, v128.load(p, 32));
        e = f32x4.add(e, v128.load(p, 48));
      }
      for (const end = d + (others << 3); d < end; d += 8) {
        const p = load<usize>(d) + offset, weight = v128.load32_splat(d, 4);
        a = f32x4.add(a, f32x4.mul(weight, v128.load(p)));
        b = f32x4.add(b, f32x4.mul(weight, v128.load(p, 16)));
        c = f32x4.add(c, f32x4.mul(weight, v128.load(p, 32)));
        e = f32x4.add(e, f32x4.mul(weight, v128.load(p, 48)));
      }
    }
    // A smoothed power that vanishes can be rounded to 0 or below.
    const powers = f32x4.mul(a, b), squared = f32x4.add(f32x4.mul(c, c), f32x4.mul(e, e));
    const r2 = v128.and(f32x4.pmin(f32x4.div(squared, powers), f32s(1)), f32x4.gt(powers, f32s(0)));
    if (dump) {
      v128.store(dump, r2);
      dump += 16;
    }
    // 2^23 + whole number: the number is in the last bits.
    const whole = f32x4.add(f32x4.floor(f32x4.mul(r2, f32s(1024))), f32s(8388608));
    const bin = i32x4.shl(i32x4.min_s(v128.and(whole, i32x4.splat(0x7ff)), i32x4.splat(1023)), 2);
    count(histogram + i32x4.extract_lane(bin, 0));
    if (lanes > 1) count(histogram + i32x4.extract_lane(bin, 1));
    if (lanes > 2) count(histogram + i32x4.extract_lane(bin, 2));
    if (lanes > 3) count(histogram + i32x4.extract_lane(bin, 3));
  }
}

@inline
function count(p: usize): void {
  store<u32>(p, load<u32>(p) + 1);
}
