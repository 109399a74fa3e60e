/**
 * A Slurm cluster of the tests' own: a controller and two nodes on this machine, each with two cores, started and stopped by the tests
 * that need it. It has its own ports, folder and keys, so that several clusters, or a real one, do not meet.
 */
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startWatchdog } from "../backends/watchdog.ts";
import type { Watchdog } from "../backends/watchdog.ts";
import { makeAccounting } from "./slurm_accounting.ts";

/** The nodes' names. */
export const NODES = ["n1", "n2"] as const;

/** Where the tests cannot start a cluster: the reason. */
export function noSlurm(): string | undefined {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return "a Slurm cluster is started by root on Linux only";
  const search = "command -v slurmctld && command -v slurmd && command -v sbatch && command -v munged";
  const found = new Deno.Command("sh", { args: ["-c", search], stdout: "null" }).outputSync().success;
  return found ? undefined : "Slurm is not installed (Debian: apt install slurm-wlm munge)";
}

/** Settings of a cluster. */
export interface SlurmClusterOptions {
  /** Further lines of slurm.conf. */
  conf?: string;
  /** Cores of each node (default 2). */
  cpus?: number;
  /** Whether accounts are kept, so that `sacct` answers (default false). */
  accounting?: boolean;
}

/** A cluster that runs. */
export class SlurmCluster implements AsyncDisposable {
  /** Its folder: configuration, logs of the daemons, spools, and whatever a test puts there. */
  readonly folder: string;
  readonly #daemons = new Map<string, Deno.ChildProcess>();
  readonly #before = Deno.env.get("SLURM_CONF");
  readonly #watchdog: Watchdog;

  private constructor(folder: string) {
    this.folder = folder;
    // Whoever ends the tests by SIGKILL leaves nothing behind either.
    this.#watchdog = startWatchdog(["/bin/sh", "-c", KILL_ALL, "sh", folder]);
  }

