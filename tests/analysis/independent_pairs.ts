import type { TaskDefinition } from "../../backends/mod.ts";
import { defaultRng } from "../../random/mod.ts";
import { CoherencePlan, rednoise } from "../../wavelet/mod.ts";

interface State {
  readonly plan: CoherencePlan;
  readonly levels: Float64Array;
  readonly g: readonly [number, number];
  sums: Float64Array;
}

/**
 * Counts, in records of independent AR(1) series, how often coherence exceeds its level outside the cone of influence. The
 * records are drawn by another generator than the surrogates and analysed as a record is. The partial holds for each scale
 * the share of a record that exceeds, summed, and its square, summed.
 */
export const exceedance: TaskDefinition<
  readonly [number, readonly [number, number], Float64Array],
  State,
  Float64Array
> = {
  chunk: 50,
  prepare([n, g, levels]) {
    return { plan: new CoherencePlan({ n, dt: 1 }), levels, g, sums: new Float64Array(2 * levels.length) };
  },
  simulate({ plan, levels, g, sums }, [seed]) {
    const generator = defaultRng(seed);
    const pair = g.map((coefficient) => rednoise(plan.n, coefficient, { generator }));
    plan.forEachScale(pair[0], pair[1], (j, { coherence }) => {
      if (Number.isNaN(levels[j])) return;
      const { start, end } = plan.outside(j);
      let above = 0;
      for (let t = start; t < end; t++) if (coherence[t] > levels[j]) above++;
      const share = above / (end - start);
      sums[2 * j] += share;
      sums[2 * j + 1] += share * share;
    });
  },
  collect(state) {
    const sums = state.sums;
    state.sums = new Float64Array(sums.length);
    return sums;
  },
  merge: (left, right) => left.map((value, i) => value + right[i]),
};
