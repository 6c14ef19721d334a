import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DesiredGuest } from '#platform/objects/guest.ts';
import { aQemuGuest, pidOf, type QemuAgent, startQemuAgent } from './qemu-agent.ts';
import { type ImageServer, startImageServer, testGuestDisk } from './test-guest.ts';

let stateDir: string;
let images: ImageServer;
let agent: QemuAgent;

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'volvox-qemu-'));
  images = await startImageServer();
  agent = await startQemuAgent(stateDir);
});
afterEach(async () => {
  for (const { guestId } of await agent.driver.findAll()) {
    await agent.driver.discardSuspended(guestId);
    await agent.driver.remove(guestId);
  }
  await agent.close();
  images.close();
  await rm(stateDir, { recursive: true });
});

const until = (condition: () => Promise<void>) => vi.waitFor(condition, { timeout: 20_000, interval: 50 });
const ticks = async (guestId: string): Promise<number[]> =>
  [...(await agent.console(guestId)).matchAll(/^tick ([0-9a-f]{4})$/gm)].map((match) =>
    Number.parseInt(`${match[1]}`, 16),
  );
const boots = async (guestId: string): Promise<number> =>
  [...(await agent.console(guestId)).matchAll(/boot$/gm)].length;
const untilTick = (guestId: string, atLeast: number) =>
  until(async () => expect((await ticks(guestId)).at(-1) ?? 0).toBeGreaterThanOrEqual(atLeast));
const next = (desired: DesiredGuest, rest: Partial<DesiredGuest>): DesiredGuest => ({
  ...desired,
  generation: desired.generation + 1,
  ...rest,
});
const settled = (power: string) => ({ settled: true, power, error: null });

test('spawns, pauses, unpauses, suspends to disk, resumes where it was, and leaves nothing', async () => {
  let desired = aQemuGuest(images.image(testGuestDisk()));
  const { guestId } = desired;
  expect(await agent.converge(desired)).toMatchObject(settled('running'));
  await untilTick(guestId, 2);

  const owner = (await stat(`/proc/${await pidOf(stateDir, guestId)}`)).uid;
  const { uid } = JSON.parse(await readFile(join(stateDir, 'guests', guestId, 'guest.json'), 'utf8'));
  expect(owner).toBe(process.getuid?.() === 0 ? uid : process.getuid?.());

  const used = await agent.driver.stats(guestId);
  expect(used).toMatchObject({ memory: { maximumMb: desired.spec.ramMb }, nics: [] });
  expect(used.memory.usedMb).toBeGreaterThan(0);
  expect(used.cpuTimesNs).toHaveLength(desired.spec.vcpus);
  expect(used.disks.find(({ device }) => device === 'root')?.readBytes).toBeGreaterThan(0);

  desired = next(desired, { power: 'paused' });
  expect(await agent.converge(desired)).toMatchObject(settled('paused'));
  desired = next(desired, { power: 'running' });
  expect(await agent.converge(desired)).toMatchObject(settled('running'));

  desired = next(desired, { power: 'suspended' });
  expect(await agent.converge(desired)).toMatchObject(settled('suspended'));
  await expect(agent.driver.stats(guestId)).rejects.toMatchObject({ kind: 'conflict' });
  const last = (await ticks(guestId)).at(-1) ?? 0;
  expect(last).toBeGreaterThan(0);
  desired = next(desired, { power: 'running' });
  expect(await agent.converge(desired)).toMatchObject(settled('running'));
  await untilTick(guestId, last + 2);
  expect(await boots(guestId)).toBe(1);

  const pid = await pidOf(stateDir, guestId);
  expect(await agent.converge(next(desired, { power: 'absent' }))).toMatchObject(settled('none'));
  await expect(stat(`/proc/${pid}/exe`)).rejects.toThrow();
  expect(await readdir(join(stateDir, 'guests'))).toEqual([]);
});

test('stops when asked, starts again, reboots softly and hard, each once', async () => {
  let desired = aQemuGuest(images.image(testGuestDisk()));
  const { guestId } = desired;
  await agent.converge(desired);
  await untilTick(guestId, 1);

  desired = next(desired, { power: 'stopped' });
  expect(await agent.converge(desired)).toMatchObject({ ...settled('shutdown'), stoppedByItself: false });
  expect(await agent.console(guestId)).toContain('button\n');
  desired = next(desired, { power: 'running' });
  expect(await agent.converge(desired)).toMatchObject(settled('running'));
  await until(async () => expect(await boots(guestId)).toBe(2));

  desired = next(desired, { restarts: 1, restartKind: 'soft' });
  expect(await agent.converge(desired)).toMatchObject({ ...settled('running'), restarts: 1 });
  await until(async () => expect(await boots(guestId)).toBe(3));
  expect([...(await agent.console(guestId)).matchAll(/button$/gm)]).toHaveLength(2);

  desired = next(desired, { restarts: 2, restartKind: 'hard' });
  expect(await agent.converge(desired)).toMatchObject({ ...settled('running'), restarts: 2 });
  await until(async () => expect(await boots(guestId)).toBe(4));
  const pid = await pidOf(stateDir, guestId);
  expect(await agent.converge(desired)).toMatchObject(settled('running'));
  expect(await pidOf(stateDir, guestId)).toBe(pid);
});

