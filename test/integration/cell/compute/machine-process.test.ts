import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { access, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConsoleLog } from '../../../../cell/compute/drivers/qemu/console-log.ts';
import { type StateFolders, stateFolders } from '../../../../cell/compute/drivers/qemu/guest-folder.ts';
import { findProcess, launch, waitForEnd } from '../../../../cell/compute/drivers/qemu/machine-process.ts';
import { waitUntil } from '../../../support/wait-until.ts';

const guestId = randomUUID();
let dir: string;
let folders: StateFolders;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'volvox-machine-'));
  folders = stateFolders(dir);
  await mkdir(folders.guest(guestId), { recursive: true });
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** A program that behaves as QEMU does: makes its files, and is ready then. */
const aProgram = {
  program: '/bin/sh',
  args: ['-c', 'echo boot > console.log; while :; do sleep 1; done', `guest=${guestId}`],
  isReady: () =>
    access(folders.file(guestId, 'console')).then(
      () => true,
      () => false,
    ),
};

test('what a machine writes is for the agent alone', async () => {
  const pid = await launch({ folders, guestId, ...aProgram });
  try {
    expect(await findProcess(folders, guestId)).toBe(pid);
    expect((await stat(folders.file(guestId, 'console'))).mode & 0o777).toBe(0o600);
  } finally {
    process.kill(pid, 'SIGKILL');
  }
  expect(await waitForEnd(folders, guestId, 5_000)).toBe(true);
});

test('a program that is not there is named', async () => {
  await expect(launch({ folders, guestId, ...aProgram, program: '/no/such/program' })).rejects.toMatchObject({
    kind: 'unavailable',
    message: expect.stringContaining('/no/such/program'),
  });
});

test('a thread with the number that is noted is not the machine, whatever its command line says', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)', `guest=${guestId}`]);
  try {
    const threads = await waitUntil('its threads', async () => {
      const all = await readdir(`/proc/${child.pid}/task`);
      return all.length > 1 ? all : null;
    });
    const thread = threads.find((id) => id !== String(child.pid)) ?? '';
    expect(await readFile(`/proc/${thread}/cmdline`, 'utf8')).toContain(guestId);
    await writeFile(folders.file(guestId, 'pid'), thread);
    expect(await findProcess(folders, guestId)).toBeNull();
    await writeFile(folders.file(guestId, 'pid'), `${child.pid}`);
    expect(await findProcess(folders, guestId)).toBe(child.pid);
  } finally {
    child.kill('SIGKILL');
  }
});

test('what a machine says can be cut while it runs', async () => {
  const says = {
    ...aProgram,
    args: ['-c', 'echo boot > console.log; while :; do echo word; done', `guest=${guestId}`],
  };
  const pid = await launch({ folders, guestId, ...says });
  const log = folders.file(guestId, 'log');
  try {
    await waitUntil('a long log', async () => ((await stat(log)).size > 100_000 ? true : null));
    process.kill(pid, 'SIGSTOP');
    await waitUntil('it stands still', async () =>
      /^State:\tT/m.test(await readFile(`/proc/${pid}/status`, 'utf8')) ? true : null,
    );
    await new ConsoleLog(folders, 1_000).turnOver(guestId);
    expect((await stat(log)).size).toBe(0);
    process.kill(pid, 'SIGCONT');
    await waitUntil('it goes on', async () => ((await stat(log)).size > 0 ? true : null));
    expect((await readFile(log, 'utf8')).slice(0, 4)).toBe('word');
  } finally {
    process.kill(pid, 'SIGKILL');
  }
});
