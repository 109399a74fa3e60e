/**
 * AssemblyScript: surrogates of wavelet coherence, four at a time, one in each lane of a SIMD register. No lane ever looks at
 * another, so a surrogate's bits do not depend on its neighbours. Nothing is allocated here: whoever calls lays tables and
 * descriptors into memory (program.ts), and offsets below are theirs.
 *
 * A complex point of four surrogates is 32 bytes: four real parts, four imaginary parts. A point of the pair's spectra is 64
 * bytes: |W1|^2, |W2|^2, and the real and imaginary part of W1 conj(W2).
 */

// Where run() writes each sample's coherence when a test wants it; 0 where none does.
let dump: usize = 0;

export function setDump(pointer: usize): void {
  dump = pointer;
}

// ---- Noise ----

@inline
function rotate(x: v128, left: i32): v128 {
  return v128.or(i32x4.shl(x, left), i32x4.shr_u(x, 32 - left));
}

@inline
function f32s(x: f32): v128 {
  return f32x4.splat(x);
}

/** The bits of the natural logarithm of (w + 1) / 2^32, relatively accurate also where that is near 1. */

@inline
function logUniform(w: v128): v128 {
  // Above sqrt(1/2): ln(1 + f) with f = -(2^32 - 1 - w) / 2^32. Below: the exponent is split off.
  const near = i32x4.lt_s(v128.xor(w, i32x4.splat(<i32> 0x80000000)), i32x4.splat(0x3504f333)); // w < 0xb504f333, unsigned
  const direct = f32x4.mul(f32x4.convert_i32x4_u(v128.not(w)), f32s(-2.3283064365386963e-10));
  const bits = f32x4.convert_i32x4_u(i32x4.add(w, i32x4.splat(1)));
  const exponent = i32x4.shr_s(i32x4.sub(bits, i32x4.splat(0x3f3504f3)), 23);
  const mantissa = i32x4.sub(bits, i32x4.shl(exponent, 23));
  const f = v128.bitselect(f32x4.sub(mantissa, f32s(1)), direct, near);
  const k = f32x4.convert_i32x4_s(v128.and(i32x4.sub(exponent, i32x4.splat(32)), near));
  // FDLIBM's e_logf.c.
  const s = f32x4.div(f, f32x4.add(f, f32s(2)));
  const z = f32x4.mul(s, s);
  const v = f32x4.mul(z, z);
  const t1 = f32x4.mul(v, f32x4.add(f32s(0.40000972152), f32x4.mul(v, f32s(0.24279078841))));
  const t2 = f32x4.mul(z, f32x4.add(f32s(0.66666662693), f32x4.mul(v, f32s(0.28498786688))));
  const half = f32x4.mul(f32s(0.5), f32x4.mul(f, f));
  const rest = f32x4.add(f32x4.mul(s, f32x4.add(half, f32x4.add(t1, t2))), f32x4.mul(k, f32s(9.0580006145e-6)));
  return f32x4.add(f32x4.mul(k, f32s(0.69313812256)), f32x4.sub(f, f32x4.sub(half, rest)));
}

/**
 * Threefry-2x32-20 at (key, (t, 0)), the two words of four keys a sample. Two samples at once keep the core busy; the
 * second of an odd last pair is dropped.
 */
function words(p: usize, t: i32, size: i32, keys: usize): void {
  const k0 = v128.load(keys), k1 = v128.load(keys, 16);
  const k2 = v128.xor(v128.xor(k0, k1), i32x4.splat(0x1bd11bda));
  const k21 = i32x4.add(k2, i32x4.splat(1)), k02 = i32x4.add(k0, i32x4.splat(2));
  const k13 = i32x4.add(k1, i32x4.splat(3)), k24 = i32x4.add(k2, i32x4.splat(4)), k05 = i32x4.add(k0, i32x4.splat(5));
  for (const end = p + (<usize> size << 5); p < end; p += 64, t += 2) {
    let a = i32x4.add(k0, i32x4.splat(t)), b = k1, c = i32x4.add(k0, i32x4.splat(t + 1)), d = k1;
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 13), a), d = v128.xor(rotate(d, 13), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 15), a), d = v128.xor(rotate(d, 15), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 26), a), d = v128.xor(rotate(d, 26), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 6), a), d = v128.xor(rotate(d, 6), c);
    a = i32x4.add(a, k1), b = i32x4.add(b, k21), c = i32x4.add(c, k1), d = i32x4.add(d, k21);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 17), a), d = v128.xor(rotate(d, 17), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 29), a), d = v128.xor(rotate(d, 29), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 16), a), d = v128.xor(rotate(d, 16), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 24), a), d = v128.xor(rotate(d, 24), c);
    a = i32x4.add(a, k2), b = i32x4.add(b, k02), c = i32x4.add(c, k2), d = i32x4.add(d, k02);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 13), a), d = v128.xor(rotate(d, 13), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 15), a), d = v128.xor(rotate(d, 15), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 26), a), d = v128.xor(rotate(d, 26), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 6), a), d = v128.xor(rotate(d, 6), c);
    a = i32x4.add(a, k0), b = i32x4.add(b, k13), c = i32x4.add(c, k0), d = i32x4.add(d, k13);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 17), a), d = v128.xor(rotate(d, 17), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 29), a), d = v128.xor(rotate(d, 29), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 16), a), d = v128.xor(rotate(d, 16), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 24), a), d = v128.xor(rotate(d, 24), c);
    a = i32x4.add(a, k1), b = i32x4.add(b, k24), c = i32x4.add(c, k1), d = i32x4.add(d, k24);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 13), a), d = v128.xor(rotate(d, 13), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 15), a), d = v128.xor(rotate(d, 15), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 26), a), d = v128.xor(rotate(d, 26), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 6), a), d = v128.xor(rotate(d, 6), c);
    a = i32x4.add(a, k2), b = i32x4.add(b, k05), c = i32x4.add(c, k2), d = i32x4.add(d, k05);
    put(p, a, b);
    if (p + 32 < end) put(p + 32, c, d);
  }
}

