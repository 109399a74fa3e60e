/**
 * AssemblyScript: Fourier transforms of several series at once, one in each lane of a SIMD register: two in float64, four in
 * float32 (the type T). Nothing is allocated here: whoever calls lays tables and buffers into memory (spectral_engine.ts).
 *
 * A point is 32 bytes: the lanes' real parts, then their imaginary parts.
 */

const POINT: usize = 32;

@inline
function put(p: usize, re: v128, im: v128): void {
  v128.store(p, re);
  v128.store(p, im, 16);
}

/** Stores a value times the twiddle at w. */
@inline
function twist<T>(p: usize, w: usize, re: v128, im: v128): void {
  const c = v128.load_splat<T>(w), s = v128.load_splat<T>(w + sizeof<T>());
  v128.store(p, v128.sub<T>(v128.mul<T>(re, c), v128.mul<T>(im, s)));
  v128.store(p, v128.add<T>(v128.mul<T>(re, s), v128.mul<T>(im, c)), 16);
}

// ---- Fourier transform: sum of x[t] exp(+2 pi i k t / N), decimation in frequency, in place, digits reversed ----
//
// A plan: 0 length, 4 number of stages, then for each stage 0 radix, 4 block length, 8 twiddles (a pointer).
// Twiddles of a stage: for each j < block/radix, exp(2 pi i j q / block) for q = 1 .. radix - 1, real then imaginary part.

const STAGE: usize = 12;
/** Blocks that a core's first cache holds are finished before the next is begun. */
const CACHED: i32 = 1024;

/** The last stage: blocks of four, which are not turned. */
function last4<T>(data: usize, total: i32): void {
  for (let p = data, end = data + (<usize> total << 5); p < end; p += 4 * POINT) {
    const ar = v128.load(p), ai = v128.load(p, 16), br = v128.load(p, 32), bi = v128.load(p, 48);
    const cr = v128.load(p, 64), ci = v128.load(p, 80), dr = v128.load(p, 96), di = v128.load(p, 112);
    const t0r = v128.add<T>(ar, cr), t0i = v128.add<T>(ai, ci), t1r = v128.sub<T>(ar, cr), t1i = v128.sub<T>(ai, ci);
    const t2r = v128.add<T>(br, dr), t2i = v128.add<T>(bi, di), t3r = v128.sub<T>(br, dr), t3i = v128.sub<T>(bi, di);
    put(p, v128.add<T>(t0r, t2r), v128.add<T>(t0i, t2i));
    put(p + 32, v128.sub<T>(t1r, t3i), v128.add<T>(t1i, t3r));
    put(p + 64, v128.sub<T>(t0r, t2r), v128.sub<T>(t0i, t2i));
    put(p + 96, v128.add<T>(t1r, t3i), v128.sub<T>(t1i, t3r));
  }
}

function stage4<T>(data: usize, total: i32, block: i32, twiddles: usize): void {
  const m = block >> 2, q = <usize> m << 5, end = data + (<usize> total << 5), jump = 3 * q;
  if (m == 1) {
    last4<T>(data, total);
    return;
  }
  let p = data;
  while (p < end) {
    const stop = p + q;
    for (let w = twiddles; p < stop; p += POINT, w += 6 * sizeof<T>()) {
      const b = p + q, c = b + q, d = c + q;
      const ar = v128.load(p), ai = v128.load(p, 16), br = v128.load(b), bi = v128.load(b, 16);
      const cr = v128.load(c), ci = v128.load(c, 16), dr = v128.load(d), di = v128.load(d, 16);
      const t0r = v128.add<T>(ar, cr), t0i = v128.add<T>(ai, ci), t1r = v128.sub<T>(ar, cr), t1i = v128.sub<T>(ai, ci);
      const t2r = v128.add<T>(br, dr), t2i = v128.add<T>(bi, di), t3r = v128.sub<T>(br, dr), t3i = v128.sub<T>(bi, di);
      put(p, v128.add<T>(t0r, t2r), v128.add<T>(t0i, t2i));
      twist<T>(b, w, v128.sub<T>(t1r, t3i), v128.add<T>(t1i, t3r));
      twist<T>(c, w + 2 * sizeof<T>(), v128.sub<T>(t0r, t2r), v128.sub<T>(t0i, t2i));
      twist<T>(d, w + 4 * sizeof<T>(), v128.add<T>(t1r, t3i), v128.sub<T>(t1i, t3r));
    }
    p += jump;
  }
}