  /** Starts a cluster, waits until its nodes are idle, and makes it the one that `sbatch` talks to. */
  static async start({ conf = "", cpus = 2, accounting }: SlurmClusterOptions = {}): Promise<SlurmCluster> {
    const cluster = new SlurmCluster(await mkdtemp(join(tmpdir(), "msl-")));
    try {
      const accounts = accounting ? await makeAccounting(cluster.folder, freePorts(2)) : { conf: "", daemons: [] };
      await cluster.#configure(conf + accounts.conf, cpus);
      cluster.#spawn("munged", "munged", cluster.#mungeArguments());
      await until("munged answers", () => succeeds("munge", ["-n", "--socket", join(cluster.folder, "munge.sock")]));
      Deno.env.set("SLURM_CONF", cluster.conf);
      for (const { program, args, answers: [client, ...asked] } of accounts.daemons) {
        cluster.#spawn(program, program, [...args]);
        await until(`${program} answers`, () => succeeds(client, asked));
      }
      await cluster.startController();
      for (const node of NODES) cluster.#startNode(node);
      await cluster.idle();
      return cluster;
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The path of its slurm.conf. */
  get conf(): string {
    return join(this.folder, "slurm.conf");
  }

  /** Starts the controller (again), which knows its jobs from before, and waits until it answers. */
  async startController(): Promise<void> {
    this.#spawn("slurmctld", "slurmctld", ["-D"]);
    await until("the controller answers", () => succeeds("scontrol", ["ping"]));
  }

  /**
   * Ends the controller. Jobs that run go on.
   *
   * @param signal "SIGTERM", so that it saves what it knows (default), or "SIGKILL", which makes it forget the last seconds.
   */
  async stopController(signal: Deno.Signal = "SIGTERM"): Promise<void> {
    await this.#kill("slurmctld", signal);
  }

  /** Restarts the controller without what it knew: of jobs, too, as it forgets them some minutes after their end. */
  async forget(): Promise<void> {
    await this.stopController();
    await rm(join(this.folder, "state"), { recursive: true });
    await mkdir(join(this.folder, "state"));
    await this.startController();
    await this.idle();
  }

  /** Starts a node's daemon (again) and waits until the controller sees the node. */
  async startNode(node: typeof NODES[number]): Promise<void> {
    this.#startNode(node);
    await until(`${node} is up`, async () => /^(idle|mixed|allocated|completing)$/.test(await this.nodeState(node)));
  }

  /**
   * Ends a node's daemon and all that runs on the node, as a power cut does.
   *
   * @param options.noticed Whether the controller is told that the node is down (default true), which it would find out later.
   */
  async killNode(node: typeof NODES[number], { noticed = true } = {}): Promise<void> {
    await this.#kill(node);
    // First Slurm's own processes there, which would tell the controller how their jobs ended.
    for (const pid of [...stepsIn(this.folder, node), ...processesIn(this.folder, `SLURMD_NODENAME=${node}`)]) {
      kill(pid);
    }
    if (noticed) await output("scontrol", ["update", `NodeName=${node}`, "State=DOWN", "Reason=killed"]);
  }

  /** Waits until both nodes are idle and no job runs or ends. */
  async idle(): Promise<void> {
    await until("both nodes are idle", async () => {
      for (const node of NODES) if (await this.nodeState(node) !== "idle") return false;
      return (await this.jobs()).length === 0;
    });
  }

  /** A node's state, as `sinfo` says it. */
  async nodeState(node: string): Promise<string> {
    return (await output("sinfo", ["--noheader", "--nodes", node, "--format", "%T"])).trim();
  }

  /** The jobs that wait, run or end now: `12_3 RUNNING n1`. */
  async jobs(): Promise<string[]> {
    const format = ["--noheader", "--array", "--format", "%i %T %N"];
    return (await output("squeue", format)).split("\n").map((line) => line.trim()).filter(Boolean);
  }

  /** What the cluster knows of a job, ended ones too: the fields of `scontrol show job`. */
  async job(id: string): Promise<Record<string, string>> {
    const text = await output("scontrol", ["--oneliner", "show", "job", id]);
    return Object.fromEntries(
      [...text.matchAll(/(?:^|\s)([A-Za-z/:*]+)=(\S*)/g)].map(([, key, value]) => [key, value]),
    );
  }

  /** Ends all jobs and daemons, and removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    // Jobs are cancelled first: what they started is ended by the nodes, not found by us.
    const cancel = new Deno.Command("scancel", { args: ["--user=root"], stdout: "null", stderr: "null" });
    if (this.#daemons.has("slurmctld")) await cancel.output();
    for (const name of [...this.#daemons.keys()].reverse()) await this.#kill(name);
    await until("nothing of the cluster runs", () => {
      const left = [...stepsIn(this.folder), ...processesIn(this.folder)];
      left.forEach((pid) => kill(pid));
      return Promise.resolve(left.length === 0);
    });
    await this.#watchdog[Symbol.asyncDispose]();
    if (this.#before === undefined) Deno.env.delete("SLURM_CONF");
    else Deno.env.set("SLURM_CONF", this.#before);
    await rm(this.folder, { recursive: true, force: true });
  }

  async #configure(more: string, cpus: number): Promise<void> {
    const { folder } = this;
    await chmod(folder, 0o755);
    for (const part of ["state", ...NODES.map((node) => `spool.${node}`)]) await mkdir(join(folder, part));
    await writeFile(join(folder, "munge.key"), crypto.getRandomValues(new Uint8Array(1024)), { mode: 0o600 });
    const [controller, ...nodes] = freePorts(1 + NODES.length);
    await writeFile(
      this.conf,
      `ClusterName=morlet_test
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=${controller}
AuthType=auth/munge
AuthInfo=socket=${folder}/munge.sock
SlurmUser=root
SlurmdUser=root
StateSaveLocation=${folder}/state
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdSpoolDir=${folder}/spool.%n
SlurmdPidFile=${folder}/%n.pid
SlurmdLogFile=${folder}/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
DefMemPerCPU=4096
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,bf_interval=1
ReturnToService=2
SlurmdTimeout=300
KillWait=2
MessageTimeout=5
MailProg=/bin/true
${
        NODES.map((node, i) =>
          `NodeName=${node} NodeAddr=127.0.0.1 NodeHostname=localhost Port=${nodes[i]} CPUs=${cpus} RealMemory=16384`
        ).join("\n")
      }
PartitionName=main Nodes=${NODES.join()} Default=YES MaxTime=UNLIMITED State=UP
PartitionName=small Nodes=n1 MaxTime=60 State=UP
${more}
`,
    );
  }

  #mungeArguments(): string[] {
    const at = (name: string) => join(this.folder, name);
    return [
      ...[
        "--foreground",
        "--force",
        "--num-threads=2",
        `--socket=${at("munge.sock")}`,
        `--key-file=${at("munge.key")}`,
      ],
      ...[`--pid-file=${at("munged.pid")}`, `--log-file=${at("munged.log")}`, `--seed-file=${at("munged.seed")}`],
    ];
  }

  #startNode(node: string): void {
    this.#spawn(node, "slurmd", ["-D", "-N", node]);
  }

  #spawn(name: string, program: string, args: string[]): void {
    const env = { SLURM_CONF: this.conf, PATH: `${Deno.env.get("PATH")}:/usr/sbin:/sbin` };
    const silent = { stdin: "null", stdout: "null", stderr: "null" } as const;
    this.#daemons.set(name, new Deno.Command(program, { args, env, cwd: "/", detached: true, ...silent }).spawn());
  }

  async #kill(name: string, signal: Deno.Signal = "SIGKILL"): Promise<void> {
    const daemon = this.#daemons.get(name);
    this.#daemons.delete(name);
    if (!daemon) return;
    kill(daemon.pid, signal);
    await daemon.status;
  }

  /** What the daemons wrote, to explain a test that fails. */
  async logs(): Promise<string> {
    const names = ["slurmctld.log", ...NODES.map((node) => `${node}.log`)];
    return (await Promise.all(names.map((name) => readFile(join(this.folder, name), "utf8").catch(() => "")))).join(
      "\n",
    );
  }
}

/** Kills all that `processesIn` and `stepsIn` find, and removes the folder. */
const KILL_ALL = `cd /proc
for p in [0-9]*; do
  if grep -qzs "^SLURM_CONF=$1/" $p/environ || { grep -qsx slurmstepd $p/comm && ls -l $p/fd | grep -q "$1/"; }; then
    kill -9 $p
  fi
done
rm -rf "$1"`;

/** The processes, but this one, whose environment names the cluster and all of `also`. Jobs inherit that from the sbatch that sent them. */
function processesIn(folder: string, ...also: string[]): number[] {
  return processes((pid) => {
    const variables = Deno.readTextFileSync(`/proc/${pid}/environ`).split("\0");
    return variables.some((one) => one.startsWith(`SLURM_CONF=${folder}/`)) &&
      also.every((one) => variables.includes(one));
  });
}

/** The processes by which Slurm watches its jobs: they hide their environment, but have the node's log open. */
function stepsIn(folder: string, node = "[^/]+"): number[] {
  const log = new RegExp(`^${folder}/${node}\\.log$`);
  return processes((pid) => {
    if (Deno.readTextFileSync(`/proc/${pid}/comm`) !== "slurmstepd\n") return false;
    return [...Deno.readDirSync(`/proc/${pid}/fd`)].some(({ name }) =>
      log.test(Deno.readLinkSync(`/proc/${pid}/fd/${name}`))
    );
  });
}

function processes(are: (pid: number) => boolean): number[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter((pid) => {
    try {
      return pid > 0 && pid !== Deno.pid && are(pid);
    } catch {
      return false; // it has ended meanwhile
    }
  });
}

function kill(pid: number, signal: Deno.Signal = "SIGKILL"): void {
  try {
    Deno.kill(pid, signal);
  } catch { /* it has ended by itself */ }
}

function freePorts(count: number): number[] {
  const listeners = Array.from({ length: count }, () => Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  const ports = listeners.map(({ addr }) => (addr as Deno.NetAddr).port);
  listeners.forEach((listener) => listener.close());
  return ports;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`The test's Slurm cluster: in vain waited until ${what}`);
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

async function succeeds(program: string, args: string[]): Promise<boolean> {
  return (await new Deno.Command(program, { args, stdin: "null", stdout: "null", stderr: "null" }).output()).success;
}

async function output(program: string, args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args, stdin: "null" }).output();
  if (!success) throw new Error(`${program} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
