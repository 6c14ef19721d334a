import { cp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { makeEmptyDataFolder, ownTmpdir } from '../../deploy/local/mariadb.ts';
import { freePort } from './free-port.ts';
import { type RunningProcess, startProcess } from './process.ts';
import { waitUntil } from './wait-until.ts';

/** An empty data folder, made once and copied for each run: making it takes seconds, copying it does not. */
const TEMPLATE = resolve('.volvox/test/mariadb-template');

interface TestMariadb {
  readonly port: number;
  /** The file at which it is reached too. */
  readonly socket: string;
  readonly process: RunningProcess;
  stop(): Promise<void>;
}

/** A MariaDB of its own in `folder`, on loopback, user root without a password. */
export async function startMariadb(folder: string): Promise<TestMariadb> {
  await makeEmptyDataFolder(TEMPLATE);
  await cp(TEMPLATE, folder, { recursive: true });
  const port = await freePort();
  const socket = join(folder, 's.sock');
  const server = startProcess('mariadbd', [
    '--no-defaults',
    `--datadir=${folder}`,
    `--user=${process.getuid?.() === 0 ? 'root' : (process.env.USER ?? '')}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--socket=${socket}`,
    `--tmpdir=${ownTmpdir(folder)}`,
    `--pid-file=${join(folder, 'mariadbd.pid')}`,
    '--innodb-buffer-pool-size=64M',
    '--innodb-log-file-size=32M',
    '--innodb-flush-log-at-trx-commit=2',
    '--skip-log-bin',
    '--skip-name-resolve',
    '--max-connections=400',
    '--performance-schema=OFF',
  ]);
  await waitUntil(`MariaDB on port ${port} (${server.errors()})`, async () => {
    const connection = await createConnection({ host: '127.0.0.1', port, user: 'root' });
    await connection.end();
    return true;
  });
  return {
    port,
    socket,
    process: server,
    stop: async () => {
      await server.stop();
      for (const path of [folder, ownTmpdir(folder)]) await rm(path, { recursive: true, force: true });
    },
  };
}