/**
 * The two series of four surrogates: Threefry-2x32-20 at (key, (t, 0)), Box-Muller, AR(1) from a stationary start, mean
 * removed. keys: four first words, then four second words. out: n points, the first series as real part.
 */
function noise(out: usize, n: i32, keys: usize, g1: f32, g2: f32, start1: f32, start2: f32): void {
  const G1 = f32s(g1), G2 = f32s(g2);
  let y1 = f32s(0), y2 = f32s(0), total1 = f32s(0), total2 = f32s(0);
  let a1 = f32s(start1), a2 = f32s(start2);
  let p = out;
  for (let t: i32 = 0; t < n; t += BLOCK) {
    const size = min(n - t, BLOCK), end = p + (<usize> size << 5);
    words(p, t, size, keys);
    // Sums of a block are summed, so that the mean of a long record loses nothing.
    let sum1 = f32s(0), sum2 = f32s(0);
    for (; p < end; p += 32) {
      const radius = f32x4.sqrt(f32x4.mul(f32s(-2), logUniform(v128.load(p)))), word = v128.load(p, 16);
      // The angle as quarters of a turn and at most an eighth either way; Cephes' polynomials (sinf.c).
      const quarter = i32x4.shr_u(i32x4.add(word, i32x4.splat(0x20000000)), 30);
      const x = f32x4.mul(
        f32x4.convert_i32x4_s(i32x4.sub(word, i32x4.shl(quarter, 30))),
        f32s(1.4629180792671596e-9),
      );
      const z = f32x4.mul(x, x);
      const sine = f32x4.add(
        x,
        f32x4.mul(
          f32x4.mul(x, z),
          f32x4.add(
            f32s(-1.6666654611e-1),
            f32x4.mul(z, f32x4.add(f32s(8.3321608736e-3), f32x4.mul(z, f32s(-1.9515295891e-4)))),
          ),
        ),
      );
      const cosine = f32x4.add(
        f32x4.sub(f32s(1), f32x4.mul(f32s(0.5), z)),
        f32x4.mul(
          f32x4.mul(z, z),
          f32x4.add(
            f32s(4.166664568298827e-2),
            f32x4.mul(z, f32x4.add(f32s(-1.388731625493765e-3), f32x4.mul(z, f32s(2.443315711809948e-5)))),
          ),
        ),
      );
      const odd = i32x4.neg(v128.and(quarter, i32x4.splat(1)));
      const signC = i32x4.shl(v128.and(i32x4.add(quarter, i32x4.splat(1)), i32x4.splat(2)), 30);
      const signS = i32x4.shl(v128.and(quarter, i32x4.splat(2)), 30);
      const e1 = f32x4.mul(radius, v128.xor(v128.bitselect(sine, cosine, odd), signC));
      const e2 = f32x4.mul(radius, v128.xor(v128.bitselect(cosine, sine, odd), signS));
      y1 = f32x4.add(f32x4.mul(G1, y1), f32x4.mul(a1, e1));
      y2 = f32x4.add(f32x4.mul(G2, y2), f32x4.mul(a2, e2));
      a1 = f32s(1), a2 = f32s(1);
      put(p, y1, y2);
      sum1 = f32x4.add(sum1, y1);
      sum2 = f32x4.add(sum2, y2);
    }
    total1 = f32x4.add(total1, sum1);
    total2 = f32x4.add(total2, sum2);
  }
  const over = f32s(<f32> (1 / <f64> n));
  total1 = f32x4.mul(total1, over);
  total2 = f32x4.mul(total2, over);
  for (p = out; n > 0; --n, p += 32) {
    put(p, f32x4.sub(v128.load(p), total1), f32x4.sub(v128.load(p, 16), total2));
  }
}

