import { put } from "../../wavelet/spectral/point.as";
import { f32s } from "./lanes.as";
import { butterfly4, finish, FIRST, transform } from "./transform.as";

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

/**
 * One scale: filters, goes back to time, forms powers and cross spectrum, smooths in time.
 *
 * A scale: 0 plan, 4 filter (one number a bin of the band), 8 and 12 the band's first bin in each spectrum, 16 and 20 work,
 * 24 powers, 28 first sample wanted, 32 how many, 36 output, 40 number of phases, 44 taps, 48 stride of the powers in bytes,
 * 52 stride of the output in bytes, 56 kind, 60 shift if the filter is given at every 2^shift-th bin, 64 room for all of it, 68
 * sample number by position (a pointer, 0 for short transforms), then for each phase 0 first power's byte offset, 4 taps (a
 * pointer), 8 outputs, 12 output.
 *
 * Kinds: 0 a complex wavelet, 1 an even and 2 an odd real one, which take both series as one complex one and have no second
 * spectrum, 3 an odd one of analytic series.
 */
export function scale(s: usize): void {
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
