// Tasks that tell how often they were prepared where they run, for the tests of what threads keep.

import type { TaskDefinition } from "../../backends/mod.ts";

interface State {
  /** The how-manieth in this thread. */
  readonly preparation: number;
  gathered: [index: number, preparation: number][];
}

let preparations = 0;

/** Lists each simulation with the preparation that it used; throws at {@linkcode FAILS}. */
export const reusable: TaskDefinition<[label: string], State, State["gathered"]> = {
  associative: true,
  reusable: true,
  prepare: () => ({ preparation: ++preparations, gathered: [] }),
  simulate(state, key, index) {
    state.gathered.push([index, state.preparation]);
    if (index === 2 && key[0] === FAILS) throw new Error("asked to fail");
  },
  collect(state) {
    const { gathered } = state;
    state.gathered = [];
    return gathered;
  },
  merge: (left, right) => [...left, ...right],
};

/** The seed of simulation 2 of master seed 42, at which {@linkcode reusable} throws. */
export const FAILS = 233227757;

/** The same, prepared anew for every job. */
export const notReusable: typeof reusable = { ...reusable, reusable: false };
