import { Command } from "commander";
import { backendConfigsJSONSchema, defaultRegistry, typedJSONSchema } from "../backends/mod.ts";
import { requireOneOf } from "../random/mod.ts";
import type { Act, Context } from "./context.ts";
import { writeNew } from "./write_new.ts";

/** `morlet schema` */
export function schemaCommand(act: Act): Command {
  return new Command("schema")
    .description("prints the JSON Schema of study files, for editors and other languages' validators")
    .argument("[what]", "study, backend (any), or the name of a backend", "study")
    .option("-o, --output <path>", "write it to a new file")
    .option("--force", "overwrite that file")
    .addHelpText("after", "\nExamples:\n  morlet schema --output study.schema.json\n  morlet schema docker")
    .action(act(async (context, what: string, options: { output?: string; force?: boolean }) => {
      await printJSONSchema(context, what, options);
    }));
}

/** Prints a JSON Schema, or writes it to a file. */
export async function printJSONSchema(
  { terminal }: Context,
  what: string,
  { output, force }: { output?: string; force?: boolean },
): Promise<void> {
  const text = `${JSON.stringify(await jsonSchema(what), null, 2)}\n`;
  if (output) await writeNew(output, text, force);
  else terminal.out(text);
}

async function jsonSchema(what: string): Promise<Record<string, unknown>> {
  const names = ["study", "backend", ...defaultRegistry.names];
  requireOneOf("what", what, names);
  if (what === "backend") return backendConfigsJSONSchema();
  if (what !== "study") return typedJSONSchema(defaultRegistry.schema(what));
  const { StudyConfig } = await import("../runs/mod.ts");
  return StudyConfig.toJSONSchema();
}
