import { createHash } from "node:crypto";

const VENV = new URL("../.venv-bench/", import.meta.url);

/** What was timed, and how long it took. */
export interface Timing {
  readonly what: string;
  readonly side: string;
  /** Seconds for one unit of work, of each repetition. */
  readonly seconds: number[];
}

/** Tells what is going on. */
export function say(text: string): void {
  console.error(text);
}

/** Makes .venv-bench with the peers, if it is not there or old. */
export async function makeVenv(): Promise<void> {
  const requirements = new URL("requirements.txt", import.meta.url), stamp = new URL("stamp", VENV);
  const hash = createHash("sha256").update(await Deno.readTextFile(requirements)).digest("hex");
  if (await Deno.readTextFile(stamp).catch(() => "") === hash) return;
  say("Making .venv-bench with the peers");
  const run = async (command: string, ...args: string[]) => {
    const { success } = await new Deno.Command(command, { args, stdout: "null" }).output();
    if (!success) throw new Error(`${command} ${args.join(" ")} failed`);
  };
  await run("python3", "-m", "venv", VENV.pathname);
  await run(new URL("bin/pip", VENV).pathname, "install", "--quiet", "-r", requirements.pathname);
  await Deno.writeTextFile(stamp, hash);
}

/** A Python process that times peers. */
export class Peers {
  readonly #child = new Deno.Command(new URL("bin/python", VENV).pathname, {
    args: [new URL("peers.py", import.meta.url).pathname],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  readonly #input = this.#child.stdin.getWriter();
  readonly #output = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();

  readonly #repeats: number;

  /** Starts it; each peer is timed so often where nothing else is said. */
  constructor(repeats: number) {
    this.#repeats = repeats;
  }

  /** Times one peer: what it is called, its arguments, units of work in one call, repetitions. */
  async time(
    what: string,
    name: string,
    args: unknown[],
    per = 1,
    times = this.#repeats,
  ): Promise<Timing | { missing: string }> {
    say(`${what}: ${name}`);
    await this.#input.write(new TextEncoder().encode(JSON.stringify({ name, args, repeats: times }) + "\n"));
    let line = "";
    while (!line.endsWith("\n")) line += (await this.#output.read()).value ?? "";
    const answer = JSON.parse(line) as { seconds: number[] } | { missing: string };
    if ("missing" in answer) return answer;
    return { what, side: name, seconds: answer.seconds.map((s) => s / per) };
  }

  /** Ends the process. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close();
    await this.#child.status;
  }
}
