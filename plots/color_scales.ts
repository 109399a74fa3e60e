import type { ColorScale } from "./map_heat.ts";

/**
 * Colours for angles from -180° to 180°: light at antiphase, dark in phase, blue and red for the quarters between, so that they can be
 * told apart by the colour-blind and in grey. Matplotlib's "twilight", by Bastian Bechtold (public domain), at 17 places.
 */
export const CYCLIC: ColorScale = [
  "#e2d9e2",
  "#c4ced4",
  "#95b5c7",
  "#7297c1",
  "#6276ba",
  "#5e51ad",
  "#5a2b90",
  "#46145e",
  "#301437",
  "#4a1342",
  "#741e4f",
  "#973450",
  "#b15552",
  "#c27b62",
  "#cca287",
  "#d8c6bd",
  "#e2d9e2",
].map((color, i) => [i / 16, color] as const);
