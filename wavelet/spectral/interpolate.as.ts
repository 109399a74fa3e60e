import { POINT, put } from "./point.as";
import { turn, turnIm, turnRe, wrap } from "./turn.as";

/** Turns the values of a register back by the real and imaginary parts at v and v + 16, and stores them. */
@inline
function store<T>(re: usize, im: usize, x: v128, y: v128, turns: usize): void {
  if (turns) {
    const c = v128.load(turns), s = v128.load(turns, 16);
    v128.store(re, v128.sub<T>(v128.mul<T>(x, c), v128.mul<T>(y, s)));
    v128.store(im, v128.add<T>(v128.mul<T>(x, s), v128.mul<T>(y, c)));
  } else {
    v128.store(re, x);
    v128.store(im, y);
  }
}

/** The lanes of a register, the last one first. */
@inline
function reversed<T>(a: v128): v128 {
  return sizeof<T>() == 8 ? v128.shuffle<i64>(a, a, 1, 0) : v128.shuffle<i32>(a, a, 3, 2, 1, 0);
}

/**
 * Samples between coarse ones, R to each: sample r R + p is the sum over k < taps of weight k of p times the coarse sample r + k,
 * where weight k of p is weight taps - 1 - k of R - 1 - p. So the sums and differences of coarse samples that lie opposite make two
 * samples at once. Weights lie in registers of p < R / 2, those of the sums and of the differences in turn.
 *
 * A band that was moved from bin `center` to bin 0 is turned back: by exp(2 pi i center r / M), and by exp(2 pi i center p / N), of
 * which `turns` has a register of real parts, then one of imaginary parts, in turn. Without turns the center is 0. `splats` is room
 * for the coarse samples in use.
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
  const bytes = <usize> R * sizeof<T>(), opposite = <usize> (taps - 1) * sizeof<T>(), last = splats + (<usize> taps << 5);
  const jump = wrap(center, m);
  let e: u32 = 0;
  for (; count > 0; --count, re += sizeof<T>(), im += sizeof<T>(), outRe += bytes, outIm += bytes) {
    if (turns) {
      turn(circle, e);
      e += jump;
      if (e >= <u32> m) e -= <u32> m;
    }
    const c = <T> turnRe, s = <T> turnIm;
    for (let at = splats, from: usize = 0, to = opposite; at < last; at += 2 * POINT, from += sizeof<T>(), to -= sizeof<T>()) {
      const a = load<T>(re + from), b = load<T>(im + from), x = load<T>(re + to), y = load<T>(im + to);
      const p = a + x, q = b + y, u = a - x, v = b - y;
      if (turns) {
        put(at, v128.splat<T>(p * c - q * s), v128.splat<T>(p * s + q * c));
        put(at + POINT, v128.splat<T>(u * c - v * s), v128.splat<T>(u * s + v * c));
      } else {
        put(at, v128.splat<T>(p), v128.splat<T>(q));
        put(at + POINT, v128.splat<T>(u), v128.splat<T>(v));
      }
    }
    for (let p: usize = 0, w = weights, q = bytes - 32; p < bytes >> 1; p += 32, q -= 32) {
      let x0 = i64x2.splat(0), y0 = i64x2.splat(0), x1 = i64x2.splat(0), y1 = i64x2.splat(0);
      let u0 = i64x2.splat(0), v0 = i64x2.splat(0), u1 = i64x2.splat(0), v1 = i64x2.splat(0);
      for (let at = splats; at < last; at += 2 * POINT, w += 64) {
        const a = v128.load(at), b = v128.load(at, 16), c = v128.load(at, 32), d = v128.load(at, 48);
        const w0 = v128.load(w), w1 = v128.load(w, 16), w2 = v128.load(w, 32), w3 = v128.load(w, 48);
        x0 = v128.add<T>(x0, v128.mul<T>(w0, a));
        y0 = v128.add<T>(y0, v128.mul<T>(w0, b));
        x1 = v128.add<T>(x1, v128.mul<T>(w1, a));
        y1 = v128.add<T>(y1, v128.mul<T>(w1, b));
        u0 = v128.add<T>(u0, v128.mul<T>(w2, c));
        v0 = v128.add<T>(v0, v128.mul<T>(w2, d));
        u1 = v128.add<T>(u1, v128.mul<T>(w3, c));
        v1 = v128.add<T>(v1, v128.mul<T>(w3, d));
      }
      const v = turns ? turns + 2 * p : 0, u = turns ? turns + 2 * q : 0;
      store<T>(outRe + p, outIm + p, v128.add<T>(x0, u0), v128.add<T>(y0, v0), v);
      store<T>(outRe + p + 16, outIm + p + 16, v128.add<T>(x1, u1), v128.add<T>(y1, v1), turns ? v + 32 : 0);
      store<T>(outRe + q, outIm + q, reversed<T>(v128.sub<T>(x1, u1)), reversed<T>(v128.sub<T>(y1, v1)), u);
      store<T>(
        outRe + q + 16,
        outIm + q + 16,
        reversed<T>(v128.sub<T>(x0, u0)),
        reversed<T>(v128.sub<T>(y0, v0)),
        turns ? u + 32 : 0,
      );
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
