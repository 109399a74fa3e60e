import { JSDOM } from "jsdom";
import plotly from "plotly.js-cartesian-dist-min/plotly-cartesian.min.js" with { type: "text" };
import { createCanvas } from "./canvas_stand_in.ts";
import type { Figure } from "./figure.ts";
import { fontFace } from "./font.ts";
import { type SvgElement, textBox } from "./text_box.ts";

/** Options of {@linkcode renderSvg}. */
export interface RenderOptions {
  /** Whether the file carries its font (about 90 kB). Default true. */
  embedFont?: boolean;
}

/** Draws a figure as SVG: plotly.js itself in a window without a screen. */
export async function renderSvg(figure: Figure, { embedFont = true }: RenderOptions = {}): Promise<string> {
  const { width = 700, height = 450 } = figure.layout;
  const { window } = new JSDOM("<!DOCTYPE html><body></body>", { runScripts: "outside-only" });
  try {
    standIn(window);
    window.eval(plotly);
    // A copy, because plotly.js writes into what it is given; without the traces that are there to be pointed at only.
    const { data, layout } = JSON.parse(JSON.stringify(figure));
    const shown = data.filter((trace: { opacity?: number }) => trace.opacity !== 0);
    const url: string = await window.Plotly.toImage({ data: shown, layout }, { format: "svg", width, height });
    const svg = decodeURIComponent(url.slice(url.indexOf(",") + 1))
      // The renderer of PNG does not know quotation marks in url().
      .replaceAll(/url\((?:'|"|&quot;)(#[^'"&)]+)(?:'|"|&quot;)\)/g, "url($1)");
    return embedFont ? svg.replace(">", () => `><style>${fontFace()}</style>`) : svg;
  } finally {
    window.close();
  }
}

// deno-lint-ignore no-explicit-any
type Window = any;

/** What plotly.js asks of a browser and jsdom has not. */
function standIn(window: Window): void {
  window.matchMedia = () => ({ matches: false, addEventListener() {}, removeEventListener() {}, addListener() {} });
  window.URL.createObjectURL = () => "";
  window.HTMLCanvasElement.prototype.getContext = function (kind: string) {
    this.standIn ??= createCanvas(() => ({ width: this.width, height: this.height }));
    return this.standIn.getContext(kind);
  };
  window.HTMLCanvasElement.prototype.toDataURL = function () {
    return this.standIn.toDataURL();
  };
  const box = function (this: SvgElement) {
    return textBox(this);
  };
  window.SVGElement.prototype.getBoundingClientRect = box;
  window.SVGElement.prototype.getBBox = box;
  window.SVGElement.prototype.getComputedTextLength = function (this: SvgElement) {
    return textBox(this).width;
  };
}
