import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { createConnection } from 'mysql2/promise';
import { freePort } from './free-port.ts';
import { type RunningProcess, startProcess } from './process.ts';
import { waitUntil } from './wait-until.ts';

const run = promisify(execFile);
/** An empty data folder, made once and copied for each run: making it takes seconds, copying it does not. */
const TEMPLATE = resolve('.volvox/test/mariadb-template');

export interface TestMariadb {
  readonly port: number;
  readonly process: RunningProcess;
  stop(): Promise<void>;
}

/** A MariaDB of its own in `folder`, on loopback, user root without a password. */
export async function startMariadb(folder: string): Promise<TestMariadb> {
  await makeTemplate();
  await cp(TEMPLATE, folder, { recursive: true });
  const port = await freePort();
  const server = startProcess('mariadbd', [
    '--no-defaults',
    `--datadir=${folder}`,
    `--user=${process.getuid?.() === 0 ? 'root' : (process.env.USER ?? '')}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--socket=${join(folder, 's.sock')}`,
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
    process: server,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function makeTemplate(): Promise<void> {
  if (existsSync(TEMPLATE)) return;
  const making = `${TEMPLATE}-${process.pid}`;
  await mkdir(making, { recursive: true });
  await run('mariadb-install-db', [
    '--no-defaults',
    `--datadir=${making}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-name-resolve',
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
  ]);
  await rename(making, TEMPLATE).catch(async (error: NodeJS.ErrnoException) => {
    // Another run was quicker; its template is as good.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    await rm(making, { recursive: true, force: true });
  });
}
