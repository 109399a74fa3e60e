import { POINT, put } from "./point.as";
import { turn, turnIm, turnRe, wrap } from "./turn.as";

/**
 * Samples between coarse ones, R to each: sample r R + p is the sum over k < taps of weight k of p times the coarse sample r + k.
 * Weights lie in groups of two registers' p, tap after tap. A band that was moved from bin `center` to bin 0 is turned back: by
 * exp(2 pi i center r / M), and by exp(2 pi i center p / N), of which `turns` has two registers of real parts, then two of imaginary
 * parts, in turn. Without turns the center is 0. `splats` is room for the coarse samples in use.
 */
@inline
function interpolate<T>(
  re: usize,
  im: usize,
  weights: usize,
  taps: i32,
  R: i32,
  count: i32,
  turns: usize,
  center: i32,
  m: i32,
  circle: usize,
  splats: usize,
  outRe: usize,
  outIm: usize,
): void {
  const groups = <usize> R * sizeof<T>() >> 5, last = splats + (<usize> taps << 5), jump = wrap(center, m);
  let e: u32 = 0;
  for (; count > 0; --count, re += sizeof<T>(), im += sizeof<T>()) {
    if (turns) {
      turn(circle, e);
      e += jump;
      if (e >= <u32> m) e -= <u32> m;
    } else {
      turnRe = 1;
      turnIm = 0;
    }
    const c = <T> turnRe, s = <T> turnIm;
    for (let at = splats, from: usize = 0; at < last; at += POINT, from += sizeof<T>()) {
      const a = load<T>(re + from), b = load<T>(im + from);
      put(at, v128.splat<T>(a * c - b * s), v128.splat<T>(a * s + b * c));
    }
    let w = weights, v = turns;
    for (const end = outRe + (groups << 5); outRe < end; outRe += 32, outIm += 32) {
      let x0 = i64x2.splat(0), y0 = i64x2.splat(0), x1 = i64x2.splat(0), y1 = i64x2.splat(0);
      for (let at = splats; at < last; at += POINT, w += 32) {
        const a = v128.load(at), b = v128.load(at, 16), w0 = v128.load(w), w1 = v128.load(w, 16);
        x0 = v128.add<T>(x0, v128.mul<T>(w0, a));
        y0 = v128.add<T>(y0, v128.mul<T>(w0, b));
        x1 = v128.add<T>(x1, v128.mul<T>(w1, a));
        y1 = v128.add<T>(y1, v128.mul<T>(w1, b));
      }
      if (turns) {
        const c0 = v128.load(v), c1 = v128.load(v, 16), s0 = v128.load(v, 32), s1 = v128.load(v, 48);
        v += 64;
        const z0 = v128.sub<T>(v128.mul<T>(x0, c0), v128.mul<T>(y0, s0));
        const z1 = v128.sub<T>(v128.mul<T>(x1, c1), v128.mul<T>(y1, s1));
        y0 = v128.add<T>(v128.mul<T>(x0, s0), v128.mul<T>(y0, c0));
        y1 = v128.add<T>(v128.mul<T>(x1, s1), v128.mul<T>(y1, c1));
        x0 = z0;
        x1 = z1;
      }
      put(outRe, x0, x1);
      put(outIm, y0, y1);
    }
  }
}

export function interpolate64(
  re: usize,
  im: usize,
  weights: usize,
  taps: i32,
  R: i32,
  count: i32,
  turns: usize,
  center: i32,
  m: i32,
  circle: usize,
  splats: usize,
  outRe: usize,
  outIm: usize,
): void {
  interpolate<f64>(re, im, weights, taps, R, count, turns, center, m, circle, splats, outRe, outIm);
}

export function interpolate32(
  re: usize,
  im: usize,
  weights: usize,
  taps: i32,
  R: i32,
  count: i32,
  turns: usize,
  center: i32,
  m: i32,
  circle: usize,
  splats: usize,
  outRe: usize,
  outIm: usize,
): void {
  interpolate<f32>(re, im, weights, taps, R, count, turns, center, m, circle, splats, outRe, outIm);
}
