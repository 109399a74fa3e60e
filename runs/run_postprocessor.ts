import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { getBackend, LocalConfig } from "../backends/mod.ts";
import { getPostprocessor, isPortable } from "./processor_registry.ts";
import type { ProcessorConfig, ProcessorContext, ProcessorResult } from "./postprocessor.ts";
import type { Settings } from "./settings.ts";

/** What the program of a postprocessor is told. */
export interface ProcessorOrders {
  /** The postprocessor's configuration, without its variables, which are its environment. */
  readonly config: ProcessorConfig;
  /** The run's folder. */
  readonly workspace: string;
  /** What decided the results. */
  readonly settings: Settings;
  /** Where its result is to be written. */
  readonly result: string;
}

/** Thrown when a postprocessor has failed. */
export class PostprocessorError extends Error {
  /** Names the class. */
  override readonly name = "PostprocessorError";
  /** The postprocessor's name. */
  readonly postprocessor: string;

  /** Says why it failed. */
  constructor(postprocessor: string, reason: string, options?: ErrorOptions) {
    super(`The postprocessor "${postprocessor}" failed: ${reason}`, options);
    this.postprocessor = postprocessor;
  }
}

/** Runs a postprocessor, in a process of its own where it can be found there: so its time, variables and folder act. */
export async function runPostprocessor(
  config: ProcessorConfig,
  context: Omit<ProcessorContext, "outputs">,
): Promise<ProcessorResult> {
  return isPortable(config.type) ? await apart(config, context) : await here(config, context);
}

async function apart(config: ProcessorConfig, context: Omit<ProcessorContext, "outputs">): Promise<ProcessorResult> {
  const { workspace, settings, signal } = context;
  const { type, timeout, env_vars, working_dir, retries } = config;
  const result = join(workspace, "logs", `${type}.result.json`);
  const orders: ProcessorOrders = { config: { ...config, env_vars: {} }, workspace, settings, result };
  await rm(result, { force: true });
  // Parsed already, so that a timeout too short for users is none for tests.
  await using backend = getBackend("local", LocalConfig.parse({ env_vars, working_dir, retries: retries ?? 0 }));
  const limit = AbortSignal.timeout(timeout * 1000);
  const job = backend.run(
    { module: "runs/postprocess_main.ts", args: [JSON.stringify(orders)], permissions: ["all"] },
    { workspace, logs: join(workspace, "logs", type), signal: AbortSignal.any([signal, limit]) },
  );
  try {
    const outcome = await job;
    if (!outcome.success) throw new PostprocessorError(type, lastWords(outcome.stderr) || outcome.reason!);
    return JSON.parse(await readFile(result, "utf8")) as ProcessorResult;
  } catch (error) {
    if (limit.aborted && !signal.aborted) throw timedOut(type, timeout, error);
    throw error;
  } finally {
    await rm(result, { force: true });
  }
}

/** One that only this program knows: it can be asked to stop, and is not waited for any longer. */
async function here(config: ProcessorConfig, context: Omit<ProcessorContext, "outputs">): Promise<ProcessorResult> {
  const { type, timeout } = config;
  const limit = new AbortController();
  const clock = setTimeout(() => limit.abort(timedOut(type, timeout)), timeout * 1000);
  const signal = AbortSignal.any([context.signal, limit.signal]);
  const outputs = join(context.workspace, "outputs");
  try {
    return await Promise.race([
      getPostprocessor(type).process({ ...context, outputs, signal }, config),
      new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true })),
    ]);
  } catch (error) {
    if (signal.aborted || error instanceof PostprocessorError) throw error;
    throw new PostprocessorError(type, (error as Error).message, { cause: error });
  } finally {
    clearTimeout(clock);
  }
}

function timedOut(type: string, timeout: number, cause?: unknown): PostprocessorError {
  return new PostprocessorError(type, `its time of ${timeout} s was over`, { cause });
}

/** The message of the error that ended it. */
function lastWords(stderr: string): string {
  return /^Failed: ([\s\S]*)$/m.exec(stderr)?.[1].trim() ?? stderr.trim().split("\n").slice(-8).join("\n");
}