/** Samples whose words are drawn at once. */
const BLOCK: i32 = 128;

// ---- Fourier transform: sum of x[t] exp(+2 pi i k t / N), decimation in frequency, in place, digits reversed ----
//
// A plan: 0 length, 4 number of stages, 8 byte offset of each result by frequency (a pointer), then for each stage
// 0 radix, 4 block length, 8 twiddles (a pointer). The first stage has radix 4 and is done by whoever fills the buffer.
// Twiddles of a stage: for each j < block/radix, exp(2 pi i j q / block) for q = 1 .. radix - 1, real then imaginary part.

const STAGE: usize = 12;
const FIRST: usize = 12;
/** Blocks that a core's first cache holds are finished before the next is begun. */
const CACHED: i32 = 1024;

/** The 4 outputs of a radix-4 butterfly with their twiddles, written at p, p + q, p + 2 q, p + 3 q. */

@inline
function butterfly4(
  p: usize,
  q: usize,
  w: usize,
  ar: v128,
  ai: v128,
  br: v128,
  bi: v128,
  cr: v128,
  ci: v128,
  dr: v128,
  di: v128,
): void {
  const t0r = f32x4.add(ar, cr), t0i = f32x4.add(ai, ci), t1r = f32x4.sub(ar, cr), t1i = f32x4.sub(ai, ci);
  const t2r = f32x4.add(br, dr), t2i = f32x4.add(bi, di), t3r = f32x4.sub(br, dr), t3i = f32x4.sub(bi, di);
  v128.store(p, f32x4.add(t0r, t2r));
  v128.store(p, f32x4.add(t0i, t2i), 16);
  twist(p + q, w, f32x4.sub(t1r, t3i), f32x4.add(t1i, t3r));
  twist(p + 2 * q, w + 8, f32x4.sub(t0r, t2r), f32x4.sub(t0i, t2i));
  twist(p + 3 * q, w + 16, f32x4.add(t1r, t3i), f32x4.sub(t1i, t3r));
}

/** Stores a complex value times the twiddle at w. */

@inline
function twist(p: usize, w: usize, re: v128, im: v128): void {
  const c = v128.load32_splat(w), s = v128.load32_splat(w, 4);
  v128.store(p, f32x4.sub(f32x4.mul(re, c), f32x4.mul(im, s)));
  v128.store(p, f32x4.add(f32x4.mul(re, s), f32x4.mul(im, c)), 16);
}

@inline
function put(p: usize, re: v128, im: v128): void {
  v128.store(p, re);
  v128.store(p, im, 16);
}

function stage4(data: usize, total: i32, block: i32, twiddles: usize): void {
  const m = block >> 2, q = <usize> m << 5, end = data + (<usize> total << 5), jump = 3 * q;
  let p = data;
  if (m == 1) {
    for (; p < end; p += 128) {
      const ar = v128.load(p), ai = v128.load(p, 16), br = v128.load(p, 32), bi = v128.load(p, 48);
      const cr = v128.load(p, 64), ci = v128.load(p, 80), dr = v128.load(p, 96), di = v128.load(p, 112);
      const t0r = f32x4.add(ar, cr), t0i = f32x4.add(ai, ci), t1r = f32x4.sub(ar, cr), t1i = f32x4.sub(ai, ci);
      const t2r = f32x4.add(br, dr), t2i = f32x4.add(bi, di), t3r = f32x4.sub(br, dr), t3i = f32x4.sub(bi, di);
      put(p, f32x4.add(t0r, t2r), f32x4.add(t0i, t2i));
      put(p + 32, f32x4.sub(t1r, t3i), f32x4.add(t1i, t3r));
      put(p + 64, f32x4.sub(t0r, t2r), f32x4.sub(t0i, t2i));
      put(p + 96, f32x4.add(t1r, t3i), f32x4.sub(t1i, t3r));
    }
    return;
  }
  while (p < end) {
    const stop = p + q;
    for (let w = twiddles; p < stop; p += 32, w += 24) {
      const b = p + q, c = b + q, d = c + q;
      butterfly4(
        p,
        q,
        w,
        v128.load(p),
        v128.load(p, 16),
        v128.load(b),
        v128.load(b, 16),
        v128.load(c),
        v128.load(c, 16),
        v128.load(d),
        v128.load(d, 16),
      );
    }
    p += jump;
  }
}

