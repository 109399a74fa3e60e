/**
 * From a band of a spectrum to samples: x[p + r R] for r < M, with R = N / M, is the transform of length M of the band's bins k, each
 * turned by exp(2 pi i k p / N) and folded to k modulo M: exact, whatever M is. Lanes are neighbouring p; of two bands the first half of
 * the lanes are the first one's.
 */
import { transform } from "./fourier.as";
import { POINT, put, twist } from "./point.as";
import { turn, turnIm, turnRe, wrap } from "./turn.as";

/**
 * Turns a band to the phases p, p + 1, ... of its lanes: band holds complex values in float64, of bins from `first` on, any of
 * which may be negative. Writes points to `state`, and the turns by all lanes at once to `steps`.
 */
@inline
function spread<T>(band: usize, first: i32, bins: i32, n: i32, circle: usize, p: i32, state: usize, steps: usize): void {
  const turns = <u32> n, jump = wrap(p, n);
  let k = wrap(first, n), e = wrap(<i64> first * p, n);
  for (let i = 0; i < bins; ++i, band += 16, state += POINT, steps += 2 * sizeof<T>()) {
    let a = load<f64>(band), b = load<f64>(band, 8);
    if (p) {
      turn(circle, e);
      const re = a;
      a = re * turnRe - b * turnIm;
      b = re * turnIm + b * turnRe;
    }
    turn(circle, k);
    const c = turnRe, d = turnIm, c2 = c * c - d * d, d2 = 2 * c * d;
    const re = f64x2.replace_lane(f64x2.splat(a), 1, a * c - b * d);
    const im = f64x2.replace_lane(f64x2.splat(b), 1, a * d + b * c);
    if (sizeof<T>() == 8) {
      put(state, re, im);
      store<f64>(steps, c2);
      store<f64>(steps, d2, 8);
    } else {
      const x = f64x2.splat(c2), y = f64x2.splat(d2);
      const re2 = f64x2.sub(f64x2.mul(re, x), f64x2.mul(im, y)), im2 = f64x2.add(f64x2.mul(re, y), f64x2.mul(im, x));
      put(
        state,
        v128.shuffle<i64>(f32x4.demote_f64x2_zero(re), f32x4.demote_f64x2_zero(re2), 0, 2),
        v128.shuffle<i64>(f32x4.demote_f64x2_zero(im), f32x4.demote_f64x2_zero(im2), 0, 2),
      );
      store<f32>(steps, <f32> (c2 * c2 - d2 * d2));
      store<f32>(steps, <f32> (2 * c2 * d2), 4);
    }
    if (++k == turns) k = 0;
    e += jump;
    if (e >= turns) e -= turns;
  }
}

export function spread64(band: usize, first: i32, bins: i32, n: i32, circle: usize, p: i32, state: usize, steps: usize): void {
  spread<f64>(band, first, bins, n, circle, p, state, steps);
}

export function spread32(band: usize, first: i32, bins: i32, n: i32, circle: usize, p: i32, state: usize, steps: usize): void {
  spread<f32>(band, first, bins, n, circle, p, state, steps);
}

/**
 * As spread, for two bands: `points` have a value of both in each lane, in float64. These are the state already that float64 has at
 * phase 0, where only steps are written.
 */
@inline
function spreadTwo<T>(points: usize, first: i32, bins: i32, n: i32, circle: usize, p: i32, state: usize, steps: usize): void {
  const turns = <u32> n, jump = wrap(p, n);
  let k = wrap(first, n), e = wrap(<i64> first * p, n);
  for (let i = 0; i < bins; ++i, points += POINT, state += POINT, steps += 2 * sizeof<T>()) {
    turn(circle, k);
    const c = turnRe, d = turnIm;
    if (sizeof<T>() == 8) {
      store<f64>(steps, c);
      store<f64>(steps, d, 8);
    } else {
      let a = v128.load(points), b = v128.load(points, 16);
      if (p) {
        turn(circle, e);
        const x = f64x2.splat(turnRe), y = f64x2.splat(turnIm), re = a;
        a = f64x2.sub(f64x2.mul(re, x), f64x2.mul(b, y));
        b = f64x2.add(f64x2.mul(re, y), f64x2.mul(b, x));
      }
      const x = f64x2.splat(c), y = f64x2.splat(d);
      const re = f64x2.sub(f64x2.mul(a, x), f64x2.mul(b, y)), im = f64x2.add(f64x2.mul(a, y), f64x2.mul(b, x));
      put(
        state,
        v128.shuffle<i32>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(re), 0, 4, 1, 5),
        v128.shuffle<i32>(f32x4.demote_f64x2_zero(b), f32x4.demote_f64x2_zero(im), 0, 4, 1, 5),
      );
      store<f32>(steps, <f32> (c * c - d * d));
      store<f32>(steps, <f32> (2 * c * d), 4);
    }
    if (++k == turns) k = 0;
    e += jump;
    if (e >= turns) e -= turns;
  }
}

