import createPffft from "@echogarden/pffft-wasm/simd";

/** What the module, compiled by Emscripten, exports; numbers are addresses. */
interface Pffft {
  _pffft_new_setup(length: number, kind: number): number;
  _pffft_aligned_malloc(bytes: number): number;
  _pffft_transform(setup: number, from: number, to: number, work: number, direction: number): void;
}

const COMPLEX = 1, BACKWARD = 1;

/**
 * The transforms of one surrogate by PFFFT in WebAssembly SIMD, in its own order, as the kernel's are in its own. Lengths that it does
 * not know, which are no multiples of 16, are rounded up to those that it does.
 *
 * @param transforms How many of each length.
 */
export async function pffftTransforms(transforms: Map<number, number>): Promise<() => void> {
  const pffft = await (createPffft as unknown as () => Promise<Pffft>)();
  const list = Array.from(transforms, ([length, times]) => {
    let setup = 0;
    for (let known = 16 * Math.ceil(length / 16); setup === 0; known += 16) {
      setup = pffft._pffft_new_setup(known, COMPLEX);
    }
    return { setup, times };
  });
  const bytes = 8 * (2 * Math.max(...transforms.keys()) + 1024);
  const [from, to, work] = [0, 1, 2].map(() => pffft._pffft_aligned_malloc(bytes));
  return () => {
    for (const { setup, times } of list) {
      for (let i = 0; i < times; i++) pffft._pffft_transform(setup, from, to, work, BACKWARD);
    }
  };
}