function stage2(data: usize, total: i32, block: i32, twiddles: usize): void {
  const m = block >> 1, q = <usize> m << 5, end = data + (<usize> total << 5);
  let p = data;
  while (p < end) {
    const stop = p + q;
    for (let w = twiddles; p < stop; p += 32, w += 8) {
      const b = p + q;
      const ar = v128.load(p), ai = v128.load(p, 16), br = v128.load(b), bi = v128.load(b, 16);
      put(p, f32x4.add(ar, br), f32x4.add(ai, bi));
      if (m == 1) put(b, f32x4.sub(ar, br), f32x4.sub(ai, bi));
      else twist(b, w, f32x4.sub(ar, br), f32x4.sub(ai, bi));
    }
    p += q;
  }
}

function stage3(data: usize, total: i32, block: i32, twiddles: usize): void {
  const m = block / 3, q = <usize> m << 5, end = data + (<usize> total << 5);
  const h = f32s(0.5), k = f32s(0.86602540378443864676);
  let p = data;
  while (p < end) {
    const stop = p + q;
    for (let w = twiddles; p < stop; p += 32, w += 16) {
      const b = p + q, c = b + q;
      const ar = v128.load(p), ai = v128.load(p, 16);
      const br = v128.load(b), bi = v128.load(b, 16), cr = v128.load(c), ci = v128.load(c, 16);
      const sr = f32x4.add(br, cr), si = f32x4.add(bi, ci);
      const dr = f32x4.mul(k, f32x4.sub(br, cr)), di = f32x4.mul(k, f32x4.sub(bi, ci));
      const er = f32x4.sub(ar, f32x4.mul(h, sr)), ei = f32x4.sub(ai, f32x4.mul(h, si));
      put(p, f32x4.add(ar, sr), f32x4.add(ai, si));
      if (m == 1) {
        put(b, f32x4.sub(er, di), f32x4.add(ei, dr));
        put(c, f32x4.add(er, di), f32x4.sub(ei, dr));
      } else {
        twist(b, w, f32x4.sub(er, di), f32x4.add(ei, dr));
        twist(c, w + 8, f32x4.add(er, di), f32x4.sub(ei, dr));
      }
    }
    p += 2 * q;
  }
}

function stage5(data: usize, total: i32, block: i32, twiddles: usize): void {
  const m = block / 5, q = <usize> m << 5, end = data + (<usize> total << 5);
  const c1 = f32s(0.30901699437494742410), c2 = f32s(-0.80901699437494742410);
  const s1 = f32s(0.95105651629515357212), s2 = f32s(0.58778525229247312917);
  let p = data;
  while (p < end) {
    const stop = p + q;
    for (let w = twiddles; p < stop; p += 32, w += 32) {
      const b = p + q, c = b + q, d = c + q, e = d + q;
      const ar = v128.load(p), ai = v128.load(p, 16);
      let xr = v128.load(b), xi = v128.load(b, 16), yr = v128.load(e), yi = v128.load(e, 16);
      const p1r = f32x4.add(xr, yr), p1i = f32x4.add(xi, yi), m1r = f32x4.sub(xr, yr), m1i = f32x4.sub(xi, yi);
      xr = v128.load(c), xi = v128.load(c, 16), yr = v128.load(d), yi = v128.load(d, 16);
      const p2r = f32x4.add(xr, yr), p2i = f32x4.add(xi, yi), m2r = f32x4.sub(xr, yr), m2i = f32x4.sub(xi, yi);
      put(p, f32x4.add(ar, f32x4.add(p1r, p2r)), f32x4.add(ai, f32x4.add(p1i, p2i)));
      const u1r = f32x4.add(ar, f32x4.add(f32x4.mul(c1, p1r), f32x4.mul(c2, p2r)));
      const u1i = f32x4.add(ai, f32x4.add(f32x4.mul(c1, p1i), f32x4.mul(c2, p2i)));
      const v1r = f32x4.add(f32x4.mul(s1, m1r), f32x4.mul(s2, m2r));
      const v1i = f32x4.add(f32x4.mul(s1, m1i), f32x4.mul(s2, m2i));
      const u2r = f32x4.add(ar, f32x4.add(f32x4.mul(c2, p1r), f32x4.mul(c1, p2r)));
      const u2i = f32x4.add(ai, f32x4.add(f32x4.mul(c2, p1i), f32x4.mul(c1, p2i)));
      const v2r = f32x4.sub(f32x4.mul(s2, m1r), f32x4.mul(s1, m2r));
      const v2i = f32x4.sub(f32x4.mul(s2, m1i), f32x4.mul(s1, m2i));
      if (m == 1) {
        put(b, f32x4.sub(u1r, v1i), f32x4.add(u1i, v1r));
        put(e, f32x4.add(u1r, v1i), f32x4.sub(u1i, v1r));
        put(c, f32x4.sub(u2r, v2i), f32x4.add(u2i, v2r));
        put(d, f32x4.add(u2r, v2i), f32x4.sub(u2i, v2r));
      } else {
        twist(b, w, f32x4.sub(u1r, v1i), f32x4.add(u1i, v1r));
        twist(e, w + 24, f32x4.add(u1r, v1i), f32x4.sub(u1i, v1r));
        twist(c, w + 8, f32x4.sub(u2r, v2i), f32x4.add(u2i, v2r));
        twist(d, w + 16, f32x4.add(u2r, v2i), f32x4.sub(u2i, v2r));
      }
    }
    p += 4 * q;
  }
}

