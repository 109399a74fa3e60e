/** The processes whose command line holds a mark, and which run below a folder (default: anywhere). */
export function processesWith(mark: string, folder = ""): string[] {
  return [...Deno.readDirSync("/proc")].flatMap(({ name }) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const line = Deno.readTextFileSync(`/proc/${name}/cmdline`).replaceAll("\0", " ");
      const runs = line.includes(mark) && (!folder || Deno.readLinkSync(`/proc/${name}/cwd`).startsWith(folder));
      return runs ? [line] : [];
    } catch {
      return [];
    }
  });
}

/** A number that no other process names: sleeping for so long marks a process. */
export function mark(): string {
  return String(100_000 + Math.floor(Math.random() * 1e8) / 1000);
}
