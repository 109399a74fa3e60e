import { InvalidArgumentError, requirePositive } from "../random/mod.ts";
import { allowed } from "./allowed.ts";
import { plotsConfig } from "./configure_plots.ts";
import { fluidJson } from "./fluid.ts";
import { htmlFragment, htmlPage } from "./html_page.ts";
import { showNow } from "./show_now.ts";

/** One trace, in Plotly's own words; any attribute of Plotly's reference. */
export interface PlotlyTrace {
  /** Kind of trace, such as "scatter". */
  type?: string;
  /** Name of the trace. */
  name?: string;
  /** Every other attribute. */
  [attribute: string]: unknown;
}

/** Axes, size, title, fonts and colours, in Plotly's own words; any attribute of Plotly's reference. */
export interface PlotlyLayout {
  /** Width in pixels. */
  width?: number;
  /** Height in pixels. */
  height?: number;
  /** What is behind everything. */
  paper_bgcolor?: unknown;
  /** Every other attribute. */
  [attribute: string]: unknown;
}

/** How an interactive figure behaves, in Plotly's own words; any attribute of Plotly's reference. */
export interface PlotlyConfig {
  /** Whether the figure follows the size of its window. */
  responsive?: boolean;
  /** Every other attribute. */
  [attribute: string]: unknown;
}

/** The room that a figure is drawn in. */
export interface FigureRoom {
  /** Width in pixels. */
  width: number;
  /** Height in pixels. */
  height: number;
  /** Given where the figure is interactive and its width may change: the least width its words must fit. Leaves room for the toolbar. */
  narrowest?: number;
}

/** What a {@linkcode Figure} is made of. */
export interface FigureInit {
  /** Traces, in the order in which they are painted. */
  data: PlotlyTrace[];
  /** Axes, size, title, fonts, colours. */
  layout: PlotlyLayout;
  /** How the interactive figure behaves; not used by the static ones. */
  config?: PlotlyConfig;
  /** Where the numbers come from; written at the foot of the HTML page. Any JSON. */
  provenance?: unknown;
  /** One line of text that stands for the figure where none can be shown. */
  description?: string;
  /** Draws the same at another size. Without it only the layout's size changes, and the HTML page has the layout's. */
  draw?: (room: FigureRoom) => FigureInit;
}

/** Options of {@linkcode Figure.prototype.toPNG}. */
export interface PngOptions {
  /** Pixels of the picture for each pixel of the layout. Default 2. */
  scale?: number;
}

/** What {@linkcode Figure.prototype.save} can write, by the ending of the path. */
export const FIGURE_FORMATS: readonly [".html", ".svg", ".png", ".json"] = [".html", ".svg", ".png", ".json"];

/**
 * A figure as data: one Plotly specification, shown as an interactive page, as a static picture, or in a notebook.
 *
 * Static pictures are drawn by plotly.js itself, without a browser, with an openly licensed font of our own (Inter), so they look the
 * same on a machine that has no fonts. The code for that loads when first needed.
 *
 * In a notebook of Deno's Jupyter kernel a figure that is the last value of a cell shows itself: interactive where Plotly is
 * installed, as a picture elsewhere.
 *
 * @example Make a figure and look at its parts
 * ```ts
 * import { Figure } from "@morlet/morlet/plots";
 * import assert from "node:assert/strict";
 *
 * const figure = new Figure({
 *   data: [{ type: "scatter", x: [1, 2, 3], y: [2, 1, 3] }],
 *   layout: { width: 400, height: 300, xaxis: { title: { text: "Time (years)" } } },
 * });
 * const svg = await figure.toSVG();
 * assert.match(svg, /Time \(years\)/);
 * assert.match(figure.toHTML(), /<!DOCTYPE html>/);
 * ```
 */
export class Figure {
  /** Traces, in the order in which they are painted. */
  readonly data: PlotlyTrace[];
  /** Axes, size, title, fonts, colours. */
  readonly layout: PlotlyLayout;
  /** How the interactive figure behaves. */
  readonly config: PlotlyConfig;
  /** Where the numbers come from. */
  readonly provenance: unknown;
  /** One line of text that stands for the figure. */
  readonly description: string;
  readonly #draw: FigureInit["draw"];

