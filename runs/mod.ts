/**
 * Studies on disk: a file says what is computed, where, and what becomes of the output.
 *
 * @module
 */
export { type AnalyseOptions, analyseWct, type WctStudyResult } from "./analyse_wct.ts";
export { AnalyzeConfig } from "./analyze.ts";
export { ArchiveConfig } from "./archive.ts";
export { coherenceToNetcdf, readCoherence, type StoredCoherence, type StoredResult } from "./coherence_file.ts";
export {
  type CommandModel,
  type Model,
  type PrepareConfig,
  type SeriesConfig,
  TIME_UNITS,
  type WctModel,
} from "./model.ts";
export { type FromFileOptions, type GenerateOptions, ModelRun } from "./model_run.ts";
export * from "./netcdf.ts";
export { NoopConfig } from "./noop.ts";
export * from "./pipeline.ts";
export * from "./postprocessor.ts";
export type { PreparedSeries } from "./prepare_series.ts";
export {
  getPostprocessor,
  listPostprocessors,
  loadPostprocessors,
  parseProcessorConfig,
  processorConfigsJSONSchema,
  registerPostprocessor,
} from "./processor_registry.ts";
export { PostprocessorError } from "./run_postprocessor.ts";
export { RunFailedError, type RunStageOptions } from "./run_stage.ts";
export * from "./scale_summary.ts";
export type { SeriesSetting, SeriesTerms } from "./series_terms.ts";
export type { Settings } from "./settings.ts";
export * from "./study.ts";
export { type Cell, formatOf, readTable, type Table, TABLE_FORMATS, type TableFormat } from "./table.ts";
export { testableSeries } from "./testable_series.ts";
export type { TimeAxis } from "./time_axis.ts";
export { coherenceFigure, VisualizeConfig } from "./visualize.ts";
export { type RunRecord, WorkspaceError } from "./workspace.ts";
