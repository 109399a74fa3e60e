/**
 * A Docker engine of the tests' own, with an image that holds Deno: started and stopped by the tests that need it. Nothing is pulled.
 */
import { chmod, copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

/** Where the tests cannot start an engine: the reason. */
export function noEngine(): string | undefined {
  return missing("command -v dockerd && command -v docker", "dockerd is not installed (Debian: apt install docker.io)");
}

/** Where the tests cannot use Podman: the reason. */
export function noPodman(): string | undefined {
  return missing("command -v podman && command -v runc", "podman is not installed (Debian: apt install podman runc)");
}

function missing(search: string, reason: string): string | undefined {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return "containers are started by root on Linux only";
  return new Deno.Command("sh", { args: ["-c", search], stdout: "null" }).outputSync().success ? undefined : reason;
}

/** An engine that runs. */
export class TestEngine implements AsyncDisposable {
  /** Its folder. */
  readonly folder: string;
  #daemon: Deno.ChildProcess | undefined;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Starts an engine and makes it the one that `docker` talks to. */
  static async start(): Promise<TestEngine> {
    // Sockets have short paths, and the data lies on a disk.
    const engine = new TestEngine(await mkdtemp(join(tmpdir(), "mdk-")));
    await engine.start();
    Deno.env.set("DOCKER_HOST", `unix://${engine.folder}/d.sock`);
    return engine;
  }

  /** Starts the daemon (again). */
  async start(): Promise<void> {
    const log = await Deno.open(join(this.folder, "log"), { create: true, append: true });
    this.#daemon = new Deno.Command("dockerd", {
      args: [
        ...[
          "--iptables=false",
          "--ip6tables=false",
          "--bridge=none",
          `--storage-driver=${await storageDriver(this.folder)}`,
        ],
        ...["--data-root", `${this.folder}/data`, "--exec-root", `${this.folder}/exec`],
        ...["--pidfile", `${this.folder}/pid`, "--host", `unix://${this.folder}/d.sock`],
      ],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      detached: true,
    }).spawn();
    void this.#daemon.stderr.pipeTo(log.writable).catch(() => {});
    const deadline = Date.now() + 120_000;
    while (!(await this.#answers())) {
      if (Date.now() > deadline) {
        throw new Error(`dockerd does not answer: ${await readFile(`${this.folder}/log`, "utf8")}`);
      }
      await new Promise((wake) => setTimeout(wake, 100));
    }
  }

  /** Stops the daemon, which ends its containers. */
  async stop(): Promise<void> {
    const daemon = this.#daemon;
    if (!daemon) return;
    this.#daemon = undefined;
    daemon.kill("SIGTERM");
    const late = setTimeout(() => daemon.kill("SIGKILL"), 60_000);
    await daemon.status;
    clearTimeout(late);
  }

  /** Names of the containers that there are, running or not. */
  async containers(): Promise<string[]> {
    const { stdout } = await new Deno.Command("docker", { args: ["ps", "--all", "--format", "{{.Names}}"] }).output();
    return new TextDecoder().decode(stdout).trim().split("\n").filter(Boolean);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    Deno.env.delete("DOCKER_HOST");
    await rm(this.folder, { recursive: true, force: true });
  }

  async #answers(): Promise<boolean> {
    const { success } = await new Deno.Command("docker", {
      args: ["--host", `unix://${this.folder}/d.sock`, "version"],
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  }
}

/** Makes the image `name` of a root file system: Deno, a shell, a few programs, and, where it says so, the packages that a study needs. */
export async function importImage(
  name: string,
  folder: string,
  { engine = "docker", packages = false }: { engine?: string; packages?: boolean } = {},
): Promise<void> {
  const root = await mkdtemp(join(folder, "rootfs-"));
  const place = async (path: string, target = path) => {
    await mkdir(dirname(join(root, target)), { recursive: true });
    await copyFile(path, join(root, target));
    await chmod(join(root, target), 0o755);
  };
  const programs = [[Deno.execPath(), "/bin/deno"]];
  for (const program of ["sh", "cat", "sleep", "id", "chmod", "ls"]) {
    programs.push([await which(program), `/bin/${program}`]);
  }
  const libraries = new Set<string>();
  for (const [path, target] of programs) {
    await place(path, target);
    const listed = await output("ldd", [path]);
    for (const [library] of listed.matchAll(/\/\S+(?= \(0x)/g)) libraries.add(library);
  }
  for (const library of libraries) await place(library);
  for (const made of ["tmp", "dev", "proc", "sys", "etc"]) await mkdir(join(root, made), { recursive: true });
  await chmod(join(root, "tmp"), 0o1777);
  await writeFile(join(root, "etc/passwd"), "root:x:0:0:root:/:/bin/sh\n");
  if (packages) await copyPackages(join(root, "deno-dir"));
  await output("sh", ["-c", `tar -C "$0" -c . | "$2" import - "$1"`, root, name, engine]);
  await rm(root, { recursive: true });
}

/** Copies npm packages from Deno's cache: all that deno.json names, as Deno looks for all of them before it runs anything. */
async function copyPackages(target: string): Promise<void> {
  const root = new URL("../", import.meta.url);
  const { denoDir } = JSON.parse(await output(Deno.execPath(), ["info", "--json"]));
  const graph = await output(Deno.execPath(), ["info", "--json", "runs/study_main.ts"], root);
  const { npmPackages } = JSON.parse(graph) as { npmPackages: Record<string, { name: string; version: string }> };
  for await (const { name: registry } of Deno.readDir(join(denoDir, "npm"))) {
    for (const { name, version } of Object.values(npmPackages)) {
      const from = join(denoDir, "npm", registry, name), to = join(target, "npm", registry, name);
      await mkdir(to, { recursive: true });
      for (const part of ["registry.json", version]) {
        await cp(join(from, part), join(to, part), { recursive: true }).catch(
          () => {/* of another registry, or for another system */},
        );
      }
    }
  }
}

/** Layers that share their files, where the system has them; copies of everything elsewhere. */
async function storageDriver(folder: string): Promise<string> {
  const trial =
    '(cd "$0" && mkdir -p o/l o/u o/w o/m && mount -t overlay -olowerdir=o/l,upperdir=o/u,workdir=o/w o o/m && umount o/m)';
  const { success } = await new Deno.Command("sh", { args: ["-c", trial, folder], stdout: "null", stderr: "null" })
    .output();
  return success ? "overlay2" : "vfs";
}

async function which(program: string): Promise<string> {
  return (await output("sh", ["-c", `readlink -f "$(command -v ${basename(program)})"`])).trim();
}

async function output(command: string, args: string[], cwd?: URL): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args, cwd, stdin: "null" }).output();
  if (!success) throw new Error(`${command} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
