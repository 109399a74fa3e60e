import { Command } from "commander";
import {
  ConfigError,
  configIssue,
  defaultRegistry,
  describeIssue,
  loadDocuments,
  parseBackendConfig,
} from "../backends/mod.ts";
import { parseDocument, pluginsOf, withPlugins } from "../backends/mod.ts";
import type { ConfigIssue, LoadedDocument } from "../backends/mod.ts";
import { InvalidArgumentError } from "../random/mod.ts";
import type { WctModel } from "../runs/mod.ts";
import type { Act, Context } from "./context.ts";
import { Reported } from "./main.ts";

/** How files are checked. */
export interface ValidateOptions {
  /** The backend, where documents do not name it. */
  type?: string;
  /** Whether plug-ins that documents name are loaded. */
  plugins: boolean;
  /** Refuses studies. */
  only?: "backend";
}

interface Verdict {
  readonly file: string;
  /** "study", or the backend's name, of each document. */
  readonly documents: string[];
  readonly valid: boolean;
  readonly issues: readonly ConfigIssue[];
}

/** `morlet validate` */
export function validateCommand(act: Act): Command {
  return new Command("validate")
    .description(
      "checks studies, their series too, and configurations of backends; tells everything that is wrong, with file and line",
    )
    .argument("<file...>", "YAML or JSON, several documents allowed")
    .option("--type <backend>", "check against a backend's rules, where the documents do not name it by `type`")
    .option("--no-plugins", "do not load the plug-ins that documents name")
    .addHelpText("after", "\nExamples:\n  morlet validate study.yml\n  morlet validate configs/*.yml --json")
    .action(act(async (context, files: string[], options: ValidateOptions) => {
      await validateFiles(context, files, options);
    }));
}

/** Checks files and tells of each. @throws {Reported} If something is wrong. */
export async function validateFiles({ tell, log }: Context, files: string[], options: ValidateOptions): Promise<void> {
  const verdicts: Verdict[] = [];
  for (const file of files) {
    verdicts.push(await validate(file, options));
    log.debug("checked", { ...verdicts.at(-1) });
  }
  tell(verdicts, verdicts.map(describe).join("\n"));
  if (verdicts.some(({ valid }) => !valid)) throw new Reported();
}

function describe({ file, documents, valid, issues }: Verdict): string {
  if (valid) return `${file}: valid (${documents.join(", ") || "nothing in it"})`;
  return [`${file}: not valid`, ...issues.map((issue) => `  ${describeIssue(issue)}`)].join("\n");
}

async function validate(file: string, options: ValidateOptions): Promise<Verdict> {
  const documents: string[] = [];
  const issues: ConfigIssue[] = [];
  const collect = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      issues.push(...error.issues);
    }
  };
  await collect(async () => {
    for (const document of await loadDocuments(file)) {
      await collect(async () => void documents.push(await kindOf(document, options)));
    }
  });
  return { file, documents, valid: issues.length === 0, issues };
}

/** Checks a document, and tells what it is. */
async function kindOf(document: LoadedDocument, { type, plugins, only }: ValidateOptions): Promise<string> {
  const own = await withPlugins(document, { plugins });
  const has = (field: string) => typeof own.data === "object" && own.data !== null && field in own.data;
  const isStudy = has("model");
  if (type) {
    parseDocument(defaultRegistry.schema(type), own);
    return type;
  }
  if (!isStudy && !has("type")) {
    const backend = "the configuration of a backend, with its type";
    const constraint = only ? `must be ${backend}` : `must be a study, with its model, or ${backend}; it is neither`;
    throw new ConfigError("document", [{ ...configIssue([], undefined, constraint), ...own.locate([]) }]);
  }
  if (!isStudy || only === "backend") return parseBackendConfig(own).type;
  const { loadPostprocessors, StudyConfig } = await import("../runs/mod.ts");
  await loadPostprocessors(pluginsOf(document));
  const { model } = parseDocument(StudyConfig, document);
  if (model.type === "wct") await requireSeries(model, document);
  return "study";
}

/** Reads the series of a study as its run would. @throws {ConfigError} If they cannot be read or tested. */
async function requireSeries(model: WctModel, document: LoadedDocument): Promise<void> {
  const { testableSeries } = await import("../runs/mod.ts");
  try {
    await testableSeries(model);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    const { field, value, constraint, hint } = error;
    const path = field.startsWith("model.") ? field.split(".") : ["model", "series"]; // else a column of a file
    const shown = ArrayBuffer.isView(value) ? undefined : value; // a whole series tells nothing
    const issue = { ...configIssue(path, shown, `must be ${constraint}`, hint), field, ...document.locate(path) };
    throw new ConfigError("study", [issue]);
  }
}
