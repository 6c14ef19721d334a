import { spawn } from 'node:child_process';
import { chmod, chown, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DesiredGuest } from '#platform/objects/guest.ts';
import { stateFolders } from '../../../../cell/compute/drivers/qemu/guest-folder.ts';
import { type GuestRecord, GuestRecords } from '../../../../cell/compute/drivers/qemu/guest-records.ts';
import { machineArguments } from '../../../../cell/compute/drivers/qemu/machine-arguments.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aQemuGuest, pidOf, type QemuAgent, startQemuAgent } from './qemu-agent.ts';
import { type ImageServer, startImageServer, testGuestDisk } from './test-guest.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: users of their own for guests need root');
/** Whom all guests ran as, and dnsmasq. */
const NOBODY = 65_534;

/** That release had neither the folder `run` nor consoles. */
function asBefore(argument: string): readonly string[] {
  if (argument === '-vnc' || argument.startsWith('unix:')) return [];
  if (argument.startsWith('socket,id=console,')) return ['file,id=console,path=console.log,append=on'];
  return [argument.replace('run/qmp.sock', 'qmp.sock')];
}

describe.skipIf(!isRoot)('a guest of the release before', () => {
  let stateDir: string;
  let images: ImageServer;
  let agent: QemuAgent;
  let guest: DesiredGuest;
  const folder = (...more: string[]) => join(stateDir, 'guests', guest.guestId, ...more);
  const record = async () => JSON.parse(await readFile(folder('guest.json'), 'utf8'));
  /** What an agent that has ended since wrote. */
  const change = async (part: Partial<GuestRecord>) => {
    const records = new GuestRecords(stateFolders(stateDir));
    await records.open();
    await records.change(guest.guestId, part);
  };
  const userOf = async (pid: number) => (await stat(`/proc/${pid}`)).uid;

  /** Its files as that release left them; no agent runs. */
  async function aGuestOfBefore(): Promise<void> {
    guest = aQemuGuest(images.image(testGuestDisk()), { power: 'stopped' });
    expect(await agent.converge(guest)).toMatchObject({ settled: true });
    await agent.close();
    await change({ uid: undefined, desired: { ...guest, power: 'running' } });
    await chown(folder(), 0, 0);
    await chmod(folder(), 0o711);
    await chown(folder('disk.qcow2'), NOBODY, NOBODY);
    await chmod(join(stateDir, 'guests'), 0o711);
    await chmod(join(stateDir, 'images', guest.spec.image.sha256), 0o600);
    await chown(join(stateDir, 'images', guest.spec.image.sha256), 0, 0);
    guest = { ...guest, power: 'running' };
  }

  /** Its process as that release started it. */
  async function itRuns(): Promise<number> {
    const { guestId, spec } = guest;
    const machine = [
      ...machineArguments({ guestId, spec, acceleration: 'tcg' }).flatMap(asBefore),
      ...['-sandbox', 'on,obsolete=deny', '-pidfile', 'qemu.pid', '-runas', `${NOBODY}:${NOBODY}`],
    ];
    await change({ expected: 'up', machine });
    spawn('qemu-system-x86_64', machine, { cwd: folder(), detached: true, stdio: 'ignore' }).unref();
    return await waitUntil('its process', async () => {
      const names = await readdir(folder());
      return names.includes('qmp.sock') ? await pidOf(stateDir, guestId) : null;
    });
  }

  beforeEach(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'volvox-before-'));
    images = await startImageServer();
    agent = await startQemuAgent(stateDir);
  });
  afterEach(async () => {
    for (const { guestId } of await agent.driver.findAll()) await agent.driver.remove(guestId);
    await agent.close();
    images.close();
    await rm(stateDir, { recursive: true });
  });

  const next = (rest: Partial<DesiredGuest>) => {
    guest = { ...guest, generation: guest.generation + 1, ...rest };
    return agent.converge(guest);
  };
  async function expectOwnUser(pid: number): Promise<void> {
    const { uid } = await record();
    expect(uid).toBeGreaterThan(200_000);
    expect(await userOf(pid)).toBe(uid);
    const disk = await stat(folder('disk.qcow2'));
    expect([disk.uid, disk.gid, disk.mode & 0o777]).toEqual([uid, uid, 0o600]);
    const own = await stat(folder());
    expect([own.uid, own.gid, own.mode & 0o777]).toEqual([0, uid, 0o710]);
  }

  it('runs on as it is, is suspended by the agent of today, and resumes as a user of its own', async () => {
    await aGuestOfBefore();
    const pid = await itRuns();
    agent = await startQemuAgent(stateDir);
    expect(await agent.converge(guest)).toMatchObject({ settled: true, power: 'running' });
    expect(await pidOf(stateDir, guest.guestId)).toBe(pid);
    expect(await userOf(pid)).toBe(NOBODY);
    await expect(agent.driver.openConsole(guest.guestId, 'vnc')).rejects.toMatchObject({ kind: 'conflict' });
    expect((await record()).uid).toBeUndefined();
    await waitUntil('it boots', async () => (await agent.console(guest.guestId)).includes('tick 0002'));

    expect(await next({ power: 'suspended' })).toMatchObject({ settled: true, power: 'suspended', error: null });
    expect(await next({ power: 'running' })).toMatchObject({ settled: true, power: 'running', error: null });
    await expectOwnUser(await pidOf(stateDir, guest.guestId));
    const before = (await agent.console(guest.guestId)).length;
    await waitUntil('it goes on', async () => (await agent.console(guest.guestId)).length > before + 20);
    expect([...(await agent.console(guest.guestId)).matchAll(/boot$/gm)]).toHaveLength(1);
    expect(await readdir(folder())).not.toContain('qmp.sock');
  });

  it('can be copied to another host while it is stopped, as it was left', async () => {
    await aGuestOfBefore();
    agent = await startQemuAgent(stateDir);
    expect(await agent.driver.disks.disks(guest.guestId)).toMatchObject([{ name: 'disk' }]);
    expect((await record()).uid).toBeUndefined();
    expect((await stat(folder('disk.qcow2'))).uid).toBe(NOBODY);
  });

  it('gets another user at its next start when the range of user ids was changed', async () => {
    guest = aQemuGuest(images.image(testGuestDisk()));
    expect(await agent.converge(guest)).toMatchObject({ settled: true, power: 'running' });
    const former = (await record()).uid as number;
    await agent.close();
    agent = await startQemuAgent(stateDir, { VOLVOX_COMPUTE_GUEST_UIDS: '400000-400010' });
    expect(await agent.converge(guest)).toMatchObject({ settled: true, power: 'running' });
    expect(await userOf(await pidOf(stateDir, guest.guestId))).toBe(former);
    expect(await next({ restarts: 1, restartKind: 'hard' })).toMatchObject({ settled: true, power: 'running' });
    const { uid } = await record();
    expect(uid).toBeGreaterThan(400_000);
    await expectOwnUser(await pidOf(stateDir, guest.guestId));
    expect(uid).not.toBe(former);
  });

  it('gets its user at its next start, and keeps it over every restart of guest and agent', async () => {
    await aGuestOfBefore();
    await itRuns();
    agent = await startQemuAgent(stateDir);
    expect(await next({ restarts: 1, restartKind: 'hard' })).toMatchObject({
      settled: true,
      power: 'running',
      error: null,
    });
    await expectOwnUser(await pidOf(stateDir, guest.guestId));
    const { uid } = await record();
    await agent.close();
    agent = await startQemuAgent(stateDir);
    expect(await next({ restarts: 2 })).toMatchObject({ settled: true, power: 'running', error: null });
    await expectOwnUser(await pidOf(stateDir, guest.guestId));
    expect((await record()).uid).toBe(uid);
  });

  it('starts whole when an earlier start ended between its user id and its files, or after them', async () => {
    await aGuestOfBefore();
    // As after a crash: the id is given, and nothing belongs to it.
    await change({ uid: 200_777 });
    agent = await startQemuAgent(stateDir);
    const base = join(stateDir, 'images', guest.spec.image.sha256);
    await rename(base, `${base}.elsewhere`);
    expect(await agent.converge(guest)).toMatchObject({ settled: false, error: { permanent: false } });
    expect((await record()).uid).toBe(200_777);
    await rename(`${base}.elsewhere`, base);
    expect(await agent.converge(guest)).toMatchObject({ settled: true, power: 'running', error: null });
    expect((await record()).uid).toBe(200_777);
    await expectOwnUser(await pidOf(stateDir, guest.guestId));
  });
});