@inline
function stage(data: usize, total: i32, description: usize): void {
  const radix = load<i32>(description), block = load<i32>(description, 4), twiddles = load<usize>(description, 8);
  if (radix == 4) stage4(data, total, block, twiddles);
  else if (radix == 3) stage3(data, total, block, twiddles);
  else if (radix == 5) stage5(data, total, block, twiddles);
  else stage2(data, total, block, twiddles);
}

/** The stages from `description` on, of `length` points that are blocks of that stage. */
function stages(data: usize, length: i32, description: usize, end: usize): void {
  if (description == end) return;
  const block = load<i32>(description, 4);
  if (block <= CACHED) {
    // Block by block, as `length` may be more than the cache holds.
    for (const last = data + (<usize> length << 5); data < last; data += <usize> block << 5) {
      for (let d = description; d < end; d += STAGE) stage(data, block, d);
    }
    return;
  }
  for (const last = data + (<usize> length << 5); data < last; data += <usize> block << 5) {
    stage(data, block, description);
    stages(data, block, description + STAGE, end);
  }
}

/** All stages but the first. */

@inline
function finish(data: usize, plan: usize): void {
  const first = plan + FIRST;
  stages(data, load<i32>(plan), first + STAGE, first + STAGE * load<usize>(plan, 4));
}

/** Zeros: the first page of memory holds nothing. */
const ZEROS: usize = 64;

/** The transform, from natural order in `from`, where there are only zeros from `limit` on, to reversed digits in `to`. */
export function transform(plan: usize, from: usize, limit: usize, to: usize): void {
  const m = load<i32>(plan) >> 2, q = <usize> m << 5, start = to;
  let w = load<usize>(plan + FIRST, 8);
  for (const end = to + q; to < end; to += 32, from += 32, w += 24) {
    const a = from < limit ? from : ZEROS, b = from + q < limit ? from + q : ZEROS;
    const c = from + 2 * q < limit ? from + 2 * q : ZEROS, d = from + 3 * q < limit ? from + 3 * q : ZEROS;
    butterfly4(
      to,
      q,
      w,
      v128.load(a),
      v128.load(a, 16),
      v128.load(b),
      v128.load(b, 16),
      v128.load(c),
      v128.load(c, 16),
      v128.load(d),
      v128.load(d, 16),
    );
  }
  finish(start, plan);
}

// ---- Spectra of the two series ----
//
// A level: 0 plan, 4 record, 8 its end, 12 work, 16 spectrum of the first series, 20 of the second, 24 how many bins, 28 the first
// bin. For real wavelets the second spectrum is 0: they take both series as one complex one.

/** Transforms both series as one complex one, and writes bins of each. */
function spectra(level: usize): void {
  const plan = load<usize>(level), work = load<usize>(level, 12);
  transform(plan, load<usize>(level, 4), load<usize>(level, 8), work);
  const length = load<i32>(plan), order = load<usize>(plan, 8), end = load<i32>(level, 24) + load<i32>(level, 28);
  let one = load<usize>(level, 16), two = load<usize>(level, 20), k = load<i32>(level, 28);
  // The transform's sign is the inverse's, so its bin N - k is the spectrum's bin k.
  if (!two) {
    for (; k < end; ++k, one += 32) {
      const p = work + load<u32>(order + (<usize> (k > 0 ? length - k : -k) << 2));
      put(one, v128.load(p), v128.load(p, 16));
    }
    return;
  }
  const half = f32s(0.5);
  for (; k < end; ++k, one += 32, two += 32) {
    const p = work + load<u32>(order + (<usize> (k == 0 ? 0 : length - k) << 2)),
      q = work + load<u32>(order + (<usize> k << 2));
    const ar = v128.load(p), ai = v128.load(p, 16), br = v128.load(q), bi = v128.load(q, 16);
    put(one, f32x4.mul(half, f32x4.add(ar, br)), f32x4.mul(half, f32x4.sub(ai, bi)));
    put(two, f32x4.mul(half, f32x4.add(ai, bi)), f32x4.mul(half, f32x4.sub(br, ar)));
  }
}

