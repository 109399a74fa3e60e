// A plug-in with a postprocessor: it tells where it ran and what it was told, or takes its time.

import { extendBaseConfig } from "../../backends/mod.ts";
import type { PostprocessorDefinition, ProcessorConfig } from "../../runs/mod.ts";
import { z } from "zod";

interface TellConfig extends ProcessorConfig {
  readonly type: "tell";
  readonly seconds: number;
}

const tell: PostprocessorDefinition<TellConfig> = {
  name: "tell",
  description: "Tells where it ran",
  schema: extendBaseConfig<TellConfig>("tell", { seconds: z.number().default(0) }),
  async process({ outputs }, { seconds }) {
    const end = Date.now() + seconds * 1000;
    while (Date.now() < end); // does not listen to anything
    const files = [...Deno.readDirSync(outputs)].map(({ name }) => name);
    return await Promise.resolve({
      message: "told",
      files: [],
      detail: { cwd: Deno.cwd(), pid: Deno.pid, word: Deno.env.get("TELL_WORD") ?? null, files },
    });
  },
};

export const postprocessors = [tell];
export default [];
