/**
 * Results as figures: one Plotly specification, shown in a notebook, as a web page that works offline, or as a static picture.
 *
 * @module
 */
export * from "./figure.ts";
export * from "./wct_figure.ts";
export type { ArrowOptions, PlotWctOptions, WctFigureInput, WctLabels } from "./wct_options.ts";