// Wavelets that the Nyquist frequency cuts off ring: they fall only as 1/t, and no padding is long enough for them. But the
// cut is the same at every scale. So it is done once, exactly, by a Hilbert transform that does not wrap around, which makes
// the series analytic; what is left to the scales are wavelets that go on beyond the Nyquist frequency, and are short.
//
// An analytic level is a level, then 32 plan of the Hilbert transform, 36 its response (a pointer), 40 room for it, 44 how many
// samples of the analytic series are kept on either side of the record.

function analyticSpectra(level: usize): void {
  const plan = load<usize>(level), record = load<usize>(level, 4), recordEnd = load<usize>(level, 8);
  const work = load<usize>(level, 12), hilbert = load<usize>(level, 32), room = load<usize>(level, 40);
  const size = load<i32>(hilbert), order = load<usize>(hilbert, 8);

  transform(hilbert, record, recordEnd, work);
  let response = load<usize>(level, 36), to = room;
  for (let k = 0; k < size; ++k, response += 4, to += 32) {
    const p = work + load<u32>(order + (<usize> (k == 0 ? 0 : size - k) << 2)), h = v128.load32_splat(response);
    put(to, f32x4.mul(h, v128.load(p, 16)), f32x4.neg(f32x4.mul(h, v128.load(p))));
  }
  transform(hilbert, room, to, work);

  // The first analytic series from 0 on, the second behind it; what is before time 0 comes last.
  const length = load<i32>(plan), bytes = <usize> length << 5, margin = load<i32>(level, 44);
  const n = <i32> ((recordEnd - record) >> 5);
  for (let t = 0; t < length; ++t) {
    const p = room + (<usize> t << 5);
    const time = t < n + margin ? t : t - length;
    if (time < -margin) {
      put(p, f32s(0), f32s(0));
      put(p + bytes, f32s(0), f32s(0));
      continue;
    }
    const h = work + load<u32>(order + (<usize> (time < 0 ? time + size : time) << 2));
    const y = <u32> time < <u32> n ? record + (<usize> time << 5) : ZEROS;
    put(p, v128.load(y), v128.load(h));
    put(p + bytes, v128.load(y, 16), v128.load(h, 16));
  }
  bins(level, room, load<usize>(level, 16));
  bins(level, room + bytes, load<usize>(level, 20));
}

/** Transforms an analytic series, which has twice the series' spectrum, and writes its bins. */
function bins(level: usize, series: usize, to: usize): void {
  const plan = load<usize>(level), work = load<usize>(level, 12), length = load<i32>(plan);
  transform(plan, series, series + (<usize> length << 5), work);
  const order = load<usize>(plan, 8), end = load<i32>(level, 24) + load<i32>(level, 28), half = f32s(0.5);
  for (let k = load<i32>(level, 28); k < end; ++k, to += 32) {
    const p = work + load<u32>(order + (<usize> (k == 0 ? 0 : length - k) << 2));
    put(to, f32x4.mul(half, v128.load(p)), f32x4.mul(half, v128.load(p, 16)));
  }
}

// ---- One scale: filter, back to time, powers and cross spectrum, smoothing in time ----
//
// A scale: 0 plan, 4 filter (one number a bin of the band), 8 and 12 the band's first bin in each spectrum, 16 and 20 work,
// 24 powers, 28 first sample wanted, 32 how many, 36 output, 40 number of phases, 44 taps, 48 stride of the powers in bytes,
// 52 stride of the output in bytes, 56 kind, 60 shift if the filter is given at every 2^shift-th bin, 64 room for all of it, 68
// sample number by position (a pointer, 0 for short transforms), then for each phase 0 first power's byte offset, 4 taps (a pointer), 8 outputs, 12 output. Kinds: 0 a complex wavelet, 1 an even and 2 an odd real one, which take both series as one complex one and have no
// second spectrum, 3 an odd one of analytic series.

/** Fills a filter from every 2^shift-th of its values, by straight lines between them. */
function refine(coarse: usize, shift: i32, length: i32, to: usize): void {
  const span = 1 << shift, step = f32s(1 / <f32> span), ramp = f32x4(0, 1, 2, 3), four = f32s(4);
  for (let k = 0; k < length; k += span, coarse += 4) {
    const value = v128.load32_splat(coarse);
    const slope = f32x4.mul(step, f32x4.sub(v128.load32_splat(coarse, 4), value));
    let at = ramp;
    for (let i = 0; i < span; i += 4, to += 16) {
      v128.store(to, f32x4.add(value, f32x4.mul(at, slope)));
      at = f32x4.add(at, four);
    }
  }
}

