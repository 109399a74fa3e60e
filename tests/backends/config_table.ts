/** Configurations, good and bad, for the checks on both sides: ours, and those of a JSON Schema validator in Python. */

/** A configuration that is refused. */
export interface BadConfig {
  /** Whose configuration it is meant to be. */
  type: "base" | "sequential" | "workers" | "webgpu" | "local" | "docker" | "slurm" | "dask";
  data: unknown;
  /** What is said of it: one line an issue. */
  says: string[];
  /** Only the file system says no, so that a JSON Schema accepts it. */
  beyondSchema?: true;
}

const IMAGE = "must be the name of an image, as swan:latest, unless there is a dockerfile";
const TIMEOUT = "must be a whole number from 60 to 86400";
const TEXT = "must be a text without NUL: put it in quotes if it looks like a number";
const MEMORY = 'must be a number with its unit, as "512m" or "2g"';
const VOLUME = "must be host:/container, with :ro or :rw behind if you like";
const ADDRESS =
  "must be a scheduler's address, as tcp://host:8786 or tls://host:8786, unless cluster: local is to start one";
const VARIABLE = "must have names that are not empty, without = or blanks";

/** At least one for each rule. */
export const BAD: BadConfig[] = [
  // The base
  { type: "base", data: null, says: ["the document: must be fields with their values: current value is null"] },
  {
    type: "local",
    data: [],
    says: ["the document: must be fields with their values: current value is Array of length 0"],
  },
  { type: "local", data: "ls", says: ['the document: must be fields with their values: current value is "ls"'] },
  { type: "local", data: { type: "docker" }, says: ['type: must be "local": current value is "docker"'] },
  { type: "local", data: { timeout: 59 }, says: [`timeout: ${TIMEOUT}: current value is 59`] },
  { type: "local", data: { timeout: 86401 }, says: [`timeout: ${TIMEOUT}: current value is 86401`] },
  { type: "docker", data: { image: "a", timeout: "3600" }, says: [`timeout: ${TIMEOUT}: current value is "3600"`] },
  {
    type: "slurm",
    data: { timeout: 90.5 },
    says: ["timeout: must be a whole number from 1 to 3599999: current value is 90.5"],
  },
  { type: "workers", data: { timeout: null }, says: [`timeout: ${TIMEOUT}: current value is null`] },
  {
    type: "local",
    data: { env_vars: ["A=1"] },
    says: ['env_vars: must be texts by name: current value is "***"'],
  },
  { type: "local", data: { env_vars: { A: 1 } }, says: [`env_vars.A: ${TEXT}: current value is 1`] },
  {
    type: "local",
    data: { env_vars: { A: true, B: null } },
    says: [
      `env_vars.A: ${TEXT}: current value is true`,
      `env_vars.B: ${TEXT}: current value is null`,
    ],
  },
  {
    type: "local",
    data: { env_vars: { API_KEY: 12345 } },
    says: [`env_vars.API_KEY: ${TEXT}: current value is "***"`],
  },
  { type: "local", data: { env_vars: { "": "x" } }, says: [`env_vars."": ${VARIABLE}: current value is "x"`] },
  { type: "local", data: { env_vars: { "A=B": "x" } }, says: [`env_vars.A=B: ${VARIABLE}: current value is "x"`] },
  { type: "local", data: { env_vars: { A: "x\u0000y" } }, says: [`env_vars.A: ${TEXT}: current value is "x\\u0000y"`] },
  {
    type: "local",
    data: { working_dir: " " },
    says: ['working_dir: must be the path of a folder, not blank: current value is " "'],
  },
  {
    type: "local",
    data: { working_dir: "/no/such/folder" },
    says: [
      'working_dir: must be a folder that exists: /no/such/folder does not exist: current value is "/no/such/folder"',
    ],
    beyondSchema: true,
  },
  {
    type: "local",
    data: { working_dir: "deno.json" },
    says: ['working_dir: must be a folder that exists: {root}/deno.json is not a folder: current value is "deno.json"'],
    beyondSchema: true,
  },
  { type: "local", data: { retries: -1 }, says: ["retries: must be a whole number from 0 to 10: current value is -1"] },
  {
    type: "docker",
    data: { image: "a", retries: 11 },
    says: ["retries: must be a whole number from 0 to 10: current value is 11"],
  },
  // sequential and workers: what cannot act is refused, with the reason
  {
    type: "sequential",
    data: { retries: 2 },
    says: [
      "retries: cannot act here: a simulation that fails would fail again, as it draws the same numbers: current value is 2",
    ],
  },
  {
    type: "sequential",
    data: { working_dir: "." },
    says: [
      'working_dir: cannot act here: simulations run in this program, whose folder is its own: current value is "."',
    ],
  },
  { type: "sequential", data: { n_jobs: 2 }, says: ["n_jobs: is not a field here: current value is 2"] },
  {
    type: "workers",
    data: { env_vars: {} },
    says: [
      "env_vars: cannot act here: threads have the program's environment, and functions none: current value is Object",
    ],
  },
  { type: "workers", data: { n_jobs: 0 }, says: ["n_jobs: must not be 0: -1 is for all cores: current value is 0"] },
  {
    type: "workers",
    data: { n_jobs: 1.5 },
    says: [
      "n_jobs: must be a whole number other than 0: -1 is for all cores: current value is 1.5",
    ],
  },
  {
    type: "workers",
    data: { njobs: 2 },
    says: ['njobs: is not a field here: current value is 2. Did you mean "n_jobs"?'],
  },
  {
    type: "workers",
    data: { prefer: "thread" },
    says: ['prefer: must be "threads" or "processes": current value is "thread"'],
  },
  {
    type: "workers",
    data: { permissions: ["read", "sudo"] },
    says: [
      'permissions.1: must be a permission such as read=data: current value is "sudo"',
    ],
  },
  {
    type: "workers",
    data: { memory_mb: 8 },
    says: ["memory_mb: must be a whole number of at least 16: current value is 8"],
  },
  // webgpu
  {
    type: "webgpu",
    data: { working_dir: "." },
    says: ['working_dir: cannot act here: a device sees no files: current value is "."'],
  },
  {
    type: "webgpu",
    data: { env_vars: { A: "1" } },
    says: ["env_vars: cannot act here: a device has no environment: current value is Object"],
  },
  {
    type: "webgpu",
    data: { adapter: "software" },
    says: ['adapter: must be "hardware" or "any": current value is "software"'],
  },
  {
    type: "webgpu",
    data: { batch_seconds: 2, memory_mb: 1 },
    says: [
      "batch_seconds: must be a number from 0.01 to 1: current value is 2",
      "memory_mb: must be a whole number of at least 16: current value is 1",
    ],
  },
  { type: "webgpu", data: { n_jobs: 2 }, says: ["n_jobs: is not a field here: current value is 2"] },
  // local
  { type: "local", data: { command: "" }, says: ['command: must be a command, not blank: current value is ""'] },
  {
    type: "local",
    data: { command: ["ls"] },
    says: ["command: must be a command: current value is Array of length 1"],
  },
  { type: "local", data: { shell: "yes" }, says: ['shell: must be true or false: current value is "yes"'] },
  { type: "local", data: { capture_output: 1 }, says: ["capture_output: must be true or false: current value is 1"] },
  {
    type: "local",
    data: { comand: "ls" },
    says: ['comand: is not a field here: current value is "ls". Did you mean "command"?'],
  },
  {
    type: "local",
    data: { timeout: 1, shel: true, retries: "x" },
    says: [
      `timeout: ${TIMEOUT}: current value is 1`,
      'retries: must be a whole number from 0 to 10: current value is "x"',
      'shel: is not a field here: current value is true. Did you mean "shell"?',
    ],
  },
  { type: "local", data: { api_token: "abc" }, says: ['api_token: is not a field here: current value is "***"'] },
  // docker
  { type: "docker", data: {}, says: [`image: is missing: ${IMAGE}`] },
  { type: "docker", data: { image: "" }, says: [`image: ${IMAGE}: current value is ""`] },
  { type: "docker", data: { image: "-v/:/x" }, says: [`image: ${IMAGE}: current value is "-v/:/x"`] },
  {
    type: "docker",
    data: { image: "a", dockerfile: "Dockerfile" },
    says: [
      'dockerfile: must not stand beside image: give exactly one of them: current value is "Dockerfile"',
    ],
    beyondSchema: undefined,
  },
  {
    type: "docker",
    data: { image: "a", build_args: { A: "1" } },
    says: [
      "build_args: acts only beside dockerfile: current value is Object",
    ],
  },
  {
    type: "docker",
    data: { dockerfile: "no/Dockerfile" },
    says: [
      'dockerfile: must be a file that exists: {root}/no/Dockerfile does not exist: current value is "no/Dockerfile"',
    ],
    beyondSchema: true,
  },
  {
    type: "docker",
    data: { dockerfile: "deno.json", build_context: "mod.ts" },
    says: [
      'build_context: must be a folder that exists: {root}/mod.ts is not a folder: current value is "mod.ts"',
    ],
    beyondSchema: true,
  },
  {
    type: "docker",
    data: { image: "a", cpu: 200 },
    says: ["cpu: must be a whole number from 1 to 128: current value is 200"],
  },
  {
    type: "docker",
    data: { image: "a", cpu: 0 },
    says: ["cpu: must be a whole number from 1 to 128: current value is 0"],
  },
  { type: "docker", data: { image: "a", memory: "2" }, says: [`memory: ${MEMORY}: current value is "2"`] },
  { type: "docker", data: { image: "a", memory: "2 GB" }, says: [`memory: ${MEMORY}: current value is "2 GB"`] },
  { type: "docker", data: { image: "a", memory: "2g\n" }, says: [`memory: ${MEMORY}: current value is "2g\\n"`] },
  {
    type: "docker",
    data: { image: "a", volumes: "/a:/b" },
    says: ['volumes: must be a list: current value is "/a:/b"'],
  },
  { type: "docker", data: { image: "a", volumes: ["data"] }, says: [`volumes.0: ${VOLUME}: current value is "data"`] },
  {
    type: "docker",
    data: { image: "a", volumes: [".:/a:rx"] },
    says: [`volumes.0: ${VOLUME}: current value is ".:/a:rx"`],
  },
  {
    type: "docker",
    data: { image: "a", volumes: ["data:/a", "/no/such:/b:ro"] },
    says: [
      'volumes.1: must start with a host path that exists: /no/such does not exist: current value is "/no/such:/b:ro"',
    ],
    beyondSchema: true,
  },
  {
    type: "docker",
    data: { image: "a", remove_container: "no" },
    says: [
      'remove_container: must be true or false: current value is "no"',
    ],
  },
  {
    type: "docker",
    data: { image: "a", user: "me them" },
    says: [
      'user: must be user, uid or uid:gid: current value is "me them"',
    ],
  },
  {
    type: "docker",
    data: { image: "a", engine: "containerd" },
    says: [
      'engine: must be "docker" or "podman": current value is "containerd"',
    ],
  },
  {
    type: "docker",
    data: { image: "a", network: "" },
    says: [
      'network: must be the name of a network, such as "none" or "bridge": current value is ""',
    ],
  },
  {
    type: "docker",
    data: { image: "a", memry: "2g", volume: [] },
    says: [
      'memry: is not a field here: current value is "2g". Did you mean "memory"?',
      'volume: is not a field here: current value is Array of length 0. Did you mean "volumes"?',
    ],
  },
  {
    type: "docker",
    data: { image: "a", n_jobs: -1, shards: 10_001, permissions: ["read", "sudo"], deno: " ", retries: 11 },
    says: [
      "retries: must be a whole number from 0 to 10: current value is 11",
      "n_jobs: must be a whole number from 1 to 1024: current value is -1",
      "shards: must be a whole number from 1 to 10000: current value is 10001",
      'permissions.1: must be a permission such as read=data: current value is "sudo"',
      'deno: must be the path or the name of a program, not blank: current value is " "',
    ],
  },
  // slurm
  {
    type: "slurm",
    data: { queue: "a", partition: "b" },
    says: [
      'queue: is another name of partition: give one of them: current value is "a"',
    ],
  },
  { type: "slurm", data: { nodes: 101 }, says: ["nodes: must be a whole number from 1 to 100: current value is 101"] },
  { type: "slurm", data: { time_limit: "90" }, says: ['time_limit: must be a time as H:MM:SS: current value is "90"'] },
  {
    type: "slurm",
    data: { time_limit: "1:60:00" },
    says: ['time_limit: must be a time as H:MM:SS: current value is "1:60:00"'],
  },
  {
    type: "slurm",
    data: { time_limit: "0:00:00" },
    says: ['time_limit: must be a time as H:MM:SS: current value is "0:00:00"'],
  },
  {
    type: "slurm",
    data: { mail_type: "ALWAYS" },
    says: [
      'mail_type: must be Slurm\'s words between commas, as "END,FAIL": current value is "ALWAYS"',
    ],
  },
  {
    type: "slurm",
    data: { additional_options: ["exclusive"] },
    says: [
      'additional_options.0: must be an option that starts with a dash, and none by which Morlet follows the job: current value is "exclusive"',
    ],
  },
  {
    type: "slurm",
    data: { additional_options: ["--wait-all-nodes=1", "--wait", "-a 1-4"] },
    says: [
      'additional_options.1: must be an option that starts with a dash, and none by which Morlet follows the job: current value is "--wait"',
      'additional_options.2: must be an option that starts with a dash, and none by which Morlet follows the job: current value is "-a 1-4"',
    ],
  },
  {
    type: "slurm",
    data: { job_name: "a b" },
    says: ['job_name: must be letters, digits, _, . and -: current value is "a b"'],
  },
  { type: "slurm", data: { shards: 0 }, says: ["shards: must be a whole number from 1 to 1000: current value is 0"] },
  // dask
  { type: "dask", data: {}, says: [`address: is missing: ${ADDRESS}`] },
  { type: "dask", data: { address: "" }, says: [`address: ${ADDRESS}: current value is ""`] },
  {
    type: "dask",
    data: { address: "localhost:8786" },
    says: [`address: ${ADDRESS}: current value is "localhost:8786"`],
  },
  { type: "dask", data: { address: "tcp://a" }, says: [`address: ${ADDRESS}: current value is "tcp://a"`] },
  {
    type: "dask",
    data: { address: "tcp://a:1", cluster: "local" },
    says: [
      'address: must not stand beside cluster: give exactly one of address and cluster: current value is "tcp://a:1"',
    ],
  },
  { type: "dask", data: { cluster: "cloud" }, says: ['cluster: must be "local": current value is "cloud"'] },
  {
    type: "dask",
    data: { address: "tcp://a:1", n_workers: 2 },
    says: ["n_workers: acts only beside cluster: current value is 2"],
  },
  {
    type: "dask",
    data: { address: "tcp://a:1", tls_ca_file: "deno.json" },
    says: ['tls_ca_file: acts only where address begins with tls://: current value is "deno.json"'],
  },
  {
    type: "dask",
    data: { address: "tls://a:1", tls_ca_file: "no.pem", tls_client_cert: "deno.json" },
    says: [
      'tls_ca_file: must be a file that exists: {root}/no.pem does not exist: current value is "no.pem"',
    ],
    beyondSchema: true,
  },
  {
    type: "dask",
    data: { address: "tls://a:1", tls_ca_file: "deno.json" },
    says: ["tls_client_cert: is missing: must be the path of this client's certificate"],
  },
  {
    type: "dask",
    data: { cluster: "local", env_vars: {}, working_dir: "." },
    says: [
      "env_vars: cannot act here: simulations have the environment of the workers, if they are granted any: current value is Object",
      'working_dir: cannot act here: simulations run in the folder that Dask gives a worker: current value is "."',
    ],
  },
  {
    type: "dask",
    data: { cluster: "local", shards: 0, retries: 11, connect_timeout: 0, timeout: 5 },
    says: [
      "timeout: must be a whole number from 60 to 604800: current value is 5",
      "retries: must be a whole number from 0 to 10: current value is 11",
      "shards: must be a whole number from 1 to 100000: current value is 0",
      "connect_timeout: must be a whole number from 1 to 3600: current value is 0",
    ],
  },
];

