import type { z } from "zod";
import { extendBaseConfig } from "./base_config.ts";
import type { ConfigSchema } from "./config.ts";
import { choice, permissions, text, whole, words } from "./config_fields.ts";

/** Configuration of the `dask` backend: a scheduler that runs already, or a cluster of its own; never both. */
export interface DaskConfig {
  /** Names the backend. */
  readonly type: "dask";
  /** Where the scheduler listens, as tcp://host:8786, or tls://host:8786 where it asks for certificates. */
  readonly address?: string;
  /** Certificate of the authority that signed the cluster's. Only where `address` begins with tls://. */
  readonly tls_ca_file?: string;
  /** Certificate of this client. Only where `address` begins with tls://. */
  readonly tls_client_cert?: string;
  /** Its private key (default: it is in the file of the certificate). Only where `address` begins with tls://. */
  readonly tls_client_key?: string;
  /** `"local"` starts a cluster on this machine and stops it with the backend, for trying out. */
  readonly cluster?: "local";
  /** How many workers of one thread that has (default: one for each core). Only beside `cluster`. */
  readonly n_workers?: number;
  /** The Python that has Dask's client (default: that of VIRTUAL_ENV, or else python3). */
  readonly python?: string;
  /** Deno on the workers, a path or a name that is found there (default "deno"; of a local cluster: this one). */
  readonly deno?: string;
  /** What simulations are granted on the workers, as Deno's flags without `--allow-`, such as `read=/data` (default: nothing). */
  readonly permissions: readonly string[];
  /** Into how many tasks the simulations are cut, 1 to 100000 (default: 4 for each thread of the cluster). */
  readonly shards?: number;
  /** How often a shard is run again that was lost, and a scheduler waited for that is gone, 0 to 10 (default 2). */
  readonly retries: number;
  /** Seconds in which the scheduler must answer, at the start and when it was gone, 1 to 3600 (default 30). */
  readonly connect_timeout: number;
  /** Seconds after which a job is ended, 60 to 604800 (default: none). */
  readonly timeout?: number;
}

/** Why fields of a connection by TLS are refused. */
const WITH_TLS = "acts only where address begins with tls://";
const BESIDE_ADDRESS = "must not stand beside cluster: give exactly one of address and cluster";

const certificate = (what: string, example: string) =>
  words(`the path of ${what}`).meta({ description: `The path of ${what}.`, examples: [example] });

/** Checks configurations of the `dask` backend. */
export const DaskConfig: ConfigSchema<DaskConfig> = extendBaseConfig<DaskConfig>("dask", {
  python: words("the path or the name of a program").optional().meta({
    description: "The Python that has Dask's client (default: that of VIRTUAL_ENV, or else python3).",
    examples: ["/opt/conda/bin/python"],
  }),
  deno: words("the path or the name of a program").optional().meta({
    description:
      'Deno on the workers, a path or a name that is found there (default "deno"; of a local cluster: this one).',
    examples: ["/opt/deno/bin/deno"],
  }),
  permissions: permissions().default([]).describe(
    "What simulations are granted on the workers, as Deno's flags without --allow-, such as read=/data (default: nothing).",
  ),
  shards: whole(1, 100_000).optional().meta({
    description:
      "Into how many tasks the simulations are cut, 1 to 100000 (default: 4 for each thread of the cluster).",
    examples: [64],
  }),
  retries: whole(0, 10).default(2).describe(
    "How often a shard is run again that was lost, and a scheduler waited for that is gone, 0 to 10 (default 2).",
  ),
  connect_timeout: whole(1, 3600).default(30).describe(
    "Seconds in which the scheduler must answer, at the start and when it was gone, 1 to 3600 (default 30).",
  ),
  timeout: whole(60, 604_800).optional().meta({
    description: "Seconds after which a job is ended, 60 to 604800 (default: none).",
    examples: [3600],
  }),
}, {
  cannot: {
    env_vars: "simulations have the environment of the workers, if they are granted any",
    working_dir: "simulations run in the folder that Dask gives a worker",
  },
  variants: [{
    when: (data) => "cluster" in data,
    fields: {
      cluster: choice("local").describe(
        '"local" starts a cluster on this machine and stops it with the backend, for trying out.',
      ),
      n_workers: whole(1, 1024).optional().meta({
        description: "How many workers of one thread that has (default: one for each core). Only beside cluster.",
        examples: [2],
      }),
    },
    refused: {
      address: BESIDE_ADDRESS,
      tls_ca_file: WITH_TLS,
      tls_client_cert: WITH_TLS,
      tls_client_key: WITH_TLS,
    },
  }, {
    when: ({ address }) => typeof address === "string" && address.startsWith("tls:"),
    fields: {
      address: addressOf("tls"),
      tls_ca_file: certificate("the certificate of the authority that signed the cluster's", "ca.pem"),
      tls_client_cert: certificate("this client's certificate", "client.pem"),
      tls_client_key: certificate("its private key (default: it is in the file of the certificate)", "client.key")
        .optional(),
    },
    refused: { n_workers: "acts only beside cluster" },
  }, {
    when: () => true,
    fields: { address: addressOf("tcp") },
    refused: {
      n_workers: "acts only beside cluster",
      tls_ca_file: WITH_TLS,
      tls_client_cert: WITH_TLS,
      tls_client_key: WITH_TLS,
    },
  }],
  paths: { tls_ca_file: "file", tls_client_cert: "file", tls_client_key: "file" },
});

function addressOf(protocol: "tcp" | "tls"): z.ZodString {
  const what =
    "must be a scheduler's address, as tcp://host:8786 or tls://host:8786, unless cluster: local is to start one";
  return text(new RegExp(`^${protocol}:\\/\\/[^ \\t\\n\\/]+:[0-9]{1,5}$`), what).meta({
    description: `Where the scheduler listens, as ${protocol}://host:8786.`,
    examples: [`${protocol}://scheduler:8786`],
  });
}
