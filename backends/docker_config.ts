import { z } from "zod";
import { extendBaseConfig } from "./base_config.ts";
import type { BaseBackendConfig } from "./base_config.ts";
import type { ConfigSchema } from "./config.ts";
import { choice, flag, permissions, text, variables, whole, words } from "./config_fields.ts";

/** Configuration of the `docker` backend: a container of Docker or Podman. It names an image or a Dockerfile, never both. */
export interface DockerConfig extends Omit<BaseBackendConfig, "retries"> {
  /** Names the backend. */
  readonly type: "docker";
  /** The image to run; for Monte Carlo work any that holds Deno, such as denoland/deno. */
  readonly image?: string;
  /** The Dockerfile of the image to build and run. */
  readonly dockerfile?: string;
  /** The folder that the build may copy from (default: that of the Dockerfile). Only beside `dockerfile`. */
  readonly build_context?: string;
  /** Arguments of the build. Only beside `dockerfile`. */
  readonly build_args?: Readonly<Record<string, string>>;
  /** The program that a run starts in the container (default: the model run's own command). */
  readonly executable?: string;
  /** How many cores it may use, 1 to 128 (default all). */
  readonly cpu?: number;
  /** How much memory it may use, as "512m" or "2g" (default all). */
  readonly memory?: string;
  /** What starts the program in parallel, as "mpiexec -n 4". */
  readonly mpiexec?: string;
  /** Folders and files of the host that it sees, as `host:container`, with `:ro` or `:rw` (default) behind (default none). */
  readonly volumes: readonly string[];
  /** Whether the container of a run is removed in the end (default true). */
  readonly remove_container: boolean;
  /** Who runs the program, as `user`, `uid` or `uid:gid` (default: the caller). */
  readonly user?: string;
  /** The network that it sees (default "none"). */
  readonly network: string;
  /** The engine's program (default "docker"). */
  readonly engine: "docker" | "podman";
  /** How often a run, or a shard of Monte Carlo work, is tried again that was lost, 0 to 10 (default: runs 0, shards 1). */
  readonly retries?: number;
  /** How many containers run Monte Carlo work side by side, 1 to 1024 (default: as many as `cpu` allows; one without it). */
  readonly n_jobs?: number;
  /** Into how many shards Monte Carlo work is cut, a container each, 1 to 10000 (default: 4 for each that runs side by side). */
  readonly shards?: number;
  /** What Monte Carlo work is granted in its container, as Deno's flags without `--allow-`, such as `read=/data` (default: nothing). */
  readonly permissions: readonly string[];
  /** Deno in the image, for Monte Carlo work: a path, or a name that is found there (default "deno"). */
  readonly deno?: string;
}

/** Checks configurations of the `docker` backend. */
export const DockerConfig: ConfigSchema<DockerConfig> = extendBaseConfig<DockerConfig>("docker", {
  executable: words("a program").optional().meta({
    description: "The program that a run starts in the container (default: the model run's own command).",
    examples: ["/usr/local/bin/model"],
  }),
  cpu: whole(1, 128).optional().meta({
    description: "How many cores it may use, 1 to 128 (default all).",
    examples: [4],
  }),
  memory: text(/^[1-9][0-9]*[bkmgBKMG]$/, 'must be a number with its unit, as "512m" or "2g"').optional().meta({
    description: 'How much memory it may use, as "512m" or "2g" (default all).',
    examples: ["2g"],
  }),
  mpiexec: words("a command").optional().meta({
    description: 'What starts the program in parallel, as "mpiexec -n 4".',
    examples: ["mpiexec -n 4"],
  }),
  volumes: z.array(
    text(/^[^:]+:\/[^:]*(:(ro|rw))?$/, "must be host:/container, with :ro or :rw behind if you like"),
    "must be a list",
  ).default([]).describe(
    "Folders and files of the host that it sees, as host:container, with :ro or :rw (default) behind (default none).",
  ),
  remove_container: flag().default(true).describe(
    "Whether the container of a run is removed in the end (default true).",
  ),
  user: text(/^[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?$/, "must be user, uid or uid:gid").optional()
    .meta({
      description: "Who runs the program, as user, uid or uid:gid (default: the caller).",
      examples: ["1000:1000"],
    }),
  network: text(/^[A-Za-z0-9][A-Za-z0-9_.:-]*$/, 'must be the name of a network, such as "none" or "bridge"').default(
    "none",
  ).describe('The network that it sees (default "none").'),
  engine: choice("docker", "podman").default("docker").describe('The engine\'s program (default "docker").'),
  retries: whole(0, 10).optional().meta({
    description:
      "How often a run, or a shard of Monte Carlo work, is tried again that was lost, 0 to 10 (default: runs 0, shards 1).",
    examples: [2],
  }),
  n_jobs: whole(1, 1024).optional().meta({
    description:
      "How many containers run Monte Carlo work side by side, 1 to 1024 (default: as many as cpu allows; one without it).",
    examples: [2],
  }),
  shards: whole(1, 10_000).optional().meta({
    description:
      "Into how many shards Monte Carlo work is cut, a container each, 1 to 10000 (default: 4 for each that runs side by side).",
    examples: [8],
  }),
  permissions: permissions().default([]).describe(
    "What Monte Carlo work is granted in its container, as Deno's flags without --allow-, such as read=/data (default: nothing).",
  ),
  deno: words("the path or the name of a program").optional().meta({
    description: 'Deno in the image, for Monte Carlo work: a path, or a name that is found there (default "deno").',
    examples: ["/opt/deno/bin/deno"],
  }),
}, {
  variants: [{
    when: (data) => "image" in data || !("dockerfile" in data),
    fields: {
      image: text(
        /^[a-z0-9][A-Za-z0-9_.\/:@-]*$/,
        "must be the name of an image, as swan:latest, unless there is a dockerfile",
      ).meta({
        description: "The image to run; for Monte Carlo work any that holds Deno, such as denoland/deno.",
        examples: ["swan:latest"],
      }),
    },
    refused: {
      dockerfile: "must not stand beside image: give exactly one of them",
      build_context: "acts only beside dockerfile",
      build_args: "acts only beside dockerfile",
    },
  }, {
    when: () => true,
    fields: {
      dockerfile: words("the path of a Dockerfile").meta({
        description: "The Dockerfile of the image to build and run.",
        examples: ["Dockerfile"],
      }),
      build_context: words("the path of a folder").optional().meta({
        description:
          "The folder that the build may copy from (default: that of the Dockerfile). Only beside dockerfile.",
        examples: ["."],
      }),
      build_args: variables().optional().meta({
        description: "Arguments of the build. Only beside dockerfile.",
        examples: [{ "VERSION": "1.0" }],
      }),
    },
  }],
  paths: { dockerfile: "file", build_context: "folder", volumes: "volumes" },
});
