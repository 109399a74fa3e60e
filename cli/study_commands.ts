import { Command, Option } from "commander";
import { parse as parseYaml } from "yaml";
import { showProgress } from "../backends/mod.ts";
import type { BackendConfig, Job, RunOutcome } from "../backends/mod.ts";
import { InvalidArgumentError } from "../random/mod.ts";
import type { ModelRun, RunStageOptions } from "../runs/mod.ts";
import { backendOption } from "./backend_option.ts";
import { collect } from "./context.ts";
import type { Act, Context } from "./context.ts";
import { StageLine } from "./stage_line.ts";

interface StudyOptions {
  readonly plugins: boolean;
  readonly force?: boolean;
  readonly backend?: string;
}

interface PipelineOptions extends StudyOptions {
  readonly dryRun?: boolean;
  readonly cleanupOnFailure?: boolean;
  readonly validateStages: boolean;
  readonly processor: string[];
  readonly wait: boolean;
}

/** `morlet pipeline` */
export function pipelineCommand(act: Act): Command {
  return study("pipeline", "takes a study through all its stages: generate, run, postprocess", [
    "morlet pipeline study.yml",
    "morlet pipeline study.yml --dry-run",
    "morlet pipeline study.yml --backend docker.yml --json",
  ])
    .addOption(backend())
    .addOption(force())
    .addOption(noWait())
    .option("--dry-run", "check everything, tell what would be done, and do nothing")
    .option("--cleanup-on-failure", "remove the workspace if a stage fails")
    .option("--no-validate-stages", "do not check what a stage leaves before the next begins")
    .option("-p, --processor <name>", "postprocess by this instead; repeat for more", collect, [])
    .action(act(async (context, file: string, options: PipelineOptions) => {
      const { pipeline } = await import("../runs/mod.ts");
      const { force, dryRun, cleanupOnFailure, validateStages, plugins, processor, wait } = options;
      const line = new StageLine(context);
      const result = await pipeline(file, {
        backend: await chosenBackend(options),
        postprocess: processor.length > 0 ? processor.map((type) => ({ type })) : undefined,
        ...{
          force,
          dryRun,
          cleanupOnFailure,
          validateStages,
          plugins,
          wait,
          ...line.listeners,
          signal: context.signal,
        },
      });
      const stages = result.stages.map(({ stage, status, message }) => `${stage}: ${status}. ${message}`);
      context.tell(result, [...stages, `Workspace ${result.workspace}`].join("\n"));
    }));
}

/** `morlet generate` */
export function generateCommand(act: Act): Command {
  return study("generate", "makes the workspace of a study: inputs, settings, the seed", ["morlet generate study.yml"])
    .addOption(force())
    .action(act(async ({ tell }, file: string, options: StudyOptions) => {
      const run = await open(file, options);
      const { workspace, seed } = await run.generate({ force: options.force });
      tell({ workspace, seed }, `Made ${workspace} with seed ${seed}`);
    }));
}

/** `morlet run` */
export function runCommand(act: Act): Command {
  return study("run", "runs a study in its workspace, which is made first where it is not there", [
    "morlet run study.yml",
    "morlet run study.yml --backend local",
    "morlet run study.yml --backend slurm.yml --no-wait",
  ])
    .addOption(backend())
    .addOption(force())
    .addOption(noWait())
    .action(act(async (context, file: string, options: StudyOptions & { wait: boolean }) => {
      const { signal, tell } = context;
      const run = await open(file, options);
      const backend = await chosenBackend(options);
      if (options.force || !await run.record()) await run.generate({ force: options.force });
      if (options.wait) return await waitFor(context, run, (listeners) => run.run(backend, listeners));
      const submitted = await run.submit(backend, { signal });
      const { id, status } = submitted;
      tell(
        { workspace: run.workspace, submitted },
        `Job ${id} is ${status}. Follow it by morlet attach ${file}, or scancel ${id}`,
      );
    }));
}

