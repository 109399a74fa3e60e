/** The script of a job that runs a command and leaves word of its end. */
import { isOwn, ownCommand } from "../own_program.ts";
import type { MorletPlace } from "../own_program.ts";
import type { RunCommand } from "../run_request.ts";

/** What a script is to do. */
export interface ScriptSpec {
  /** What runs. */
  readonly command: RunCommand;
  /** The folder in which it runs. */
  readonly cwd: string;
  /** Its variables, beside those of the cluster. */
  readonly env: Readonly<Record<string, string>>;
  /** The folder for word of the job: `stdout` and `stderr` lead to what it writes, and `ended` tells how it ended. */
  readonly notes: string;
  /** Where nodes have Deno and Morlet, for one of Morlet's own programs. */
  readonly place: MorletPlace;
}

/** Writes a job's script, for any shell that knows POSIX. The command has a shell of its own, so that its variables do not act here. */
export function jobScript({ command, cwd, env, notes, place }: ScriptSpec): string {
  const names = Object.keys(env), shellNames = names.filter((name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  const others = names.filter((name) => !shellNames.includes(name));
  const [program, ...args] = isOwn(command)
    ? ownCommand(command, place)
    : typeof command === "string"
    ? ["/bin/sh", "-c", command]
    : command;
  const words = [
    ...others.length === 0 ? [] : ["env", ...others.map((name) => quote(`${name}=${env[name]}`))], // shells export no such names
    isOwn(command) ? '"$morlet_deno"' : quote(program),
    ...args.map(quote),
  ];
  return `#!/bin/sh
# A job of Morlet's
morlet_cr=$(printf '\\r')
morlet_notes=${quote(notes)}
for morlet_fd in 1:stdout 2:stderr; do
  morlet_path="$morlet_notes/\${morlet_fd#*:}"
  [ -e "$morlet_path" ] || ln -sf "$(readlink "/proc/$$/fd/\${morlet_fd%:*}")" "$morlet_path"
done
# It outlives the command: where Slurm knows processes by their parents alone, it would lose one that does not end by SIGTERM.
trap : TERM
morlet_deno=${quote(place.deno)}
read -r morlet_begun morlet_rest < /proc/uptime
(
  cd ${quote(cwd)} || exit ${NO_FOLDER}
${shellNames.map((name) => `  export ${name}=${quote(env[name])}\n`).join("")}
  command -v "$morlet_deno" > /dev/null || morlet_deno=deno
  exec ${words.join(" ")}
)
morlet_code=$?
read -r morlet_ended morlet_rest < /proc/uptime
{
  echo "$morlet_code $morlet_begun $morlet_ended"
  times
} > "$morlet_notes/ended.part"
mv -f "$morlet_notes/ended.part" "$morlet_notes/ended"
exit "$morlet_code"
`;
}

/** What a job has left word of. */
export interface EndNote {
  /** The exit code of its command, by the shell's count: 128 and more for a signal. */
  readonly code: number;
  /** Seconds from its start to its end. */
  readonly wallSeconds: number;
  /** Seconds of processor time of its command, where it ran on the script's own node. */
  readonly cpuSeconds: number;
}

/** Reads what a job's script has written to `ended`. */
export function parseEndNote(text: string): EndNote {
  const [first, , children] = text.split("\n");
  const [code, begun, ended] = first.split(" ").map(Number);
  const times = [...(children ?? "").matchAll(/(\d+)m([\d.]+)s/g)].map(([, m, s]) => 60 * Number(m) + Number(s));
  return { code, wallSeconds: Number((ended - begun).toFixed(2)), cpuSeconds: times.reduce((a, b) => a + b, 0) };
}

/** A word that the shell takes as it is, whatever is in it. */
export function quote(text: string): string {
  // sbatch refuses scripts that hold line ends as DOS writes them.
  return `'${text.replaceAll("'", `'\\''`).replaceAll("\r", `'"$morlet_cr"'`)}'`;
}

/** The exit code where the folder is not there (EX_NOINPUT of sysexits.h). */
const NO_FOLDER = 66;