function stage2<T>(data: usize, total: i32, block: i32, twiddles: usize): void {
  const m = block >> 1, q = <usize> m << 5, end = data + (<usize> total << 5);
  let p = data;
  while (p < end) {
    const stop = p + q;
    for (let w = twiddles; p < stop; p += POINT, w += 2 * sizeof<T>()) {
      const b = p + q;
      const ar = v128.load(p), ai = v128.load(p, 16), br = v128.load(b), bi = v128.load(b, 16);
      put(p, v128.add<T>(ar, br), v128.add<T>(ai, bi));
      twist<T>(b, w, v128.sub<T>(ar, br), v128.sub<T>(ai, bi));
    }
    p += q;
  }
}

function stage3<T>(data: usize, total: i32, block: i32, twiddles: usize): void {
  const q = <usize> (block / 3) << 5, end = data + (<usize> total << 5);
  const h = v128.splat<T>(<T> 0.5), k = v128.splat<T>(<T> 0.86602540378443864676);
  let p = data;
  while (p < end) {
    const stop = p + q;
    for (let w = twiddles; p < stop; p += POINT, w += 4 * sizeof<T>()) {
      const b = p + q, c = b + q;
      const ar = v128.load(p), ai = v128.load(p, 16);
      const br = v128.load(b), bi = v128.load(b, 16), cr = v128.load(c), ci = v128.load(c, 16);
      const sr = v128.add<T>(br, cr), si = v128.add<T>(bi, ci);
      const dr = v128.mul<T>(k, v128.sub<T>(br, cr)), di = v128.mul<T>(k, v128.sub<T>(bi, ci));
      const er = v128.sub<T>(ar, v128.mul<T>(h, sr)), ei = v128.sub<T>(ai, v128.mul<T>(h, si));
      put(p, v128.add<T>(ar, sr), v128.add<T>(ai, si));
      twist<T>(b, w, v128.sub<T>(er, di), v128.add<T>(ei, dr));
      twist<T>(c, w + 2 * sizeof<T>(), v128.add<T>(er, di), v128.sub<T>(ei, dr));
    }
    p += 2 * q;
  }
}

function stage5<T>(data: usize, total: i32, block: i32, twiddles: usize): void {
  const q = <usize> (block / 5) << 5, end = data + (<usize> total << 5);
  const c1 = v128.splat<T>(<T> 0.30901699437494742410), c2 = v128.splat<T>(<T> -0.80901699437494742410);
  const s1 = v128.splat<T>(<T> 0.95105651629515357212), s2 = v128.splat<T>(<T> 0.58778525229247312917);
  let p = data;
  while (p < end) {
    const stop = p + q;
    for (let w = twiddles; p < stop; p += POINT, w += 8 * sizeof<T>()) {
      const b = p + q, c = b + q, d = c + q, e = d + q;
      const ar = v128.load(p), ai = v128.load(p, 16);
      let xr = v128.load(b), xi = v128.load(b, 16), yr = v128.load(e), yi = v128.load(e, 16);
      const p1r = v128.add<T>(xr, yr), p1i = v128.add<T>(xi, yi), m1r = v128.sub<T>(xr, yr), m1i = v128.sub<T>(xi, yi);
      xr = v128.load(c), xi = v128.load(c, 16), yr = v128.load(d), yi = v128.load(d, 16);
      const p2r = v128.add<T>(xr, yr), p2i = v128.add<T>(xi, yi), m2r = v128.sub<T>(xr, yr), m2i = v128.sub<T>(xi, yi);
      put(p, v128.add<T>(ar, v128.add<T>(p1r, p2r)), v128.add<T>(ai, v128.add<T>(p1i, p2i)));
      const u1r = v128.add<T>(ar, v128.add<T>(v128.mul<T>(c1, p1r), v128.mul<T>(c2, p2r)));
      const u1i = v128.add<T>(ai, v128.add<T>(v128.mul<T>(c1, p1i), v128.mul<T>(c2, p2i)));
      const v1r = v128.add<T>(v128.mul<T>(s1, m1r), v128.mul<T>(s2, m2r));
      const v1i = v128.add<T>(v128.mul<T>(s1, m1i), v128.mul<T>(s2, m2i));
      const u2r = v128.add<T>(ar, v128.add<T>(v128.mul<T>(c2, p1r), v128.mul<T>(c1, p2r)));
      const u2i = v128.add<T>(ai, v128.add<T>(v128.mul<T>(c2, p1i), v128.mul<T>(c1, p2i)));
      const v2r = v128.sub<T>(v128.mul<T>(s2, m1r), v128.mul<T>(s1, m2r));
      const v2i = v128.sub<T>(v128.mul<T>(s2, m1i), v128.mul<T>(s1, m2i));
      twist<T>(b, w, v128.sub<T>(u1r, v1i), v128.add<T>(u1i, v1r));
      twist<T>(c, w + 2 * sizeof<T>(), v128.sub<T>(u2r, v2i), v128.add<T>(u2i, v2r));
      twist<T>(d, w + 4 * sizeof<T>(), v128.add<T>(u2r, v2i), v128.sub<T>(u2i, v2r));
      twist<T>(e, w + 6 * sizeof<T>(), v128.add<T>(u1r, v1i), v128.sub<T>(u1i, v1r));
    }
    p += 4 * q;
  }
}

