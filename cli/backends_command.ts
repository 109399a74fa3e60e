import { Command } from "commander";
import { backendTable, defaultRegistry, listBackends } from "../backends/mod.ts";
import { requireOneOf } from "../random/mod.ts";
import type { Act } from "./context.ts";
import { printJSONSchema } from "./schema_command.ts";
import { configTemplate } from "./template.ts";
import { validateFiles } from "./validate_command.ts";
import { writeNew } from "./write_new.ts";

/** `morlet backends list|validate|schema|create` */
export function backendsCommand(act: Act): Command {
  const backends = new Command("backends").description("what there is to run on, and how it is configured");

  backends.command("list")
    .description("tells which backends there are, whether they can be used here, and if not what to do about it")
    .option("--available", "only those that can be used here")
    .addHelpText("after", "\nExamples:\n  morlet backends list\n  morlet backends list --available --json")
    .action(act(async ({ tell }, { available }: { available?: boolean }) => {
      const infos = await listBackends({ availableOnly: available });
      tell(infos, backendTable(infos));
    }));

  backends.command("validate")
    .description("checks configurations of backends; tells everything that is wrong, with file and line")
    .argument("<file...>", "YAML or JSON, several documents allowed")
    .option("--type <backend>", "the backend, where the documents do not name it by `type`")
    .option("--no-plugins", "do not load the plug-ins that documents name")
    .addHelpText("after", "\nExample:\n  morlet backends validate docker.yml local.yml")
    .action(act(async (context, files: string[], options: { type?: string; plugins: boolean }) => {
      await validateFiles(context, files, { ...options, only: "backend" });
    }));

  backends.command("schema")
    .description("prints the JSON Schema of a backend's configuration (without a name: of all backends)")
    .argument("[backend]", "name of a backend")
    .option("-o, --output <path>", "write it to a new file")
    .option("--force", "overwrite that file")
    .addHelpText("after", "\nExample:\n  morlet backends schema docker --output docker.schema.json")
    .action(act(async (context, name: string | undefined, options: { output?: string; force?: boolean }) => {
      await printJSONSchema(context, name ?? "backend", options);
    }));

  backends.command("create")
    .description("writes a commented configuration to start from")
    .requiredOption("-t, --type <backend>", "name of a backend")
    .option("-o, --output <path>", "write it to a new file")
    .option("--force", "overwrite that file")
    .addHelpText("after", "\nExample:\n  morlet backends create --type docker --output docker.yml")
    .action(act(async ({ terminal, tell, log }, options: { type: string; output?: string; force?: boolean }) => {
      const hint = "A backend of a plug-in needs --plugin MODULE, or the variable MORLET_PLUGINS";
      requireOneOf("backend", options.type, defaultRegistry.names, hint);
      const text = configTemplate(defaultRegistry.schema(options.type));
      if (!options.output) return terminal.out(text);
      await writeNew(options.output, text, options.force);
      log.info("wrote {file}", { file: options.output });
      tell({ type: options.type, file: options.output }, `Wrote ${options.output}`);
    }));

  return backends;
}
