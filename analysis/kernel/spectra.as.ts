import { put } from "../../wavelet/spectral/point.as";
import { f32s } from "./lanes.as";
import { transform, ZEROS } from "./transform.as";

/**
 * Transforms both series as one complex one, and writes bins of each.
 *
 * A level: 0 plan, 4 record, 8 its end, 12 work, 16 spectrum of the first series, 20 of the second, 24 how many bins, 28 the first
 * bin. For real wavelets the second spectrum is 0: they take both series as one complex one.
 */
export function spectra(level: usize): void {
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

/**
 * Makes both series analytic, and writes bins of each.
 *
 * Wavelets that the Nyquist frequency cuts off ring: they fall only as 1/t, and no padding is long enough for them. But the
 * cut is the same at every scale. So it is done once, exactly, by a Hilbert transform that does not wrap around, which makes
 * the series analytic; what is left to the scales are wavelets that go on beyond the Nyquist frequency, and are short.
 *
 * An analytic level is a level, then 32 plan of the Hilbert transform, 36 its response (a pointer), 40 room for it, 44 how many
 * samples of the analytic series are kept on either side of the record.
 */
export function analyticSpectra(level: usize): void {
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