function stage<T>(data: usize, total: i32, description: usize): void {
  const radix = load<i32>(description), block = load<i32>(description, 4), twiddles = load<usize>(description, 8);
  if (radix == 4) stage4<T>(data, total, block, twiddles);
  else if (radix == 3) stage3<T>(data, total, block, twiddles);
  else if (radix == 5) stage5<T>(data, total, block, twiddles);
  else stage2<T>(data, total, block, twiddles);
}

/** The stages from `description` on, of `length` points that are blocks of that stage. */
function stages<T>(data: usize, length: i32, description: usize, end: usize): void {
  if (description == end) return;
  const block = load<i32>(description, 4), size = <usize> block << 5;
  for (const last = data + (<usize> length << 5); data < last; data += size) {
    if (block <= CACHED) {
      for (let d = description; d < end; d += STAGE) stage<T>(data, block, d);
    } else {
      stage<T>(data, block, description);
      stages<T>(data, block, description + STAGE, end);
    }
  }
}

@inline
function transform<T>(plan: usize, data: usize): void {
  stages<T>(data, load<i32>(plan), plan + 8, plan + 8 + STAGE * load<usize>(plan, 4));
}

/** Transforms the plan's length of points in place, from natural order to reversed digits. */
export function transform64(plan: usize, data: usize): void {
  transform<f64>(plan, data);
}

/** As transform64, in float32. */
export function transform32(plan: usize, data: usize): void {
  transform<f32>(plan, data);
}

/** Writes transformed points in natural order. */
export function sort64(points: usize, order: usize, n: i32, out: usize): void {
  for (const end = order + (<usize> n << 2); order < end; order += 4, out += POINT) {
    const p = points + load<u32>(order);
    put(out, v128.load(p), v128.load(p, 16));
  }
}

// ---- From a band of a spectrum to samples ----
//
// x[p + r R] for r < M, with R = N / M, is the transform of length M of the band's bins k, each turned by exp(2 pi i k p / N) and
// folded to k modulo M: exact, whatever M is. Lanes are neighbouring p, or several bands at one p.

/** exp(2 pi i e / N) from tables of 256 fine steps and N / 256 coarse ones. */
let turnRe: f64 = 0, turnIm: f64 = 0;

@inline
function turn(circle: usize, e: u32): void {
  const fine = circle + ((<usize> e & 255) << 4), coarse = circle + 4096 + (<usize> (e >> 8) << 4);
  const a = load<f64>(fine), b = load<f64>(fine, 8), c = load<f64>(coarse), d = load<f64>(coarse, 8);
  turnRe = a * c - b * d;
  turnIm = a * d + b * c;
}

