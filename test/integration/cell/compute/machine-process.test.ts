import { randomUUID } from 'node:crypto';
import { access, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type StateFolders, stateFolders } from '../../../../cell/compute/drivers/qemu/guest-folder.ts';
import { findProcess, launch, waitForEnd } from '../../../../cell/compute/drivers/qemu/machine-process.ts';

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
