/**
 * Results as figures: one Plotly specification, shown in a notebook, as a web page that works offline, or as a static picture.
 *
 * @module
 */
export { configurePlots, type PlotlyJs, type PlotsConfig } from "./configure_plots.ts";
export * from "./cwt_figure.ts";
export type { CwtFigureInput, CwtLabels, PlotCwtOptions } from "./cwt_options.ts";
export * from "./figure.ts";
export * from "./significance_levels_figure.ts";
export * from "./study_figure.ts";
export * from "./wct_figure.ts";
export * from "./global_spectrum_figure.ts";
export type { PeriodRange } from "./crop_periods.ts";
export type { MapGrid } from "./map_canvas.ts";
export type { ArrowOptions, FigureOptions, MapOptions } from "./map_options.ts";
export type { PlotStudyOptions, SeriesPair, StudyLabels, StudySide } from "./study_options.ts";
export type { PlotWctOptions, WctFigureInput, WctLabels } from "./wct_options.ts";
export * from "./xwt_figure.ts";
export type { PlotXwtOptions, XwtFigureInput, XwtLabels } from "./xwt_options.ts";