/** k modulo n, of either sign. */
@inline
function wrap(k: i64, n: i32): u32 {
  const rest = k % <i64> n;
  return <u32> (rest < 0 ? rest + <i64> n : rest);
}

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

/** The first `rows` samples at each of the phases of the lanes, p, p + 1, ..., of `count` groups of lanes. */
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
  stride: usize,
  rows: i32,
  count: i32,
): void {
  const m = load<i32>(plan);
  for (; count > 0; --count, re += 16, im += 16) {
    fold<T>(state, steps, first, bins, m, count > 1, work);
    transform<T>(plan, work);
    for (let r: usize = 0, from = order, at: usize = 0; r < <usize> rows; ++r, from += 4, at += stride) {
      const p = work + load<u32>(from);
      v128.store(re + at, v128.load(p));
      v128.store(im + at, v128.load(p, 16));
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
  stride: usize,
  rows: i32,
  count: i32,
): void {
  samples<f64>(plan, order, state, steps, first, bins, work, re, im, stride, rows, count);
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
  stride: usize,
  rows: i32,
  count: i32,
): void {
  samples<f32>(plan, order, state, steps, first, bins, work, re, im, stride, rows, count);
}

/** Folds two bands, one in each lane, and transforms them: their samples at phase 0, digits reversed. */
export function pair64(plan: usize, state: usize, first: i32, bins: i32, work: usize): void {
  fold<f64>(state, 0, first, bins, load<i32>(plan), false, work);
  transform<f64>(plan, work);
}

// ---- Interpolation ----

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

// ---- Filters ----

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

// ---- Powers and cross spectra ----

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

/** The points of one of the two series, as a band of complex values. */
export function lane64(points: usize, bins: i32, lane: i32, out: usize): void {
  for (let p = points + (<usize> lane << 3), end = p + (<usize> bins << 5); p < end; p += POINT, out += 16) {
    store<f64>(out, load<f64>(p));
    store<f64>(out, load<f64>(p, 16), 8);
  }
}

/** The cross spectrum W1 conj(W2) of n samples of two transforms, in place of the first. */
@inline
function cross<T>(re1: usize, im1: usize, re2: usize, im2: usize, n: i32): void {
  for (const end = re1 + <usize> n * sizeof<T>(); re1 < end; re1 += 16, im1 += 16, re2 += 16, im2 += 16) {
    const a = v128.load(re1), b = v128.load(im1), c = v128.load(re2), d = v128.load(im2);
    v128.store(re1, v128.add<T>(v128.mul<T>(a, c), v128.mul<T>(b, d)));
    v128.store(im1, v128.sub<T>(v128.mul<T>(b, c), v128.mul<T>(a, d)));
  }
}

export function cross64(re1: usize, im1: usize, re2: usize, im2: usize, n: i32): void {
  cross<f64>(re1, im1, re2, im2, n);
}

export function cross32(re1: usize, im1: usize, re2: usize, im2: usize, n: i32): void {
  cross<f32>(re1, im1, re2, im2, n);
}

/** Powers |W1|^2 + i |W2|^2 in one lane, the cross spectrum in the other, in natural order; the imaginary part comes first. */
export function powers64(work: usize, order: usize, m: i32, out: usize): void {
  for (const end = order + (<usize> m << 2); order < end; order += 4, out += POINT) {
    const p = work + load<u32>(order);
    const a = load<f64>(p), c = load<f64>(p, 8), b = load<f64>(p, 16), d = load<f64>(p, 24);
    store<f64>(out, c * c + d * d);
    store<f64>(out, b * c - a * d, 8);
    store<f64>(out, a * a + b * b, 16);
    store<f64>(out, a * c + b * d, 24);
  }
}

/**
 * The smoothed spectra of powers and cross spectrum, from transformed points of {@link powers64}: for each bin k from 0 to `half`
 * 8 numbers, the first power at k, the second one, and the cross spectrum at k and at -k. Undoes what {@link filter64} did to sizes.
 */
export function smooth64(points: usize, order: usize, m: i32, half: i32, response: usize, sizes: usize, out: usize): void {
  const size1 = load<f64>(sizes), size2 = load<f64>(sizes, 8), cross = Math.sqrt(size1 * size2);
  for (let k = 0; k <= half; ++k, response += 8, out += 64) {
    const p = points + load<u32>(order + (<usize> k << 2)), q = points + load<u32>(order + (<usize> (k ? m - k : 0) << 2));
    const value = load<f64>(response) / <f64> m, a = 0.5 * value * size1, b = 0.5 * value * size2, c = value * cross;
    const xr = load<f64>(p, 16), xi = load<f64>(p), yr = load<f64>(q, 16), yi = load<f64>(q);
    store<f64>(out, a * (xr + yr));
    store<f64>(out, a * (xi - yi), 8);
    store<f64>(out, b * (xi + yi), 16);
    store<f64>(out, b * (yr - xr), 24);
    store<f64>(out, c * load<f64>(p, 24), 32);
    store<f64>(out, c * load<f64>(p, 8), 40);
    // Bins m/2 and -m/2 are one.
    const mirror = 2 * k == m ? 0 : c;
    store<f64>(out, mirror * load<f64>(q, 24), 48);
    store<f64>(out, mirror * load<f64>(q, 8), 56);
  }
}

/** Adds the weighted smoothed spectra of neighbouring scales. Each neighbour is 0 spectra (a pointer), 4 number of bins, 8 weight. */
export function gather64(neighbours: usize, count: i32, bins: i32, out: usize): void {
  memory.fill(out, 0, <usize> bins << 6);
  for (const last = neighbours + (<usize> count << 4); neighbours < last; neighbours += 16) {
    const weight = v128.load64_splat(neighbours, 8);
    let from = load<usize>(neighbours), to = out;
    for (const end = from + (load<usize>(neighbours, 4) << 6); from < end; from += 16, to += 16) {
      v128.store(to, f64x2.add(v128.load(to), f64x2.mul(weight, v128.load(from))));
    }
  }
}

/** Bands from -half to half of both powers, times their factors squared, as one complex series, and of the cross spectrum. */
export function bands64(spectra: usize, half: i32, root1: f64, root2: f64, powers: usize, cross: usize): void {
  const middle = <usize> half << 4, factor1 = root1 * root1, factor2 = root2 * root2, both = f64x2.splat(root1 * root2);
  for (let k: usize = 0; k <= middle; k += 16, spectra += 64) {
    const a = factor1 * load<f64>(spectra), b = factor1 * load<f64>(spectra, 8);
    const c = factor2 * load<f64>(spectra, 16), d = factor2 * load<f64>(spectra, 24);
    v128.store(cross + middle - k, f64x2.mul(both, v128.load(spectra, 48)));
    v128.store(cross + middle + k, f64x2.mul(both, v128.load(spectra, 32)));
    store<f64>(powers + middle - k, a + d);
    store<f64>(powers + middle - k, c - b, 8);
    store<f64>(powers + middle + k, a - d);
    store<f64>(powers + middle + k, b + c, 8);
  }
}

// ---- Coherence ----

/** Averages rows of neighbouring scales, `bytes` of each. Each neighbour is 0 rows (a pointer), 8 weight. */
export function boxcar64(neighbours: usize, count: i32, bytes: usize, out: usize): void {
  const last = neighbours + (<usize> count << 4);
  for (let t: usize = 0; t < bytes; t += 16) {
    let sum = f64x2.splat(0);
    for (let k = neighbours; k < last; k += 16) {
      sum = f64x2.add(sum, f64x2.mul(v128.load64_splat(k, 8), v128.load(load<usize>(k) + t)));
    }
    v128.store(out + t, sum);
  }
}

/** |S12|^2 / (S11 S22) of n samples, at most 1; 0 where rounding made a vanishing power zero or negative. */
@inline
function coherence<T>(s11: usize, s22: usize, re: usize, im: usize, n: i32, out: usize): void {
  for (const end = out + <usize> n * sizeof<T>(); out < end; s11 += 16, s22 += 16, re += 16, im += 16, out += 16) {
    const powers = v128.mul<T>(v128.load(s11), v128.load(s22)), c = v128.load(re), d = v128.load(im);
    const value = v128.div<T>(v128.add<T>(v128.mul<T>(c, c), v128.mul<T>(d, d)), powers);
    v128.store(out, v128.and(v128.pmin<T>(value, v128.splat<T>(1)), v128.gt<T>(powers, v128.splat<T>(0))));
  }
}

export function coherence64(s11: usize, s22: usize, re: usize, im: usize, n: i32, out: usize): void {
  coherence<f64>(s11, s22, re, im, n, out);
}

export function coherence32(s11: usize, s22: usize, re: usize, im: usize, n: i32, out: usize): void {
  coherence<f32>(s11, s22, re, im, n, out);
}

/** The angle whose tangent is q, at most tan(pi / 8): right to 4e-16 and to 2e-7 (Cephes' atan.c and atanf.c). */
@inline
function arctangent<T>(q: v128): v128 {
  const z = v128.mul<T>(q, q);
  if (sizeof<T>() == 4) {
    let p = f32x4.sub(f32x4.mul(f32x4.splat(8.05374449538e-2), z), f32x4.splat(1.38776856032e-1));
    p = f32x4.add(f32x4.mul(p, z), f32x4.splat(1.99777106478e-1));
    p = f32x4.sub(f32x4.mul(p, z), f32x4.splat(3.33329491539e-1));
    return f32x4.add(f32x4.mul(f32x4.mul(p, z), q), q);
  }
  let p = f64x2.add(f64x2.mul(f64x2.splat(-8.750608600031904122785e-1), z), f64x2.splat(-1.615753718733365076637e1));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-7.500855792314704667340e1));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-1.228866684490136173410e2));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-6.485021904942025371773e1));
  let r = f64x2.add(z, f64x2.splat(2.485846490142306297962e1));
  r = f64x2.add(f64x2.mul(r, z), f64x2.splat(1.650270098316988542046e2));
  r = f64x2.add(f64x2.mul(r, z), f64x2.splat(4.328810604912902668951e2));
  r = f64x2.add(f64x2.mul(r, z), f64x2.splat(4.853903996359136964868e2));
  r = f64x2.add(f64x2.mul(r, z), f64x2.splat(1.945506571482613964425e2));
  return f64x2.add(f64x2.mul(f64x2.mul(q, z), f64x2.div(p, r)), q);
}