test('a guest that is killed is started again; one that shuts itself down is told and stays down', async () => {
  const killed = aQemuGuest(images.image(testGuestDisk()));
  await agent.converge(killed);
  process.kill(await pidOf(stateDir, killed.guestId), 'SIGKILL');
  await until(async () => expect(agent.events).toContain(killed.guestId));
  expect(await agent.driver.find(killed.guestId)).toMatchObject({ power: 'crashed' });
  expect(await agent.converge(killed)).toMatchObject(settled('running'));

  const quitting = aQemuGuest(images.image(testGuestDisk(2)));
  await agent.converge(quitting);
  await until(async () => expect(agent.events).toContain(quitting.guestId));
  const told = { ...settled('shutdown'), stoppedByItself: true };
  expect(await agent.converge(quitting)).toMatchObject(told);
  expect(await agent.converge(quitting)).toMatchObject(told);
  expect(await agent.converge(next(quitting, {}))).toMatchObject({ ...settled('running'), stoppedByItself: false });
});

test('guests outlive their agent, and the next one finds them and hears of them', async () => {
  const desired = aQemuGuest(images.image(testGuestDisk()));
  await agent.converge(desired);
  const pid = await pidOf(stateDir, desired.guestId);
  await agent.close();
  agent = await startQemuAgent(stateDir);
  expect(await agent.driver.find(desired.guestId)).toMatchObject({ power: 'running', desired: { generation: 1 } });
  expect(await agent.converge(desired)).toMatchObject(settled('running'));
  expect(await pidOf(stateDir, desired.guestId)).toBe(pid);
  process.kill(pid, 'SIGKILL');
  await until(async () => expect(agent.events).toContain(desired.guestId));
});

test('a newer generation ends a shutdown that is being waited for', async () => {
  // Nothing boots from an empty disk, so nobody hears the button.
  const desired = aQemuGuest(images.image(Buffer.alloc(1024 * 1024)), { gracefulStopMs: 600_000 });
  expect(await agent.converge(desired)).toMatchObject(settled('running'));
  const abort = new AbortController();
  const stopping = agent.converge(next(desired, { power: 'stopped' }), abort.signal);
  await until(async () =>
    expect(await agent.driver.find(desired.guestId)).toMatchObject({ desired: { generation: 2 } }),
  );
  abort.abort(new Error('superseded'));
  expect(await stopping).toMatchObject({ settled: false });
  expect(await agent.driver.find(desired.guestId)).toMatchObject({ power: 'running' });
  const gone = { ...desired, generation: 3, power: 'absent' as const };
  expect(await agent.converge(gone)).toMatchObject(settled('none'));
});

test('fetches an image once for guests that come together, and refuses what is not what it says', async () => {
  const good = images.image(testGuestDisk(9));
  const guests = [aQemuGuest(good), aQemuGuest(good)];
  const observed = await Promise.all(guests.map((desired) => agent.converge(desired)));
  expect(observed.map(({ power }) => power)).toEqual(['running', 'running']);
  expect(images.requests).toHaveLength(1);

  const refused = async (image: typeof good, message: RegExp) => {
    const { settled, error } = await agent.converge(aQemuGuest(image));
    expect({ settled, permanent: error?.permanent }).toEqual({ settled: false, permanent: true });
    expect(error?.message).toMatch(message);
  };
  await refused({ ...images.image(testGuestDisk(10)), sha256: 'f'.repeat(64) }, /SHA-256/);
  await refused(images.image(testGuestDisk(11), { diskFormat: 'qcow2' }), /not qcow2/);
  await refused(images.image(testGuestDisk(12), { diskFormat: 'vmdk' }), /vmdk/);
  await refused(images.image(testGuestDisk(13), { ticket: 'forged' }), /401/);
  expect(await readdir(join(stateDir, 'images'))).toEqual([good.sha256]);
});

test('a resized guest gets the disk of the old one, larger', async () => {
  const image = images.image(testGuestDisk());
  const old = aQemuGuest(image);
  await agent.converge(old);
  const { guestId, hostName } = old;
  const spec = { ...old.spec, rootGb: 1, ramMb: 48, diskSource: { guestId, hostName, url: 'http://127.0.0.1:1' } };
  const resized = aQemuGuest(image, { spec });
  expect(await agent.converge(resized)).toMatchObject({ settled: false, error: { permanent: false } });
  await untilTick(guestId, 1);
  await agent.converge(next(old, { power: 'stopped' }));
  expect(await agent.converge(resized)).toMatchObject(settled('running'));
  await untilTick(resized.guestId, 1);
});

test('a guest whose network device is not there waits for it', async () => {
  const nic = {
    portId: '6a1f0c1e-0000-4000-8000-0000000000cc',
    networkId: '6a1f0c1e-0000-4000-8000-0000000000dd',
    mac: '52:54:00:00:00:01',
    tapName: 'tapmissing0',
    mtu: 1450,
    tag: null,
  };
  const desired = aQemuGuest(images.image(testGuestDisk()));
  const observed = await agent.converge({ ...desired, spec: { ...desired.spec, nics: [nic] } });
  expect(observed).toMatchObject({ settled: false, error: { permanent: false } });
  expect(observed.error?.message).toContain('tapmissing0');
});

test('a machine whose folder was removed while it ran is found by its process', async () => {
  const desired = aQemuGuest(images.image(testGuestDisk()));
  const { guestId } = desired;
  expect(await agent.converge(desired)).toMatchObject(settled('running'));
  const pid = await pidOf(stateDir, guestId);
  expect(await agent.driver.orphans?.()).toEqual([]);
  await rm(join(stateDir, 'guests', guestId), { recursive: true });
  await agent.close();
  agent = await startQemuAgent(stateDir);
  try {
    expect(await agent.driver.findAll()).toEqual([]);
    expect(await agent.driver.orphans?.()).toEqual([{ guestId, hostName: expect.any(String) }]);
  } finally {
    process.kill(pid, 'SIGKILL');
  }
  await until(async () => expect(await agent.driver.orphans?.()).toEqual([]));
});
