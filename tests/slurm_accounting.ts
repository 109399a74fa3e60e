/** Accounting for the tests' Slurm cluster: a database and the daemon between it and the controller. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Where the tests cannot keep accounts: the reason. */
export function noAccounting(): string | undefined {
  const search = "command -v slurmdbd && command -v mariadbd && command -v mariadb-install-db";
  const found = new Deno.Command("sh", { args: ["-c", search], stdout: "null" }).outputSync().success;
  return found ? undefined : "slurmdbd or MariaDB is not installed (Debian: apt install slurmdbd mariadb-server)";
}

/** A daemon of the accounting, in the order in which they are started, and how it is asked whether it answers. */
export interface AccountingDaemon {
  readonly program: string;
  readonly args: readonly string[];
  readonly answers: readonly [string, ...string[]];
}

/** Makes an empty database and the configuration of slurmdbd in a folder; gives its daemons, and the lines for slurm.conf. */
export async function makeAccounting(
  folder: string,
  [database, daemon]: readonly number[],
): Promise<{ daemons: AccountingDaemon[]; conf: string }> {
  const data = join(folder, "database");
  await mkdir(data);
  const { success } = await new Deno.Command("mariadb-install-db", {
    args: [
      ...["--no-defaults", `--datadir=${data}`, "--auth-root-authentication-method=normal"],
      ...["--skip-test-db", "--user=root"],
    ],
    stdout: "null",
    stderr: "null",
  }).output();
  if (!success) throw new Error("The database of the test's Slurm cluster could not be made");
  const conf = `AuthType=auth/munge
AuthInfo=socket=${folder}/munge.sock
DbdHost=localhost
DbdAddr=127.0.0.1
DbdPort=${daemon}
SlurmUser=root
LogFile=${folder}/slurmdbd.log
PidFile=${folder}/slurmdbd.pid
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort=${database}
StorageUser=root
StorageLoc=slurm_accounts
`;
  await writeFile(join(folder, "slurmdbd.conf"), conf, { mode: 0o600 });
  const client = ["--no-defaults", "--user=root", "--host=127.0.0.1", `--port=${database}`];
  return {
    conf: `AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort=${daemon}
AccountingStoragePass=${folder}/munge.sock
`,
    daemons: [{
      program: "mariadbd",
      args: [
        ...["--no-defaults", `--datadir=${data}`, `--socket=${folder}/database.sock`, "--bind-address=127.0.0.1"],
        ...[`--port=${database}`, "--user=root", "--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=0"],
      ],
      answers: ["mariadb-admin", ...client, "ping"],
    }, { program: "slurmdbd", args: ["-D"], answers: ["sacctmgr", "--noheader", "show", "cluster"] }],
  };
}
