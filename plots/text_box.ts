import { textExtent, textWidth } from "./font.ts";

/** What a browser's DOMRect tells. */
export interface TextBox {
  /** Least x, in pixels. */
  x: number;
  /** Least y, in pixels, downwards. */
  y: number;
  /** Least x. */
  left: number;
  /** Greatest x. */
  right: number;
  /** Least y. */
  top: number;
  /** Greatest y. */
  bottom: number;
  /** From left to right. */
  width: number;
  /** From top to bottom. */
  height: number;
}

/** What is asked of an element of SVG: a project that imports this need not know the types of a browser. */
export interface SvgElement {
  /** Its name, such as "text". */
  readonly tagName: string;
  /** The text in it. */
  readonly textContent: string | null;
  /** The element around it. */
  readonly parentElement: SvgElement | null;
  /** Its own style. */
  readonly style: { getPropertyValue(name: string): string };
  /** The value of an attribute. */
  getAttribute(name: string): string | null;
  /** The elements in it that a selector names. */
  querySelectorAll(selector: string): Iterable<SvgElement>;
}

/** The place that the text in an SVG element takes, from the font's own measures. An element without text takes none. */
export function textBox(element: SvgElement): TextBox {
  const xs: number[] = [], ys: number[] = [];
  const texts = element.tagName === "text" ? [element] : [...element.querySelectorAll("text")];
  for (const text of texts) {
    const { style } = text;
    if (style.getPropertyValue("display") === "none") continue;
    const size = Number.parseFloat(style.getPropertyValue("font-size")) || 12;
    const { ascent, descent } = textExtent(size);
    const anchor = style.getPropertyValue("text-anchor") || text.getAttribute("text-anchor");
    const lines = [...text.querySelectorAll("tspan.line")];
    for (const line of lines.length ? lines : [text]) {
      const width = textWidth(line.textContent ?? "", size);
      const x = Number(line.getAttribute("x") ?? text.getAttribute("x") ?? 0);
      const y = Number(text.getAttribute("y") ?? 0) + (Number.parseFloat(line.getAttribute("dy") ?? "") || 0) * size;
      const left = anchor === "middle" ? x - width / 2 : anchor === "end" ? x - width : x;
      for (
        const corner of [[left, y - ascent], [left + width, y - ascent], [left, y + descent], [
          left + width,
          y + descent,
        ]]
      ) {
        const [cornerX, cornerY] = moved(corner as [number, number], text, element);
        xs.push(cornerX);
        ys.push(cornerY);
      }
    }
  }
  const left = xs.length ? Math.min(...xs) : 0, right = xs.length ? Math.max(...xs) : 0;
  const top = ys.length ? Math.min(...ys) : 0, bottom = ys.length ? Math.max(...ys) : 0;
  return { x: left, y: top, left, right, top, bottom, width: right - left, height: bottom - top };
}

/** A point of `from` where it lies in `to`, an element around it: after the moves and turns of those between. */
function moved([x, y]: [number, number], from: SvgElement, to: SvgElement): [number, number] {
  for (let element: SvgElement | null = from; element; element = element === to ? null : element.parentElement) {
    const steps = [...(element.getAttribute("transform") ?? "").matchAll(/(translate|rotate)\(([^)]*)\)/g)];
    for (const [, verb, list] of steps.reverse()) {
      const [a = 0, b = 0, c = 0] = list.split(/[\s,]+/).filter(Boolean).map(Number);
      if (verb === "translate") [x, y] = [x + a, y + b];
      else {
        const cos = Math.cos(a * Math.PI / 180), sin = Math.sin(a * Math.PI / 180);
        [x, y] = [b + (x - b) * cos - (y - c) * sin, c + (x - b) * sin + (y - c) * cos];
      }
    }
  }
  return [x, y];
}