export function spreadTwo64(points: usize, first: i32, bins: i32, n: i32, circle: usize, p: i32, state: usize, steps: usize): void {
  spreadTwo<f64>(points, first, bins, n, circle, p, state, steps);
}

export function spreadTwo32(points: usize, first: i32, bins: i32, n: i32, circle: usize, p: i32, state: usize, steps: usize): void {
  spreadTwo<f32>(points, first, bins, n, circle, p, state, steps);
}

/** Folds the points of `state` into M points from bin `first` on; then turns each by its step, if there is more to come. */
@inline
function fold<T>(state: usize, steps: usize, first: i32, bins: i32, m: i32, more: bool, out: usize): void {
  const end = out + (<usize> m << 5), last = state + (<usize> bins << 5);
  let to = out + (<usize> wrap(first, m) << 5);
  const folds = bins > m;
  if (bins != m) memory.fill(out, 0, <usize> m << 5);
  while (state < last) {
    // Up to the end of the M points, then from their beginning.
    const stop = min(last, state + (end - to));
    for (; state < stop; state += POINT, steps += 2 * sizeof<T>(), to += POINT) {
      const re = v128.load(state), im = v128.load(state, 16);
      if (!folds) put(to, re, im);
      else put(to, v128.add<T>(v128.load(to), re), v128.add<T>(v128.load(to, 16), im));
      if (more) twist<T>(state, steps, re, im);
    }
    to = out;
  }
}

/** The first `rows` samples at each of the phases of the lanes, p, p + 1, ..., of `count` groups of lanes; the second band's to re2 and im2, if there are two. */
@inline
function samples<T>(
  plan: usize,
  order: usize,
  state: usize,
  steps: usize,
  first: i32,
  bins: i32,
  work: usize,
  re: usize,
  im: usize,
  re2: usize,
  im2: usize,
  stride: usize,
  rows: i32,
  count: i32,
): void {
  const m = load<i32>(plan), last = order + (<usize> rows << 2);
  for (let group = 0; group < count; ++group) {
    fold<T>(state, steps, first, bins, m, group + 1 < count, work);
    transform<T>(plan, work);
    if (re2) {
      const offset = <usize> group << 3;
      for (let from = order, at = offset; from < last; from += 4, at += stride) {
        const p = work + load<u32>(from), a = v128.load(p), b = v128.load(p, 16);
        v128.store64_lane(re + at, a, 0);
        v128.store64_lane(im + at, b, 0);
        v128.store64_lane(re2 + at, a, 1);
        v128.store64_lane(im2 + at, b, 1);
      }
    } else {
      const offset = <usize> group << 4;
      for (let from = order, at = offset; from < last; from += 4, at += stride) {
        const p = work + load<u32>(from);
        v128.store(re + at, v128.load(p));
        v128.store(im + at, v128.load(p, 16));
      }
    }
  }
}

export function samples64(
  plan: usize,
  order: usize,
  state: usize,
  steps: usize,
  first: i32,
  bins: i32,
  work: usize,
  re: usize,
  im: usize,
  re2: usize,
  im2: usize,
  stride: usize,
  rows: i32,
  count: i32,
): void {
  samples<f64>(plan, order, state, steps, first, bins, work, re, im, re2, im2, stride, rows, count);
}

export function samples32(
  plan: usize,
  order: usize,
  state: usize,
  steps: usize,
  first: i32,
  bins: i32,
  work: usize,
  re: usize,
  im: usize,
  re2: usize,
  im2: usize,
  stride: usize,
  rows: i32,
  count: i32,
): void {
  samples<f32>(plan, order, state, steps, first, bins, work, re, im, re2, im2, stride, rows, count);
}

/** Folds two bands, one in each lane, and transforms them: their samples at phase 0, digits reversed. */
export function pair64(plan: usize, state: usize, first: i32, bins: i32, work: usize): void {
  fold<f64>(state, 0, first, bins, load<i32>(plan), false, work);
  transform<f64>(plan, work);
}
