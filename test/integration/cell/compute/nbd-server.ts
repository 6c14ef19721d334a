import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import type { AttachedDisk } from '#platform/objects/attached-disk.ts';
import { freePort } from '../../../support/free-port.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aDisk } from '../../../unit/cell/compute/a-guest.ts';

const BYTES = 8 * 1024 ** 2;
const EXPORT = 'data, one';

/** A server of one disk, as a volume service has them. */
export interface NbdServer {
  readonly file: string;
  /** The disk as guests get it. */
  disk(id: string, rest?: Partial<AttachedDisk>): AttachedDisk;
  /** How many clients are connected. */
  clients(): Promise<number>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** It does not run yet. */
export async function anNbdServer(file: string): Promise<NbdServer> {
  await writeFile(file, '');
  await truncate(file, BYTES);
  const port = await freePort();
  let server: ReturnType<typeof spawn> | undefined;
  return {
    file,
    disk: (id, rest = {}) => ({
      ...aDisk(id),
      connection: { kind: 'nbd', data: { host: '127.0.0.1', port, exportName: EXPORT } },
      ...rest,
    }),
    clients: async () => {
      const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
      const lines = (await readFile('/proc/net/tcp', 'utf8')).split('\n').map((line) => line.trim().split(/\s+/));
      return lines.filter(([, address = '', , state]) => address.endsWith(local) && state === '01').length;
    },
    start: async () => {
      const args = ['--persistent', '--shared=8', '--format=raw', '--bind=127.0.0.1', `--port=${port}`];
      server = spawn('qemu-nbd', [...args, `--export-name=${EXPORT}`, file], { stdio: 'ignore' });
      await waitUntil('the server of the disk to listen', () => accepts(port));
    },
    stop: async () => {
      if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
      const ended = once(server, 'exit');
      server.kill('SIGKILL');
      await ended;
    },
  };
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'data');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