/** Filters a band of a spectrum and transforms it to time. */
function band(plan: usize, filter: usize, spectrum: usize, to: usize): void {
  const m = load<i32>(plan) >> 2, q = <usize> m << 5, fq = <usize> m << 2;
  let w = load<usize>(plan + FIRST, 8);
  const start = to;
  for (const end = to + q; to < end; to += 32, spectrum += 32, filter += 4, w += 24) {
    const fa = v128.load32_splat(filter), fb = v128.load32_splat(filter + fq);
    const fc = v128.load32_splat(filter + 2 * fq), fd = v128.load32_splat(filter + 3 * fq);
    const b = spectrum + q, c = b + q, d = c + q;
    butterfly4(
      to,
      q,
      w,
      f32x4.mul(fa, v128.load(spectrum)),
      f32x4.mul(fa, v128.load(spectrum, 16)),
      f32x4.mul(fb, v128.load(b)),
      f32x4.mul(fb, v128.load(b, 16)),
      f32x4.mul(fc, v128.load(c)),
      f32x4.mul(fc, v128.load(c, 16)),
      f32x4.mul(fd, v128.load(d)),
      f32x4.mul(fd, v128.load(d, 16)),
    );
  }
  finish(start, plan);
}

function scale(s: usize): void {
  const plan = load<usize>(s), shift = load<i32>(s, 60), work1 = load<usize>(s, 16), work2 = load<usize>(s, 20);
  const powers = load<usize>(s, 24), spectrum2 = load<usize>(s, 12);
  const order = load<usize>(plan, 8), last = order + (load<usize>(plan) << 2), end = powers + (load<usize>(s, 32) << 6);
  let at = order + (load<usize>(s, 28) << 2);
  const kind = load<i32>(s, 56);
  let filter = load<usize>(s, 4);
  if (shift) {
    refine(filter, shift, load<i32>(plan), load<usize>(s, 64));
    filter = load<usize>(s, 64);
  }
  band(plan, filter, load<usize>(s, 8), work1);
  if (spectrum2) band(plan, filter, spectrum2, work2);
  const times = load<usize>(s, 68);
  if (kind == 0 && times) {
    // Long transforms are read as they lie, and the powers written where they belong, whole cache lines.
    const first = load<u32>(s, 28), count = load<u32>(s, 32), length = load<u32>(plan);
    for (let k: u32 = 0, one = work1, two = work2; k < length; ++k, one += 32, two += 32) {
      let t = load<u32>(times + (<usize> k << 2)) - first;
      if (t >= length) t += length;
      if (t >= count) continue;
      const p = powers + (<usize> t << 6);
      const ar = v128.load(one), ai = v128.load(one, 16), br = v128.load(two), bi = v128.load(two, 16);
      put(p, f32x4.add(f32x4.mul(ar, ar), f32x4.mul(ai, ai)), f32x4.add(f32x4.mul(br, br), f32x4.mul(bi, bi)));
      put(
        p + 32,
        f32x4.add(f32x4.mul(ar, br), f32x4.mul(ai, bi)),
        f32x4.sub(f32x4.mul(ai, br), f32x4.mul(ar, bi)),
      );
    }
  } else if (kind == 0) {
    for (let p = powers; p < end; p += 64) {
      const offset = load<u32>(at);
      at += 4;
      if (at == last) at = order;
      const one = work1 + offset, two = work2 + offset;
      const ar = v128.load(one), ai = v128.load(one, 16), br = v128.load(two), bi = v128.load(two, 16);
      put(p, f32x4.add(f32x4.mul(ar, ar), f32x4.mul(ai, ai)), f32x4.add(f32x4.mul(br, br), f32x4.mul(bi, bi)));
      put(
        p + 32,
        f32x4.add(f32x4.mul(ar, br), f32x4.mul(ai, bi)),
        f32x4.sub(f32x4.mul(ai, br), f32x4.mul(ar, bi)),
      );
    }
  } else {
    // The first and the second series' transform: minus the imaginary and the real part for an odd wavelet (2), whose spectrum is
    // i times the filter; the real and the imaginary part for an even one (1); the imaginary parts of analytic transforms (3).
    const one = kind == 1 ? work1 : work1 + 16, two = kind == 1 ? work1 + 16 : kind == 2 ? work1 : work2 + 16;
    const sign = f32s(kind == 2 ? -1 : 1);
    for (let p = powers; p < end; p += 64) {
      const offset = load<u32>(at);
      at += 4;
      if (at == last) at = order;
      const a = f32x4.mul(sign, v128.load(one + offset)), b = v128.load(two + offset);
      put(p, f32x4.mul(a, a), f32x4.mul(b, b));
      put(p + 32, f32x4.mul(a, b), f32s(0));
    }
  }

  const phases = load<i32>(s, 40), taps = load<usize>(s, 44) << 2, stride = load<usize>(s, 48), step = load<usize>(s, 52);
  for (let phase = 0, d = s + 72; phase < phases; ++phase, d += 16) {
    let from = powers + load<usize>(d), to = load<usize>(d, 12);
    const first = load<usize>(d, 4), end = first + taps;
    let left = load<i32>(d, 8);
    for (; left > 1; left -= 2, from += 2 * stride, to += 2 * step) {
      let a0 = f32s(0), b0 = f32s(0), c0 = f32s(0), d0 = f32s(0);
      let a1 = f32s(0), b1 = f32s(0), c1 = f32s(0), d1 = f32s(0);
      for (let tap = first, p = from, q = from + stride; tap < end; tap += 8, p += 128, q += 128) {
        let weight = v128.load32_splat(tap);
        a0 = f32x4.add(a0, f32x4.mul(weight, v128.load(p)));
        b0 = f32x4.add(b0, f32x4.mul(weight, v128.load(p, 16)));
        c0 = f32x4.add(c0, f32x4.mul(weight, v128.load(p, 32)));
        d0 = f32x4.add(d0, f32x4.mul(weight, v128.load(p, 48)));
        a1 = f32x4.add(a1, f32x4.mul(weight, v128.load(q)));
        b1 = f32x4.add(b1, f32x4.mul(weight, v128.load(q, 16)));
        c1 = f32x4.add(c1, f32x4.mul(weight, v128.load(q, 32)));
        d1 = f32x4.add(d1, f32x4.mul(weight, v128.load(q, 48)));
        weight = v128.load32_splat(tap, 4);
        a0 = f32x4.add(a0, f32x4.mul(weight, v128.load(p, 64)));
        b0 = f32x4.add(b0, f32x4.mul(weight, v128.load(p, 80)));
        c0 = f32x4.add(c0, f32x4.mul(weight, v128.load(p, 96)));
        d0 = f32x4.add(d0, f32x4.mul(weight, v128.load(p, 112)));
        a1 = f32x4.add(a1, f32x4.mul(weight, v128.load(q, 64)));
        b1 = f32x4.add(b1, f32x4.mul(weight, v128.load(q, 80)));
        c1 = f32x4.add(c1, f32x4.mul(weight, v128.load(q, 96)));
        d1 = f32x4.add(d1, f32x4.mul(weight, v128.load(q, 112)));
      }
      put(to, a0, b0);
      put(to + 32, c0, d0);
      put(to + step, a1, b1);
      put(to + step + 32, c1, d1);
    }
    if (left) {
      let a0 = f32s(0), b0 = f32s(0), c0 = f32s(0), d0 = f32s(0);
      for (let tap = first, p = from; tap < end; tap += 4, p += 64) {
        const weight = v128.load32_splat(tap);
        a0 = f32x4.add(a0, f32x4.mul(weight, v128.load(p)));
        b0 = f32x4.add(b0, f32x4.mul(weight, v128.load(p, 16)));
        c0 = f32x4.add(c0, f32x4.mul(weight, v128.load(p, 32)));
        d0 = f32x4.add(d0, f32x4.mul(weight, v128.load(p, 48)));
      }
      put(to, a0, b0);
      put(to + 32, c0, d0);
    }
  }
}

