import inter from "./font/inter.json" with { type: "json" };

/** The typeface of every figure: Inter, SIL Open Font License 1.1. A browser that lacks it takes the next. */
export const FONT_FAMILY = "Inter, Open Sans, Helvetica, Arial, sans-serif";

const advances = new Map(Object.entries(inter.advances));

/** Width of a line of text, in pixels, without a browser. Letters the font lacks count as wide as its widest usual ones. */
export function textWidth(text: string, size: number): number {
  let units = 0;
  for (const letter of text) units += advances.get(letter) ?? inter.unitsPerEm;
  return units / inter.unitsPerEm * size;
}

/** Breaks text between words, a number and its per cent sign being one, into lines no wider than `width` pixels; a word wider than that has a line of its own. */
export function wrapText(text: string, size: number, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/ (?!%)/)) {
    const longer = line ? `${line} ${word}` : word;
    if (line && textWidth(longer, size) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line ? [...lines, line] : lines;
}

/** Height above and below the baseline of a line of text, in pixels. */
export function textExtent(size: number): { ascent: number; descent: number } {
  return { ascent: inter.ascent / inter.unitsPerEm * size, descent: inter.descent / inter.unitsPerEm * size };
}

/** The font file, TrueType, in base64. */
export function fontBase64(): string {
  return inter.ttf;
}

/** CSS that makes the font known to a page or an SVG file, without a network. */
export function fontFace(): string {
  return `@font-face{font-family:"${inter.family}";src:url(data:font/ttf;base64,${inter.ttf}) format("truetype")}`;
}
