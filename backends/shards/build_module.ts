import { fileURLToPath } from "node:url";

/** Builds a module of Morlet's and all that it imports as one file that is kept with the source. */
export async function buildModule(module: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--minify", fileURLToPath(module)],
    cwd: new URL(".", new URL("../../deno.json", import.meta.url)),
    stderr: "piped",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return `// deno-fmt-ignore-file\n// deno-lint-ignore-file\n// Built by \`deno bundle\` ${Deno.version.deno}.\n` +
    new TextDecoder().decode(stdout);
}
