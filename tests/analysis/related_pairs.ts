import { significantRegions } from "../../analysis/mod.ts";
import type { WaveletCoherence } from "../../analysis/mod.ts";
import type { TaskDefinition } from "../../backends/mod.ts";
import { defaultRng } from "../../random/mod.ts";
import { rednoise, wct } from "../../wavelet/mod.ts";

interface State {
  readonly n: number;
  readonly g: readonly [number, number];
  readonly coupling: number;
  readonly levels: Float64Array;
  readonly largestMasses: Float64Array;
  least: number[];
}

/**
 * Lists the smallest p-value that a patch of a record has, 2 where it has no patch. The records are AR(1) series with a common one
 * added, `coupling` times as large; they are drawn by another generator than the surrogates, and their patches are found in the whole
 * map.
 */
export const leastPValues: TaskDefinition<
  readonly [number, readonly [number, number], number, Float64Array, Float64Array],
  State,
  number[]
> = {
  associative: true,
  prepare: ([n, g, coupling, levels, largestMasses]) => ({ n, g, coupling, levels, largestMasses, least: [] }),
  simulate({ n, g, coupling, levels, largestMasses, least }, [seed]) {
    const generator = defaultRng(seed);
    const common = rednoise(n, 0.5, { generator });
    const [y1, y2] = g.map((coefficient) =>
      rednoise(n, coefficient, { generator }).map((value, t) => value + coupling * common[t])
    );
    const map = wct(y1, y2, { dt: 1 }), { coherence, periods, coi } = map;
    const significant = Uint8Array.from(coherence, (value, at) => {
      const j = Math.floor(at / n);
      return Number(value > levels[j] && periods[j] <= coi[at % n]);
    });
    const result = { ...map, dt: 1, significant, significance: levels, pValues: coherence, largestMasses };
    const regions = significantRegions(result as unknown as WaveletCoherence);
    least.push(Math.min(2, ...regions.map(({ regionPValue }) => regionPValue!)));
  },
  collect(state) {
    const { least } = state;
    state.least = [];
    return least;
  },
  merge: (left, right) => [...left, ...right],
};
