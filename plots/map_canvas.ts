import type { Theme } from "./theme.ts";
import type { TimeScale } from "./time_scale.ts";

/** Axes of a map over time and period. Matrices on it are row-major, `[scales, times]`. */
export interface MapGrid {
  /** Fourier periods, one a scale, increasing, in the unit of `dt`. */
  periods: ArrayLike<number>;
  /** The longest trustworthy period at each time, in the unit of `dt`. */
  coi: ArrayLike<number>;
  /** Number of scales and of times. */
  shape: readonly [scales: number, times: number];
}

/** What the traces of one map share. */
export interface MapCanvas<Grid extends MapGrid = MapGrid> {
  /** The result to draw. */
  result: Grid;
  /** Where samples lie in time. */
  time: TimeScale;
  /** Size of the map itself, in pixels. */
  width: number;
  /** Size of the map itself, in pixels. */
  height: number;
  /** Colours. */
  theme: Theme;
}
