import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import { stateFolders } from '../../../../../../cell/compute/drivers/qemu/guest-folder.ts';
import { Machines } from '../../../../../../cell/compute/drivers/qemu/machines.ts';

const GUEST = 'a-guest';
const wall = {
  prepare: async () => {
    throw new Error('nothing is started');
  },
  ended: async () => undefined,
};

describe('the monitor of a QEMU process', () => {
  let stateDir: string;
  let server: Server;
  let machines: Machines;
  let events: string[];
  let onConnection: (socket: Socket) => void;
  beforeEach(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'volvox-machines-'));
    const folders = stateFolders(stateDir);
    const path = folders.file(GUEST, 'monitor');
    await mkdir(dirname(path), { recursive: true });
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      onConnection(socket);
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    events = [];
    machines = new Machines({ folders, wall, onEvent: (guestId) => events.push(guestId), log: silentLogger });
  });
  afterEach(async () => {
    machines.close();
    await new Promise((resolve) => server.close(resolve));
    await rm(stateDir, { recursive: true });
  });

  it('may end before its greeting: who asks is told, and the agent lives on', async () => {
    onConnection = (socket) => socket.destroy();
    await expect(machines.execute(GUEST, 'query-status')).rejects.toMatchObject({ kind: 'unavailable' });
    expect(events).toEqual([]);
  });

  it('may never greet: who asks is told, and the agent lives on', async () => {
    let closed: Promise<unknown> | undefined;
    onConnection = (socket) => {
      closed = new Promise((resolve) => socket.resume().once('close', resolve));
    };
    await expect(machines.execute(GUEST, 'query-status')).rejects.toMatchObject({ kind: 'deadline-exceeded' });
    await closed;
    expect(events).toEqual([]);
  });

  it('is an event when it ends later', async () => {
    const sockets: Socket[] = [];
    onConnection = (socket) => {
      sockets.push(socket);
      socket.setEncoding('utf8').on('data', (text: string) => {
        for (const line of text.trim().split('\n')) {
          const { id } = JSON.parse(line) as { id: number };
          socket.write(`${JSON.stringify({ id, return: { status: 'running' } })}\n`);
        }
      });
      socket.write(`${JSON.stringify({ QMP: {} })}\n`);
    };
    await machines.execute(GUEST, 'query-status');
    sockets[0]?.destroy();
    await expect.poll(() => events).toEqual([GUEST]);
    await machines.execute(GUEST, 'query-status');
    expect(sockets).toHaveLength(2);
  });
});