// ---- One tested scale: smoothing over neighbouring scales, coherence, histogram ----
//
// A window: 0 histogram, 4 samples, 8 groups of neighbours whose points have the same stride: 0 stride in bytes, 4 neighbours
// of weight 1, 8 other neighbours, then the first points of those (pointers), then first point and weight of these.

function window(w: usize, lanes: i32): void {
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

// ---- The program of one batch ----
//
// 0 record, 4 length, 8 first AR(1) coefficient, 12 second, 16 and 20 the factors of the first sample, then steps of
// 0 kind (0 end, 1 level, 2 scale, 3 window, 4 analytic level) and 4 descriptor.

/** Draws the records of four surrogates. */
export function draw(program: usize, keys: usize): void {
  noise(
    load<usize>(program),
    load<i32>(program, 4),
    keys,
    load<f32>(program, 8),
    load<f32>(program, 12),
    load<f32>(program, 16),
    load<f32>(program, 20),
  );
}

/** Runs `batches` batches of four surrogates, each with its 8 words of keys; the last has `lanes` of them. */
export function run(program: usize, keys: usize, batches: i32, lanes: i32): void {
  for (; batches > 0; --batches, keys += 32) {
    draw(program, keys);
    const live = batches == 1 ? lanes : 4;
    for (let step = program + 24;; step += 8) {
      const kind = load<i32>(step), descriptor = load<usize>(step, 4);
      if (kind == 1) spectra(descriptor);
      else if (kind == 2) scale(descriptor);
      else if (kind == 3) window(descriptor, live);
      else if (kind == 4) analyticSpectra(descriptor);
      else break;
    }
  }
}
