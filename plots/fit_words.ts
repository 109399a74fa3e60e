import type { Layout } from "plotly.js";
import { TEXT } from "./axis_style.ts";
import type { FigureRoom } from "./figure.ts";
import { textWidth, wrapText } from "./font.ts";
import type { Theme } from "./theme.ts";

/** Sizes in pixels: small letters, a line of the caption, room for the toolbar of an interactive figure, axis below the plot. */
const SMALL = 11.5, LINE = 16, TOOLBAR = { width: 130, height: 36 }, AXIS = 58;
/** Least share of the height that is left for the plot before the caption is shortened. */
const PLOT = 0.47;

/** Title and caption, in lines and letters that fit a figure. */
export interface FittedWords {
  /** Room above the plot, in pixels. */
  top: number;
  /** Room below it: axis and caption. */
  bottom: number;
  /** The title, part of a layout. */
  title: Partial<Layout>;
  /** The caption, none where there is no room. */
  annotations: Partial<Layout["annotations"][number]>[];
}

/**
 * Fits title and caption into a figure: a long title gets smaller letters, then lines; of captions, longest first, the first that
 * leaves enough of the height is taken, or none.
 */
export function fitWords(
  { width, height, narrowest }: FigureRoom,
  { title, captions, theme, left, right }: {
    title: string;
    captions: readonly string[];
    theme: Theme;
    left: number;
    right: number;
  },
): FittedWords {
  const room = (narrowest ?? width) - left, free = room - (narrowest === undefined ? 8 : TOOLBAR.width);
  const size = Math.max(TEXT - 1, Math.min(17, Math.floor(17 * free / Math.max(1, textWidth(title, 17)))));
  const lines = wrapText(title, size, free), high = 1.3 * size;
  const least = narrowest === undefined ? 20 : TOOLBAR.height;
  const top = title ? Math.max(least, Math.round(27 + lines.length * high)) : least;
  const wrapped = captions.filter(Boolean).map((caption) => wrapText(caption, SMALL, room - right));
  const below = (caption: readonly string[]) => AXIS + (caption.length ? caption.length * LINE + 8 : 0);
  const caption = wrapped.find((one) => height - top - below(one) >= PLOT * height) ?? [];
  return {
    top,
    bottom: below(caption),
    title: title
      ? {
        title: {
          text: lines.join("<br>"),
          xref: "paper",
          x: 0,
          xanchor: "left",
          yref: "container",
          y: 1,
          yanchor: "top",
          pad: { t: 14 },
          font: { size },
        },
      }
      : {},
    annotations: caption.length
      ? [{
        xref: "paper",
        yref: "paper",
        showarrow: false,
        text: caption.join("<br>"),
        x: 0,
        y: 0,
        yshift: -AXIS + 2,
        xanchor: "left",
        yanchor: "top",
        align: "left",
        font: { size: SMALL, color: theme.muted },
      }]
      : [],
  };
}