/** `morlet attach` */
export function attachCommand(act: Act): Command {
  return study("attach", "follows the run that was submitted from a study's workspace to its end", [
    "morlet attach study.yml",
  ])
    .option("-b, --backend <name|file>", "how it was submitted, where the study says otherwise")
    .action(act(async (context, file: string, options: StudyOptions) => {
      const run = await open(file, options);
      const backend = await chosenBackend(options);
      await waitFor(context, run, (listeners) => run.attach(backend, listeners));
    }));
}

/** `morlet postprocess` */
export function postprocessCommand(act: Act): Command {
  return study("postprocess", "postprocesses what a run has put out: as the study says, or by the processor named", [
    "morlet postprocess study.yml",
    "morlet postprocess study.yml archive --option format=zip",
    "morlet postprocess study.yml analyze -O output_format=netcdf -O compress=true",
  ])
    .argument("[processor]", "name of a postprocessor, such as noop, archive, analyze or visualize")
    .option("-O, --option <name=value>", "a field of the postprocessor's configuration; repeat for more", collect, [])
    .action(act(async (
      { signal, log, tell },
      file: string,
      processor: string | undefined,
      options: StudyOptions & { option: string[] },
    ) => {
      if (!processor && options.option.length > 0) {
        throw new InvalidArgumentError("option", options.option[0], "beside the name of a postprocessor");
      }
      const run = await open(file, options);
      const configs = processor ? [{ ...fields(options.option), type: processor }] : run.study.postprocess;
      const results = [];
      for (const config of configs) {
        results.push({ type: config.type, ...await run.postprocess(config, { signal }) });
        log.info("{type}: {message}", results.at(-1));
      }
      const text = results.map(({ type, message }) => `${type}: ${message}`).join("\n");
      tell(results, text || "The study names no postprocessors");
    }));
}

function study(name: string, description: string, examples: readonly string[]): Command {
  return new Command(name)
    .description(description)
    .argument("<study>", "the study's file, YAML or JSON")
    .option("--no-plugins", "do not load the plug-ins that the study names")
    .addHelpText("after", `\nExamples:\n${examples.map((example) => `  ${example}`).join("\n")}`);
}

function backend(): Option {
  return new Option(
    "-b, --backend <name|file>",
    "where it runs instead: a backend's name, or a file with its configuration",
  );
}

function noWait(): Option {
  return new Option("--no-wait", "submit the run, tell its number, and leave: where it goes on by itself, as on Slurm");
}

function force(): Option {
  return new Option("--force", "begin anew, and overwrite what a finished run has left");
}

async function open(file: string, { plugins }: StudyOptions) {
  const { ModelRun } = await import("../runs/mod.ts");
  return await ModelRun.fromFile(file, { plugins });
}

/** Shows a run until it ends, and tells what it took. */
async function waitFor(
  context: Context,
  { workspace }: ModelRun,
  start: (listeners: RunStageOptions) => Job<RunOutcome>,
): Promise<void> {
  const { log, signal, tell } = context;
  const { onOutput } = new StageLine(context).listeners;
  const job = start({ onOutput, onStatus: (status) => log.info("run: {status}", { status }), signal });
  showProgress(job);
  const { usage } = await job;
  log.info("ran", { workspace, ...usage });
  tell({ workspace, usage }, `Ran in ${workspace} for ${usage.wallSeconds.toFixed(1)} s`);
}

async function chosenBackend({ backend }: StudyOptions): Promise<BackendConfig | undefined> {
  return backend === undefined ? undefined : await backendOption(backend);
}

/** Fields of `name=value`, whose values are read as YAML reads them. */
function fields(options: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(options.map((option) => {
    const [, name, value] = /^([^=]+)=([\s\S]*)$/.exec(option) ?? [];
    if (name) return [name, parseYaml(value)];
    throw new InvalidArgumentError("option", option, "name=value");
  }));
}
