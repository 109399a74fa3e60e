/** Colours of a figure, apart from the map's own. */
export interface Theme {
  /** Behind everything. */
  paper: string;
  /** Letters, axis lines and ticks. */
  ink: string;
  /** Caption and other letters of less weight. */
  muted: string;
  /** Veil over what is inside the cone of influence. */
  veil: string;
  /** Hatching on the veil. */
  hatch: string;
  /** Edge of the cone of influence. */
  cone: string;
  /** Significance contour. */
  contour: string;
  /** The same inside the cone of influence, on the veil. */
  dashes: string;
  /** Phase arrows. */
  arrow: string;
  /** Lines that the colour-blind can tell apart (Okabe and Ito 2008). */
  lines: readonly string[];
}

/** The two themes. Contour and arrows are black in both, as they lie on the light half of the colour scale. */
export const THEMES: Readonly<Record<"light" | "dark", Theme>> = {
  light: {
    paper: "#ffffff",
    ink: "#1a1a1a",
    muted: "#4d4d4d",
    veil: "rgba(255,255,255,0.45)",
    hatch: "rgba(255,255,255,0.8)",
    cone: "#ffffff",
    contour: "#000000",
    dashes: "#1a1a1a",
    arrow: "#000000",
    lines: ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"],
  },
  dark: {
    paper: "#14171c",
    ink: "#e8eaed",
    muted: "#b4b9c1",
    veil: "rgba(20,23,28,0.5)",
    hatch: "rgba(232,234,237,0.22)",
    cone: "#e8eaed",
    contour: "#000000",
    dashes: "#e8eaed",
    arrow: "#000000",
    lines: ["#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#f0e442"],
  },
};

/** A light edge around contour and arrows, for maps where they cross dark colours. */
export const CASING = "rgba(255,255,255,0.75)";
