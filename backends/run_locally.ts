import { parseArgsStringToArgv } from "string-argv";
import { InvalidArgumentError } from "../random/mod.ts";
import type { LocalConfig } from "./local_config.ts";
import { isOwn, ownCommand, ownPlace } from "./own_program.ts";
import { retryRun } from "./retry_run.ts";
import { runProcess } from "./run_process.ts";
import type { OutputStream, RunCommand, RunOutcome, RunRequest } from "./run_request.ts";
import { hideSecrets } from "./secrets.ts";

/** Runs a command in a group of processes of its own, in its own folder and with its own variables. */
export function runLocally(config: LocalConfig, request: RunRequest): Promise<RunOutcome> {
  const { timeout, env_vars, working_dir, retries, capture_output, stream_output } = config;
  const { workspace, env, logs, signal } = request;
  const argv = argvOf(chooseCommand(request.command, config.command), config.shell);
  return retryRun(retries, signal, () =>
    runProcess({
      argv,
      cwd: working_dir ?? workspace,
      env: { MORLET_WORKSPACE: workspace, ...env, ...env_vars },
      timeout: timeout * 1000,
      signal,
      logs: capture_output ? logs : undefined,
      clean: (text) => hideSecrets(text, config),
      onOutput: showOutput(request, stream_output),
    }));
}

/** The command that runs: the configuration's, if it names one, in the place of the model run's. */
export function chooseCommand(
  ofRun: RunCommand | undefined,
  ofConfig: string | undefined,
  field = "command",
): RunCommand {
  if (ofConfig !== undefined && isOwn(ofRun)) {
    throw new InvalidArgumentError(
      field,
      ofConfig,
      "left out where the model is Morlet's own, which brings its command",
    );
  }
  const command = ofConfig ?? ofRun;
  if (command === undefined || (!isOwn(command) && command.length === 0)) {
    throw new InvalidArgumentError(field, command, "given, here or in the model, as there is nothing to run");
  }
  return command;
}

/** Shows output where the configuration or the caller asks for it. */
export function showOutput({ onOutput }: RunRequest, stream: boolean): (text: string, from: OutputStream) => void {
  const encoder = new TextEncoder();
  return (text, from) => {
    onOutput?.(text, from);
    if (stream) Deno[from].writeSync(encoder.encode(text));
  };
}

function argvOf(command: RunCommand, shell: boolean): [string, ...string[]] {
  if (isOwn(command)) return ownCommand(command, ownPlace()) as [string, ...string[]];
  if (typeof command !== "string") return [...command] as [string, ...string[]];
  return shell ? ["/bin/sh", "-c", command] : parseArgsStringToArgv(command) as [string, ...string[]];
}
