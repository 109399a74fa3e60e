import { constant, POINT, put } from "./point.as";
import { wrap } from "./turn.as";

/** 2^52, 1, 1/4, 3, 1/2, 1/6. */
const CONSTANTS: usize = memory.data<f64>([4503599627370496.0, 1, 0.25, 3, 0.5, 0.16666666666666667]);

/** The numbers at p and q, in a lane each. */
@inline
function both(p: usize, q: usize): v128 {
  return v128.load64_lane(p, v128.load64_splat(q), 0);
}

/**
 * Reads a filter's values at `bins` places from a table, the first at `place`, `step` apart, by cubics or, with `rough`, by straight
 * lines: times `height`, to `out`, two at a time. There are values beside those that are read.
 */
export function look64(table: usize, place: f64, step: f64, bins: i32, height: f64, rough: bool, out: usize): void {
  const places = f64x2.splat(place), steps = f64x2.splat(step), heights = f64x2.splat(height);
  for (let i: i32 = 0; i < bins; i += 2, out += 16) {
    const x = f64x2.add(places, f64x2.mul(steps, f64x2.convert_low_i32x4_s(i32x4(i, min(i + 1, bins - 1), 0, 0))));
    // Rounds to whole numbers, which are then in the lower bits.
    const large = constant<f64>(CONSTANTS, 0), whole = f64x2.add(x, large), u = f64x2.sub(x, f64x2.sub(whole, large));
    const p = table + (<usize> i32x4.extract_lane(whole, 0) << 3), q = table + (<usize> i32x4.extract_lane(whole, 2) << 3);
    const b = both(p, q), c = both(p + 8, q + 8), rise = f64x2.sub(c, b);
    let value = f64x2.add(b, f64x2.mul(u, rise));
    if (!rough) {
      const a = both(p - 8, q - 8), d = both(p + 16, q + 16), v = f64x2.sub(u, constant<f64>(CONSTANTS, 1));
      const even = f64x2.mul(f64x2.sub(f64x2.add(d, a), f64x2.add(c, b)), constant<f64>(CONSTANTS, 2));
      const odd = f64x2.sub(f64x2.sub(d, a), f64x2.mul(rise, constant<f64>(CONSTANTS, 3)));
      const middle = f64x2.mul(f64x2.sub(u, constant<f64>(CONSTANTS, 4)), constant<f64>(CONSTANTS, 5));
      value = f64x2.add(value, f64x2.mul(f64x2.mul(u, v), f64x2.add(even, f64x2.mul(odd, middle))));
    }
    value = f64x2.mul(heights, value);
    if (i + 1 < bins) v128.store(out, value);
    else v128.store64_lane(out, value, 0);
  }
}

/** Takes a cut filter's ringing off its values: at each bin from `bin` on the sum of four orders, round and round over n bins. */
export function ringing64(values: usize, bins: i32, orders: usize, bin: i32, n: i32, d0: f64, d1: f64, d2: f64, d3: f64): void {
  for (let k = wrap(bin, n); bins > 0; --bins, values += 8) {
    const p = orders + (<usize> k << 5);
    const ringing = d0 * load<f64>(p) + d1 * load<f64>(p, 8) + d2 * load<f64>(p, 16) + d3 * load<f64>(p, 24);
    store<f64>(values, load<f64>(values) - ringing);
    if (++k == <u32> n) k = 0;
  }
}

/**
 * Filters the spectra of two series: writes the points of bins from `first` on, times `values`, brought to one size, as powers of both
 * go through one transform later, where the larger one's rounding errors would drown the smaller one. Writes their mean powers to `sizes`.
 */
export function filter64(
  spectra: usize,
  n: i32,
  first: i32,
  bins: i32,
  values: usize,
  out: usize,
  sizes: usize,
): void {
  const end = out + (<usize> bins << 5), unit = f64x2.splat(1 / <f64> n), zero = f64x2.splat(0);
  let k = wrap(first, n), sum = zero;
  for (let to = out; to < end; to += POINT, values += 8) {
    const p = spectra + (<usize> k << 5), value = f64x2.mul(unit, v128.load64_splat(values));
    // Spectra have real and imaginary parts exchanged.
    const im = f64x2.mul(value, v128.load(p)), re = f64x2.mul(value, v128.load(p, 16));
    put(to, re, im);
    sum = f64x2.add(sum, f64x2.add(f64x2.mul(re, re), f64x2.mul(im, im)));
    if (++k == <u32> n) k = 0;
  }
  v128.store(sizes, sum);
  const factor = v128.and(f64x2.div(f64x2.splat(1), f64x2.sqrt(sum)), f64x2.gt(sum, zero));
  for (let to = out; to < end; to += POINT) put(to, f64x2.mul(factor, v128.load(to)), f64x2.mul(factor, v128.load(to, 16)));
}

/** The band of the series in the first lane: values times its spectrum, turned by the mother's unit, over the length. */
export function band64(spectra: usize, n: i32, first: i32, bins: i32, values: usize, re: f64, im: f64, out: usize): void {
  const unit = 1 / <f64> n;
  let k = wrap(first, n);
  for (const end = out + (<usize> bins << 4); out < end; out += 16, values += 8) {
    const p = spectra + (<usize> k << 5), value = unit * load<f64>(values);
    const b = load<f64>(p) * value, a = load<f64>(p, 16) * value; // spectra have real and imaginary parts exchanged
    // Equation 4 takes the conjugate of the wavelet.
    store<f64>(out, a * re + b * im);
    store<f64>(out, b * re - a * im, 8);
    if (++k == <u32> n) k = 0;
  }
}
