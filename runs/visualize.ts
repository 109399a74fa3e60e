import { join } from "node:path";
import { z } from "zod";
import { extendBaseConfig } from "../backends/mod.ts";
import type { ConfigSchema } from "../backends/mod.ts";
import { plotWct } from "../plots/mod.ts";
import type { Figure, PlotWctOptions } from "../plots/mod.ts";
import { readCoherence } from "./coherence_file.ts";
import type { StoredCoherence } from "./coherence_file.ts";
import type { PostprocessorDefinition, ProcessorConfig } from "./postprocessor.ts";

/** Configuration of the postprocessor `visualize`. */
export interface VisualizeConfig extends ProcessorConfig {
  /** Names the postprocessor. */
  readonly type: "visualize";
  /** As what the figure is written (default HTML, SVG and PNG). */
  readonly formats: readonly ("html" | "svg" | "png")[];
  /** Over the figure (default none). */
  readonly title?: string;
  /** Width in pixels (default 900). */
  readonly width: number;
  /** Height in pixels (default 520). */
  readonly height: number;
  /** For paper, or for screens (default "light"). */
  readonly theme: "light" | "dark";
  /** Shortest and longest period to draw, or "all" (default: those with a sample outside the cone of influence). */
  readonly period_range?: readonly [number, number] | "all";
}

const pixels = (least: number) => z.int(`must be a whole number from ${least} to 10000`).min(least).max(10_000);

/** Checks configurations of `visualize`. */
export const VisualizeConfig: ConfigSchema<VisualizeConfig> = extendBaseConfig<VisualizeConfig>("visualize", {
  formats: z.array(z.enum(["html", "svg", "png"], `must be "html", "svg" or "png"`), "must be a list of formats")
    .min(1, "must name a format").default(["html", "svg", "png"]),
  title: z.string("must be a text").optional(),
  width: pixels(320).default(900),
  height: pixels(240).default(520),
  theme: z.enum(["light", "dark"], `must be "light" or "dark"`).default("light"),
  period_range: z.union([
    z.tuple([z.number().positive(), z.number().positive()])
      .refine(([short, long]) => short < long, "must be a shorter and a longer period"),
    z.literal("all"),
  ], 'must be two positive numbers, or "all"').optional(),
});

/** Draws the coherence map. */
export const visualize: PostprocessorDefinition<VisualizeConfig> = {
  name: "visualize",
  description: "Draws the coherence map as HTML, SVG and PNG",
  schema: VisualizeConfig,
  async process({ workspace, outputs, settings: { model } }, { formats, period_range, title, width, height, theme }) {
    if (model.type !== "wct") throw new Error(`It draws coherence, and the model is "${model.type}"`);
    const stored = await readCoherence(join(outputs, "results.nc"));
    const figure = coherenceFigure(stored, { title, width, height, theme, periodRange: period_range });
    const files = formats.map((format) => `figures/coherence.${format}`);
    for (const file of files) await figure.save(join(workspace, file));
    return { message: `Drew ${files.length} figure${files.length === 1 ? "" : "s"}`, files };
  },
};

/** The figure of a study's coherence, with its times, names and units. */
export function coherenceFigure({ result, times, names, unit }: StoredCoherence, options: PlotWctOptions = {}): Figure {
  return plotWct(result, {
    times,
    names,
    periodUnit: unit,
    timeUnit: times instanceof Float64Array ? unit : "",
    ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
  });
}