/** Configurations that are accepted. */
export const GOOD: { type: BadConfig["type"]; data: unknown }[] = [
  { type: "base", data: { type: "mine", timeout: 60 } },
  { type: "sequential", data: {} },
  { type: "sequential", data: { type: "sequential", timeout: 86400 } },
  {
    type: "workers",
    data: { n_jobs: -2, prefer: "processes", permissions: ["read=data", "env"], memory_mb: 16, retries: 0 },
  },
  { type: "webgpu", data: {} },
  {
    type: "webgpu",
    data: {
      adapter: "any",
      power_preference: "low-power",
      batch_seconds: 0.01,
      memory_mb: 16,
      timeout: 60,
      retries: 0,
    },
  },
  { type: "local", data: {} },
  {
    type: "local",
    data: { type: "local", timeout: 3600, command: "python run_model.py", env_vars: { OMP_NUM_THREADS: "4" } },
  },
  { type: "local", data: { working_dir: ".", shell: false, capture_output: false, stream_output: true, retries: 10 } },
  { type: "docker", data: { image: "swan:latest" } },
  {
    type: "docker",
    data: {
      type: "docker",
      image: "registry.example.org:5000/swan@sha256:0123",
      cpu: 8,
      memory: "4g",
      timeout: 10800,
      volumes: ["data:/app/input:ro", ".:/app/output:rw", "/:/host"],
      env_vars: { MODEL_THREADS: "8", EMPTY: "" },
      mpiexec: "mpirun -np 8",
      user: "1000:1000",
      remove_container: false,
      network: "bridge",
      engine: "podman",
    },
  },
  {
    type: "docker",
    data: { image: "denoland/deno", n_jobs: 1024, shards: 8, permissions: ["read=/data"], deno: "deno" },
  },
  { type: "docker", data: { dockerfile: "deno.json", build_context: ".", build_args: { A: "1" } } },
  { type: "slurm", data: { partition: "compute", nodes: 100, time_limit: "48:00:00", mail_type: "END,FAIL" } },
  { type: "slurm", data: { queue: "gpu", additional_options: ["--exclusive"], shards: 8, max_running: 2 } },
  { type: "dask", data: { cluster: "local", n_workers: 2, python: ".venv/bin/python" } },
  {
    type: "dask",
    data: { address: "tcp://scheduler:8786", deno: "/opt/deno", shards: 100_000, retries: 0, timeout: 60 },
  },
  {
    type: "dask",
    data: { address: "tls://10.0.0.1:8786", tls_ca_file: "deno.json", tls_client_cert: "mod.ts", connect_timeout: 5 },
  },
];