/** The angles of complex numbers, in [-pi, pi]. */
@inline
function angles<T>(im: usize, re: usize, n: i32, out: usize): void {
  const sign = v128.splat<T>(-0.0);
  for (const end = re + <usize> n * sizeof<T>(); re < end; re += 16, im += 16, out += 16) {
    const x = v128.load(re), y = v128.load(im), ax = v128.abs<T>(x), ay = v128.abs<T>(y);
    // The angle from the nearer axis is at most pi / 4; above pi / 8 it is taken from the diagonal.
    const steep = v128.gt<T>(ay, ax), near = v128.pmin<T>(ax, ay), far = v128.pmax<T>(ax, ay);
    const diagonal = v128.gt<T>(near, v128.mul<T>(far, v128.splat<T>(<T> 0.41421356237309503)));
    const top = v128.bitselect(v128.sub<T>(near, far), near, diagonal);
    const bottom = v128.bitselect(v128.add<T>(near, far), far, diagonal);
    const zero = v128.eq<T>(far, v128.splat<T>(0));
    let angle = arctangent<T>(v128.andnot(v128.div<T>(top, bottom), zero));
    angle = v128.add<T>(angle, v128.and(diagonal, v128.splat<T>(<T> 0.78539816339744830962)));
    angle = v128.bitselect(v128.sub<T>(v128.splat<T>(<T> 1.57079632679489661923), angle), angle, steep);
    const behind = v128.lt<T>(x, v128.splat<T>(0));
    angle = v128.bitselect(v128.sub<T>(v128.splat<T>(<T> 3.14159265358979323846), angle), angle, behind);
    v128.store(out, v128.or(angle, v128.and(y, sign)));
  }
}

export function angles64(im: usize, re: usize, n: i32, out: usize): void {
  angles<f64>(im, re, n, out);
}

export function angles32(im: usize, re: usize, n: i32, out: usize): void {
  angles<f32>(im, re, n, out);
}
