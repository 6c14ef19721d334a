import { type ChildProcess, spawn } from 'node:child_process';
import { chown, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import { stateFolders } from '../../../../../../cell/compute/drivers/qemu/guest-folder.ts';
import { Machines } from '../../../../../../cell/compute/drivers/qemu/machines.ts';
import { QUERY_CPUS } from '../../../../../../cell/compute/drivers/qemu/monitor-answers.ts';

const GUEST = 'a-guest';
const wall = {
  prepare: async () => {
    throw new Error('nothing is started');
  },
  started: async () => undefined,
  ended: async () => undefined,
};

const cpus = { command: () => [], needsPins: () => false, pin: async () => undefined };

describe('the monitor of a QEMU process', () => {
  let stateDir: string;
  let server: Server;
  let machines: Machines;
  let events: string[];
  let onConnection: (socket: Socket) => void;
  let path: string;
  /** Stands for QEMU, which has its guest's id in its command line. */
  let child: ChildProcess;
  beforeEach(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'volvox-machines-'));
    const folders = stateFolders(stateDir);
    path = folders.file(GUEST, 'monitor');
    await mkdir(dirname(path), { recursive: true });
    child = spawn('/bin/sh', ['-c', 'read line', `guest=${GUEST}`], { stdio: ['pipe', 'ignore', 'ignore'] });
    await new Promise((resolve) => child.once('spawn', resolve));
    await writeFile(folders.file(GUEST, 'pid'), `${child.pid}\n`);
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      onConnection(socket);
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    events = [];
    machines = new Machines({ folders, wall, cpus, onEvent: (guestId) => events.push(guestId), log: silentLogger });
  });
  afterEach(async () => {
    machines.close();
    child.kill('SIGKILL');
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

  /** A monitor that greets, and answers each command with the lines that `answer` makes of its id. */
  const answers = (answer: (id: number, command: string) => string) => (socket: Socket) => {
    socket.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.trim().split('\n')) {
        const { id, execute } = JSON.parse(line) as { id: number; execute: string };
        const isGreeting = execute === 'qmp_capabilities';
        socket.write(`${isGreeting ? JSON.stringify({ id, return: {} }) : answer(id, execute)}\n`);
      }
    });
    socket.write(`${JSON.stringify({ QMP: {} })}\n`);
  };
  const status = (value: unknown) => (id: number) => JSON.stringify({ id, return: { status: value } });

  it('is a socket of the user of its process, and no link to another', async () => {
    onConnection = answers(status('running'));
    const elsewhere = join(stateDir, 'elsewhere.sock');
    await rename(path, elsewhere);
    await symlink(elsewhere, path);
    await expect(machines.execute(GUEST, 'quit')).rejects.toMatchObject({
      kind: 'forbidden',
      message: `The agent refuses ${path}: it is a symbolic link, which the agent does not follow.`,
    });
    await rm(path);
    await writeFile(path, '');
    await expect(machines.execute(GUEST, 'quit')).rejects.toMatchObject({ message: /it is no socket/ });
    await rm(path);
    await rename(elsewhere, path);
    await machines.execute(GUEST, 'quit');
    expect(await machines.state(GUEST)).toBe('running');
  });

  it.skipIf(process.getuid?.() !== 0)('is refused when another user made it', async () => {
    onConnection = answers(status('running'));
    await chown(path, 222_222, 222_222);
    await expect(machines.execute(GUEST, 'quit')).rejects.toMatchObject({
      kind: 'forbidden',
      message: expect.stringContaining('it is a socket of user 222222, not of user 0'),
    });
    expect(await machines.state(GUEST)).toBe('silent');
  });

  it('is refused in a folder that is a link', async () => {
    onConnection = answers(status('running'));
    await rename(dirname(path), join(stateDir, 'elsewhere'));
    await symlink(join(stateDir, 'elsewhere'), dirname(path));
    await expect(machines.execute(GUEST, 'quit')).rejects.toMatchObject({ kind: 'forbidden', message: /not a folder/ });
  });

  it.each(['null', '[]', '{"desc":7}', '"no"'])(
    'may refuse without a reason (%s): the agent lives on',
    async (error) => {
      onConnection = answers((id) => `{"id":${id},"error":${error}}`);
      await expect(machines.execute(GUEST, 'quit')).rejects.toMatchObject({ kind: 'conflict', message: /no reason/ });
    },
  );

  it.each([
    ['constructor', 'paused'],
    ['__proto__', 'paused'],
    [{}, 'silent'],
    [undefined, 'silent'],
  ])('may say that its state is %s', async (value, state) => {
    onConnection = answers(status(value));
    expect(await machines.state(GUEST)).toBe(state);
  });

  it.each([
    ['../cwd/run', false],
    [0, false],
    [7, true],
  ])('may name the thread %s: a path is no answer', async (thread, isAnswer) => {
    onConnection = answers((id) => JSON.stringify({ id, return: [{ 'cpu-index': 0, 'thread-id': thread }] }));
    const asked = machines.ask(GUEST, QUERY_CPUS);
    if (isAnswer) expect(await asked).toEqual([{ 'cpu-index': 0, 'thread-id': thread }]);
    else await expect(asked).rejects.toMatchObject({ kind: 'unavailable', message: /no answer to query-cpus-fast/ });
  });

  it('may say a line without an end: the connection ends', async () => {
    const sockets: Socket[] = [];
    const greet = answers(() => 'x'.repeat(16 * 1024 ** 2));
    onConnection = (socket) => {
      sockets.push(socket);
      greet(socket);
    };
    await expect(machines.execute(GUEST, 'query-status')).rejects.toMatchObject({ kind: 'unavailable' });
    await expect.poll(() => sockets[0]?.destroyed).toBe(true);
    expect(sockets[0]?.bytesWritten).toBeLessThan(32 * 1024 ** 2);
    expect(events).toEqual([GUEST]);
  });

  it('may say too much: it waits, and the agent does not', async () => {
    const flood = `${JSON.stringify({ event: 'SHUTDOWN' })}\n`.repeat(10_000);
    onConnection = answers((id) => `${flood}${flood}${JSON.stringify({ id, return: { status: 'running' } })}`);
    const started = performance.now();
    expect(await machines.state(GUEST)).toBe('running');
    expect(performance.now() - started).toBeGreaterThan(900);
    // Not one for each: who hears of it looks at the guest.
    expect(events.length).toBeGreaterThan(0);
    expect(events.length).toBeLessThan(4);
  });

  it('may end again and again: the agent hears of it once a second, and of the last time too', async () => {
    const sockets: Socket[] = [];
    const greet = answers(status('running'));
    onConnection = (socket) => {
      sockets.push(socket);
      greet(socket);
    };
    const isBack = async (times: number) => (await machines.state(GUEST)) === 'running' && sockets.length > times;
    expect(await isBack(0)).toBe(true);
    for (let times = 1; times <= 10; times++) {
      sockets.at(-1)?.destroy();
      await expect.poll(() => isBack(times), { interval: 10 }).toBe(true);
    }
    expect(events.length).toBeGreaterThan(0);
    expect(events.length).toBeLessThan(6);
    await expect.poll(() => events.length, { timeout: 5_000 }).toBeGreaterThan(1);
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
