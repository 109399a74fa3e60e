/**
 * AssemblyScript: surrogates of wavelet coherence, four at a time, one in each lane of a SIMD register. No lane ever looks at
 * another, so a surrogate's bits do not depend on its neighbours. Nothing is allocated here: whoever calls lays tables and
 * descriptors into memory (program.ts), and offsets below are theirs.
 *
 * A complex point of four surrogates is 32 bytes: four real parts, four imaginary parts. A point of the pair's spectra is 64
 * bytes: |W1|^2, |W2|^2, and the real and imaginary part of W1 conj(W2).
 */
import { noise } from "./noise.as";
import { scale } from "./scale.as";
import { analyticSpectra, spectra } from "./spectra.as";
import { window } from "./window.as";

export { transform } from "./transform.as";
export { setDump } from "./window.as";

// The program of one batch: 0 record, 4 length, 8 first AR(1) coefficient, 12 second, 16 and 20 the factors of the first sample, then
// steps of 0 kind (0 end, 1 level, 2 scale, 3 window, 4 analytic level) and 4 descriptor.

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
