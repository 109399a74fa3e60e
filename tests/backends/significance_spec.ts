import type { SignificanceSpec } from "../../analysis/mod.ts";

/** A small job of the built-in task. */
export const SPEC: SignificanceSpec = {
  n: 64,
  dt: 1,
  dj: 1 / 4,
  s0: 2,
  J: 16,
  wavelet: { name: "morlet" },
  convention: "exact",
  ar1: [0.7, -0.4],
  precision: "single",
};
