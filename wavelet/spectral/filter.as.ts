import { POINT, put } from "./point.as";
import { wrap } from "./turn.as";

/**
 * Reads a filter's values at `bins` places from a table, the first at `place`, `step` apart, by cubics or, with `rough`, by straight
 * lines: times `height`, to `out`. There are values beside those that are read.
 */
export function look64(table: usize, place: f64, step: f64, bins: i32, height: f64, rough: bool, out: usize): void {
  for (let i = 0; i < bins; ++i, out += 8) {
    // Rounds to a whole number, which is then in the lower bits.
    const x = place + <f64> i * step, whole = x + 4503599627370496.0, u = x - (whole - 4503599627370496.0);
    const p = table + (<usize> <u32> reinterpret<u64>(whole) << 3);
    const b = load<f64>(p), c = load<f64>(p, 8);
    let value = b + u * (c - b);
    if (!rough) {
      const a = load<f64>(p - 8), d = load<f64>(p, 16), v = u - 1;
      value += u * v * ((d - c - b + a) * 0.25 + (d - 3 * (c - b) - a) * (u - 0.5) * (1.0 / 6));
    }
    store<f64>(out, height * value);
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
