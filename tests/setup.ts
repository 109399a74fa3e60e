// Sets up what the tests need beyond Deno: a virtual environment with the Python packages that they compare
// with, a browser, engines of containers, and Slurm.
// Says what it does, does nothing twice, and leaves to the tests to say what is missing.

import { createHash } from "node:crypto";

const REQUIREMENTS = new URL("./python/requirements.txt", import.meta.url);
/** Another version of Dask, with which a test starts a cluster that does not fit. */
const OTHER_DASK = ["dask==2026.7.1", "distributed==2026.7.1"];
const VENV = new URL("../.venv/", import.meta.url);
const STAMP = new URL("./morlet-requirements", VENV);

async function run(command: string, ...args: string[]): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(command, { args, stdin: "null", stdout: "null", stderr: "inherit" })
      .output();
    return success;
  } catch {
    return false;
  }
}

function say(text: string): void {
  console.log(`setup: ${text}`);
}

async function canMakeVenv(): Promise<boolean> {
  return await run("python3", "-c", "import venv, ensurepip");
}

async function python(): Promise<void> {
  const requirements = await Deno.readTextFile(REQUIREMENTS);
  const hash = createHash("sha256").update(requirements).update(OTHER_DASK.join()).digest("hex");
  const stamp = await Deno.readTextFile(STAMP).catch(() => "");
  if (stamp === hash) return say(".venv is up to date");
  if (!(await canMakeVenv()) && Deno.build.os === "linux" && Deno.uid() === 0) {
    say("installing python3 and python3-venv with apt-get");
    await run("apt-get", "update", "-qq");
    await run("apt-get", "install", "-y", "-qq", "python3", "python3-venv");
  }
  if (!(await canMakeVenv())) {
    return say("no Python with venv: the comparisons with Python are skipped. Install python3 and python3-venv");
  }
  say("making .venv with the Python packages that the tests compare with");
  const pip = new URL("bin/python", VENV).pathname;
  const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  const other = ["--no-deps", "--upgrade", "--target", new URL("other-dask", VENV).pathname, ...OTHER_DASK];
  const made = await run("python3", "-m", "venv", VENV.pathname) &&
    await run(pip, ...install, "-r", REQUIREMENTS.pathname) && await run(pip, ...install, ...other);
  if (!made) return say(".venv could not be made: the comparisons with Python are skipped");
  await Deno.writeTextFile(STAMP, hash);
  say(".venv is ready");
}

/** Docker Engine and Podman, which tests start and stop themselves. */
async function containers(): Promise<void> {
  const wanted = { dockerd: "docker.io", docker: "docker.io", podman: "podman", runc: "runc" };
  const missing = new Set<string>();
  for (const [program, pack] of Object.entries(wanted)) {
    if (!await run("sh", "-c", `command -v ${program}`)) missing.add(pack);
  }
  if (missing.size === 0) return say("Docker Engine and Podman are there");
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) {
    return say(
      "no Docker Engine or no Podman: the tests of containers are skipped. Install them, and run the tests as root",
    );
  }
  say(`installing ${[...missing].join(", ")} with apt-get`);
  await run("apt-get", "update", "-qq");
  if (!await run("apt-get", "install", "-y", "-qq", "--no-install-recommends", ...missing)) {
    say("they could not be installed: the tests of containers are skipped");
  }
}

/** The browser in which tests open pages and notebooks. */
async function chromium(): Promise<void> {
  if (Deno.env.has("MORLET_CHROMIUM") || await run("test", "-x", "/usr/bin/chromium")) return say("Chromium is there");
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) {
    return say("no Chromium: tests of viewers are skipped. Install it");
  }
  say("installing chromium with apt-get");
  await run("apt-get", "update", "-qq");
  await run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium");
}

/** Slurm, with accounting, of which tests start a cluster of their own. */
async function slurm(): Promise<void> {
  const programs = ["slurmctld", "slurmd", "slurmdbd", "sbatch", "munged", "mariadbd"];
  if (await run("sh", "-c", programs.map((program) => `command -v ${program}`).join(" && "))) {
    return say("Slurm is there");
  }
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) {
    return say("no Slurm: the tests of clusters are skipped. Install it, and run the tests as root");
  }
  const packages = ["slurm-wlm", "slurmdbd", "munge", "mariadb-server"];
  say(`installing ${packages.join(", ")} with apt-get`);
  await run("apt-get", "update", "-qq");
  if (!await run("apt-get", "install", "-y", "-qq", "--no-install-recommends", ...packages)) {
    say("they could not be installed: the tests of clusters are skipped");
  }
}

/** Mesa's lavapipe: a graphics card for WebGPU that is none. */
async function lavapipe(): Promise<void> {
  if (Deno.build.os !== "linux" || await run("sh", "-c", "ls /usr/share/vulkan/icd.d/lvp_icd*")) {
    return say("WebGPU has an adapter");
  }
  if (Deno.uid() !== 0) return say("no Vulkan driver: tests of WebGPU are skipped. Install mesa-vulkan-drivers");
  say("installing mesa-vulkan-drivers and libvulkan1 with apt-get");
  await run("apt-get", "update", "-qq");
  await run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "mesa-vulkan-drivers", "libvulkan1");
}

await python();
await chromium();
await containers();
await lavapipe();
await slurm();
