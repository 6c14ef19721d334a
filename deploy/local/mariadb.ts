import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { addressOf } from '#platform/database/connection-options.ts';
import { certificateFor, operatorTransport } from './certificates.ts';
import { storeEnvironment } from './environment.ts';
import type { ProcessSpec } from './managed-process.ts';
import { writePrivate } from './private-file.ts';
import { runCommand } from './run-command.ts';
import type { StoreOptions } from './store-options.ts';
import { SOCKET_FILE } from './store-sockets.ts';

export interface MariadbOptions extends StoreOptions {
  readonly database: string;
  /** Kept between regions: an empty data folder that is copied, since making one takes seconds. */
  readonly cache: string;
}

/** Set when a data folder is whole; one without it is what an interrupted start left. */
const WHOLE = 'volvox-whole';
const user = process.getuid?.() === 0 ? ['--user=root'] : [];

/**
 * Makes the data folder unless it is there and whole.
 * @returns 'kept', 'made', or 'remade' when a half-made one was thrown away.
 */
export async function prepareMariadb(options: MariadbOptions): Promise<'kept' | 'made' | 'remade'> {
  if (existsSync(join(options.folder, WHOLE))) return 'kept';
  const broken = existsSync(options.folder);
  await rm(options.folder, { recursive: true, force: true });
  await cp(await emptyDataFolder(options.cache), options.folder, { recursive: true });
  writeFileSync(join(options.folder, WHOLE), '');
  return broken ? 'remade' : 'made';
}

/** The server as a child, on loopback and at a socket file in its data folder. Its user and schema are made by the init file, before it takes connections. */
export function mariadbProcess(options: MariadbOptions): ProcessSpec {
  const initFile = `${options.folder}.init.sql`;
  writePrivate(initFile, initSql(options));
  const { certFile, keyFile, caFile } = certificateFor(options.home, options.name, 'mariadb');
  return {
    name: options.name,
    command: 'mariadbd',
    args: [
      '--no-defaults',
      `--datadir=${options.folder}`,
      ...user,
      '--bind-address=127.0.0.1',
      `--port=${options.port}`,
      `--socket=${SOCKET_FILE}`,
      '--pid-file=server.pid',
      `--init-file=${initFile}`,
      `--tmpdir=${ownTmpdir(options.folder)}`,
      '--require-secure-transport=ON',
      `--ssl-cert=${certFile}`,
      `--ssl-key=${keyFile}`,
      `--ssl-ca=${caFile}`,
      '--tls-version=TLSv1.2,TLSv1.3',
      '--skip-name-resolve',
      '--skip-log-bin',
      '--performance-schema=OFF',
      '--innodb-buffer-pool-size=64M',
      '--innodb-log-file-size=64M',
      // The server touches its buffers at once. Nothing here is in MyISAM, and Aria has the server's own tables and large temporary ones.
      '--innodb-log-buffer-size=2M',
      '--key-buffer-size=1M',
      '--aria-pagecache-buffer-size=16M',
      '--innodb-flush-log-at-trx-commit=1',
      '--max-connections=200',
    ],
    env: storeEnvironment(options.home),
    cwd: join(options.folder, '..'),
    log: options.log,
    graceMs: 20_000,
    ready: async () => {
      const { home, port, password, database } = options;
      const address = addressOf({ host: '127.0.0.1', port, transport: operatorTransport(home) });
      const connection = await createConnection({ ...address, user: 'volvox', password, database });
      await connection.end();
      return true;
    },
  };
}

/** A folder for temporary tables: a server removes at its start what it finds there, also of other servers. */
export function ownTmpdir(dataFolder: string): string {
  const folder = `${dataFolder}.tmp`;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** Nobody but `volvox` gets in: the installation's root accounts are locked. One statement a line, as an init file must be. */
function initSql({ database, password }: MariadbOptions): string {
  return [
    `CREATE DATABASE IF NOT EXISTS ${database} CHARACTER SET utf8mb4;`,
    `CREATE USER IF NOT EXISTS 'volvox'@'127.0.0.1' IDENTIFIED BY '${password}';`,
    `ALTER USER 'volvox'@'127.0.0.1' IDENTIFIED BY '${password}' REQUIRE X509;`,
    // It reads its certificate again when told so.
    `GRANT RELOAD ON *.* TO 'volvox'@'127.0.0.1';`,
    `GRANT ALL PRIVILEGES ON ${database}.* TO 'volvox'@'127.0.0.1';`,
    // By the socket file, where there is no TLS.
    `CREATE USER IF NOT EXISTS 'volvox'@'localhost' IDENTIFIED BY '${password}';`,
    `ALTER USER 'volvox'@'localhost' IDENTIFIED BY '${password}';`,
    `GRANT ALL PRIVILEGES ON ${database}.* TO 'volvox'@'localhost';`,
    `DELETE FROM mysql.global_priv WHERE User IN ('root', '');`,
    'FLUSH PRIVILEGES;',
    '',
  ].join('\n');
}

async function emptyDataFolder(cache: string): Promise<string> {
  const { stdout } = await runCommand('mariadbd', ['--no-defaults', '--version']);
  const version = /Ver (\S+)/.exec(stdout)?.[1] ?? 'unknown';
  const template = join(cache, `mariadb-${version}`);
  await makeEmptyDataFolder(template);
  return template;
}

/** An empty data folder, whole or not at all; one that is there stays. */
export async function makeEmptyDataFolder(template: string): Promise<void> {
  if (existsSync(template)) return;
  const making = `${template}.${process.pid}`;
  await mkdir(making, { recursive: true, mode: 0o700 });
  // The script cannot handle a path with spaces, so it gets a relative one.
  await runCommand(
    'mariadb-install-db',
    [
      '--no-defaults',
      `--datadir=./${basename(making)}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      '--skip-name-resolve',
      ...user,
    ],
    { cwd: dirname(making), env: { TMPDIR: ownTmpdir(making) } },
  );
  await rm(ownTmpdir(making), { recursive: true, force: true });
  await rename(making, template).catch(async (error: NodeJS.ErrnoException) => {
    // Somebody else was quicker; theirs is as good.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    await rm(making, { recursive: true, force: true });
  });
}