  /** Makes a figure of a Plotly specification. */
  constructor({ data, layout, config = {}, provenance, description = "A figure", draw }: FigureInit) {
    this.data = data;
    this.layout = layout;
    this.config = {
      displaylogo: false,
      responsive: layout.width === undefined,
      // Nothing that would send the figure to a server.
      showSendToCloud: false,
      modeBarButtonsToRemove: ["sendChartToCloud", "select2d", "lasso2d", "zoomIn2d", "zoomOut2d", "autoScale2d"],
      ...config,
    };
    this.provenance = provenance;
    this.description = description;
    this.#draw = draw;
  }

  /** Whether the figure can be drawn anew for another size, as those of this package can. */
  get isFluid(): boolean {
    return this.#draw !== undefined;
  }

  /** Draws the same at another size, with letters as large as before. */
  resize(room: FigureRoom): Figure {
    const { width, height } = room;
    if (!this.#draw) return new Figure({ ...this, layout: { ...this.layout, width, height } });
    return new Figure({ ...this.#draw(room), draw: this.#draw });
  }

  /** Gives the Plotly specification, which `JSON.stringify` uses: `{ data, layout, config }`. */
  toJSON(): { data: PlotlyTrace[]; layout: PlotlyLayout; config: PlotlyConfig } {
    return { data: this.data, layout: this.layout, config: this.config };
  }

  /**
   * Gives one HTML page that needs no network: plotly.js, the font, the figure, and its provenance at the foot. The figure is as wide as
   * the window, in its own proportions.
   */
  toHTML(): string {
    return htmlPage(this);
  }

  /**
   * Draws the figure as SVG, with the font inside. Its size is the layout's width and height, 700 x 450 where it has none.
   *
   * @throws {Deno.errors.NotCapable} Without `--allow-read` and `--allow-env`.
   */
  async toSVG(): Promise<string> {
    return await allowed("SVG", "--allow-read --allow-env", async () => {
      const { renderSvg } = await import("./render_svg.ts");
      return await renderSvg(this);
    });
  }

  /**
   * Draws the figure as PNG.
   *
   * @throws {InvalidArgumentError} If the scale is not a positive number, or makes a picture of more than 100 million pixels.
   * @throws {Deno.errors.NotCapable} Without `-A`, as it takes a native module.
   */
  async toPNG({ scale = 2 }: PngOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    requirePositive("scale", scale);
    const { width = 700, height = 450 } = this.layout;
    if (width * height * scale ** 2 > 1e8) {
      throw new InvalidArgumentError("scale", scale, "small enough for a picture of at most 100 million pixels");
    }
    return await allowed("PNG", "-A", async () => {
      const [{ renderSvg }, { rasterize }] = await Promise.all([import("./render_svg.ts"), import("./rasterize.ts")]);
      return await rasterize(await renderSvg(this, { embedFont: false }), scale);
    });
  }

  /**
   * Writes the figure to a file whose ending says what it is: .html, .svg, .png or .json. Folders on the way are made; the file appears
   * whole or not at all.
   *
   * @returns The path, as given.
   * @throws {InvalidArgumentError} If the ending is another.
   */
  async save(path: string): Promise<string> {
    const format = FIGURE_FORMATS.find((ending) => typeof path === "string" && path.toLowerCase().endsWith(ending));
    const { saveAtomically } = await import("../analysis/mod.ts");
    switch (format) {
      case ".html":
        return await saveAtomically(path, this.toHTML());
      case ".svg":
        return await saveAtomically(path, await this.toSVG());
      case ".png":
        return await saveAtomically(path, await this.toPNG());
      case ".json":
        return await saveAtomically(path, JSON.stringify(this));
      case undefined:
        throw new InvalidArgumentError("path", path, `a path that ends with ${FIGURE_FORMATS.join(", ")}`);
      default:
        return format satisfies never;
    }
  }

  /**
   * Shows the figure in a notebook: Plotly's JSON, a PNG for viewers without Plotly, a line of text, and HTML where
   * {@linkcode configurePlots} asks for it. Plotly's and the HTML are as wide as the notebook; in Plotly's the height stays.
   */
  async [Symbol.for("Jupyter.display")](): Promise<Record<string, unknown>> {
    const png = await this.toPNG({ scale: 1 });
    const { plotlyJs } = plotsConfig();
    return await showNow({
      ...(plotlyJs === "none" ? {} : { "text/html": htmlFragment(this, plotlyJs) }),
      "application/vnd.plotly.v1+json": fluidJson(this),
      "image/png": png.toBase64(),
      "text/plain": this.description,
    });
  }
}
