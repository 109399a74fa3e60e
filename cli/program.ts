import { Command, Help, type Option } from "commander";
import { VERSION } from "../backends/mod.ts";
import { backendsCommand } from "./backends_command.ts";
import { actor, collect } from "./context.ts";
import { EXIT_CODES_HELP } from "./exit_codes.ts";
import type { Terminal } from "./main.ts";
import { schemaCommand } from "./schema_command.ts";
import { attachCommand, generateCommand, pipelineCommand, postprocessCommand, runCommand } from "./study_commands.ts";
import { validateCommand } from "./validate_command.ts";
import { wctCommand } from "./wct_command.ts";

const EXAMPLES = `
Examples:
  morlet wct sst.csv co2.csv --dt 1/12 --seed 42 --simulations 1000 --backend workers --out figure.html
  morlet pipeline study.yml
  morlet validate study.yml
  morlet backends list
  morlet backends create --type docker --output docker.yml
`;

const COMMANDS = [
  wctCommand,
  pipelineCommand,
  generateCommand,
  runCommand,
  attachCommand,
  postprocessCommand,
  validateCommand,
  schemaCommand,
  backendsCommand,
];

/** The command line: commands, options and help. */
export function program(terminal: Terminal, signal: AbortSignal): Command {
  const act = actor(terminal, signal);
  const root = new Command("morlet")
    .description("Wavelet coherence with Monte Carlo significance that anyone can reproduce")
    .version(VERSION, "-V, --version")
    .option("--json", "tell results and errors as JSON")
    .option("-v, --verbose", "tell what is done; twice: everything", (_, count: number) => count + 1, 0)
    .option("--log-file <path>", "add everything that is done to a file, one JSON object a line")
    .option("--plugin <module>", "load a module with further backends; repeat for more", collect, [])
    .addHelpText("after", EXAMPLES + EXIT_CODES_HELP);
  for (const make of COMMANDS) root.addCommand(make(act));
  for (const command of everyCommand(root)) {
    command.configureHelp({ optionDescription }).exitOverride().showHelpAfterError("(morlet --help tells more)")
      .configureOutput({
        writeOut: terminal.out,
        writeErr: terminal.err,
      });
  }
  return root;
}

/** What an option does; that one which may be repeated was not given is no default to tell. */
function optionDescription(option: Option): string {
  return new Help().optionDescription(option).replace(/ ?\(default: \[\]\)/, "");
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}
