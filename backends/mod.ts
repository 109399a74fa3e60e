export { backOff } from "./back_off.ts";
export * from "./backend.ts";
export * from "./base_config.ts";
export * from "./codec.ts";
export * from "./config.ts";
export * from "./config_error.ts";
export * from "./config_json_schema.ts";
export type { PathKind } from "./config_paths.ts";
export * from "./built_in_configs.ts";
export * from "./dask_config.ts";
export * from "./dask.ts";
export * from "./default_registry.ts";
export * from "./docker_config.ts";
export * from "./docker.ts";
export { OuterVariableError, receiveTask, sendTask, type SentTask } from "./function_source.ts";
export type { GpuArgument, GpuArgumentKind, GpuArgumentKinds } from "./gpu_arguments.ts";
export * from "./gpu_errors.ts";
export * from "./gpu_program.ts";
export * from "./gpu_task.ts";
export * from "./job.ts";
export { LaneLostError, SimulationTimeoutError } from "./lane.ts";
export * from "./load_config.ts";
export * from "./load_document.ts";
export * from "./local_config.ts";
export * from "./local.ts";
export {
  DISPLAY,
  escapeHtml,
  htmlTable,
  type MimeBundle,
  type NotebookKernel,
  notebookKernel,
  showNow,
  showsAs,
  textTable,
} from "./notebook.ts";
export { BackendClosedError, openBackend } from "./open_backend.ts";
export { showProgress } from "./progress_bar.ts";
export * from "./provenance.ts";
export * from "./registry.ts";
export { RunStartError } from "./run_process.ts";
export * from "./run_request.ts";
export * from "./run_span.ts";
export { hideSecrets, isSecretName, maskSecrets } from "./secrets.ts";
export * from "./sequential.ts";
export { ShardLostError } from "./shards/shard_lost_error.ts";
export * from "./slurm_config.ts";
export { SlurmError } from "./slurm/commands.ts";
export { WorkFolderError } from "./slurm/work_folder.ts";
export * from "./slurm.ts";
export { PartialMerger, SpanQueue } from "./span_queue.ts";
export {
  type AnyTaskDefinition,
  type ModuleReference,
  resolveTask,
  type Span,
  type Task,
  type TaskDefinition,
  type WorkerFunction,
} from "./task.ts";
export * from "./time_limit.ts";
export * from "./webgpu.ts";
export * from "./workers.ts";
