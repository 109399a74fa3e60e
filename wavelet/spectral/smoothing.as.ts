import { POINT } from "./point.as";

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

/**
 * Bands from -half to half as points: both powers, times their factors squared, as one complex series in one lane, and the cross
 * spectrum, times the factors, in the other.
 */
export function bands64(spectra: usize, half: i32, root1: f64, root2: f64, out: usize): void {
  const factor1 = root1 * root1, factor2 = root2 * root2, both = root1 * root2;
  for (let up = out + (<usize> half << 5), down = up; down >= out; up += POINT, down -= POINT, spectra += 64) {
    const a = factor1 * load<f64>(spectra), b = factor1 * load<f64>(spectra, 8);
    const c = factor2 * load<f64>(spectra, 16), d = factor2 * load<f64>(spectra, 24);
    store<f64>(down, a + d);
    store<f64>(down, both * load<f64>(spectra, 48), 8);
    store<f64>(down, c - b, 16);
    store<f64>(down, both * load<f64>(spectra, 56), 24);
    store<f64>(up, a - d);
    store<f64>(up, both * load<f64>(spectra, 32), 8);
    store<f64>(up, b + c, 16);
    store<f64>(up, both * load<f64>(spectra, 40), 24);
  }
}
