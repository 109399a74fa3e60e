import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { contentHash, extendBaseConfig } from "../backends/mod.ts";
import type { ConfigSchema } from "../backends/mod.ts";
import { readCoherence } from "./coherence_file.ts";
import type { PostprocessorDefinition, ProcessorConfig } from "./postprocessor.ts";

/** Configuration of the postprocessor `noop`. */
export interface NoopConfig extends ProcessorConfig {
  /** Names the postprocessor. */
  readonly type: "noop";
}

/** Checks configurations of `noop`. */
export const NoopConfig: ConfigSchema<NoopConfig> = extendBaseConfig<NoopConfig>("noop", {});

/** Changes nothing, and checks that the outputs are there and can be read. */
export const noop: PostprocessorDefinition<NoopConfig> = {
  name: "noop",
  description: "Checks that the outputs are there and can be read",
  schema: NoopConfig,
  async process({ outputs, settings: { model } }) {
    const names = await outputNames(outputs);
    if (model.type === "command") {
      for (const name of model.outputs) {
        if (!names.includes(name)) throw new Error(`The output ${name} is missing`);
        if ((await stat(join(outputs, name))).size === 0) throw new Error(`The output ${name} is empty`);
      }
    } else {
      const { result: { significance } } = await readCoherence(join(outputs, "results.nc"));
      const { checksums } = JSON.parse(await readFile(join(outputs, "results.json"), "utf8"));
      if (checksums.significance !== contentHash(significance)) {
        throw new Error("The levels in results.nc do not have the checksum that results.json tells");
      }
    }
    return { message: `Checked ${names.length} files`, files: [], detail: { checked: names } };
  },
};

/** The files below a folder, as paths from there with slashes, in order of name. */
export async function outputNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) =>
    join(parentPath, name).slice(join(folder, "/").length).replaceAll("\\", "/")
  ).sort();
}
