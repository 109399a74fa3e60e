import type { PipelineOptions } from "../runs/mod.ts";
import type { Context } from "./context.ts";

const CLEAR = "\r\x1b[K";

/** Tells how a pipeline comes along: in one line on a terminal, in the log anywhere. */
export class StageLine {
  /** What the pipeline calls. */
  readonly listeners: Required<Pick<PipelineOptions, "onStage" | "onOutput" | "onProgress" | "onStatus">>;

  constructor({ terminal, log, interactive }: Context) {
    const show = (text: string) => interactive && terminal.err(CLEAR + text);
    this.listeners = {
      onStage(stage) {
        show("");
        log.info("{stage}: {status}. {message}", { ...stage });
      },
      onOutput(text, stream) {
        log.debug("{stream}: {text}", { stream, text: text.trimEnd() });
      },
      onStatus(status) {
        show(status);
        log.info("run: {status}", { status });
      },
      onProgress: ({ done, total }) => void show(done < total ? `${done} of ${total} simulations` : ""),
    };
  }
}
