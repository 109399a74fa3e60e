import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../../", import.meta.url);

/**
 * Runs an example by the command in its head, with options behind it if any are given; the command asks for no more permissions than it
 * needs. `root` is another path to the repository.
 */
export async function runExample(
  name: string,
  env: Record<string, string> = {},
  options: readonly string[] = [],
  root = fileURLToPath(ROOT),
): Promise<string> {
  const source = await Deno.readTextFile(new URL(`examples/${name}`, ROOT));
  const command = new RegExp(`^// +deno (run .*examples/${name})$`, "m").exec(source);
  assert.ok(command, "the head of the example says how to run it");
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...command[1].replace("run ", "run --no-prompt ").split(" ").map((word) =>
        word === `examples/${name}` ? join(root, word) : word
      ),
      ...options,
    ],
    cwd: root,
    env: { NO_COLOR: "1", ...env },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}
