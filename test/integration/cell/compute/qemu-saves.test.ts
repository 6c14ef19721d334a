import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DesiredGuest } from '#platform/objects/guest.ts';
import { NO_PARTS, type Save } from '#platform/objects/guest-parts.ts';
import { aQemuGuest, pidOf, type QemuAgent, startQemuAgent } from './qemu-agent.ts';
import { type ImageServer, startImageServer, testGuestDisk } from './test-guest.ts';
import { startUploadServer, type UploadServer } from './upload-server.ts';

const SAVE_ID = '6a1f0c1e-0000-4000-8000-00000000005a';

let stateDir: string;
let images: ImageServer;
let uploads: UploadServer;
let agent: QemuAgent;

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'volvox-qemu-'));
  images = await startImageServer();
  uploads = await startUploadServer();
  agent = await startQemuAgent(stateDir);
});
afterEach(async () => {
  for (const { guestId } of await agent.driver.findAll()) {
    await agent.driver.kill(guestId);
    await agent.driver.remove(guestId);
  }
  await agent.close();
  images.close();
  uploads.close();
  await rm(stateDir, { recursive: true });
});

const saying = (guestId: string, word: string) =>
  vi.waitFor(async () => expect(await agent.console(guestId)).toContain(`${word}\n`), {
    timeout: 20_000,
    interval: 50,
  });
const aSave = (rest: Partial<Save> = {}): Save => ({
  saveId: SAVE_ID,
  upload: { url: uploads.url, ticket: uploads.ticket },
  quiesce: 'never',
  ...rest,
});
const withSaves = (desired: DesiredGuest, saves: readonly Save[], rest: Partial<DesiredGuest> = {}): DesiredGuest => ({
  ...desired,
  generation: desired.generation + 1,
  ...rest,
  parts: { ...NO_PARTS, ...desired.parts, saves: [...saves] },
});
const files = (guestId: string) => readdir(join(stateDir, 'guests', guestId));
/** What a disk with this content shows to a guest, from its beginning. */
async function shown(bytes: Buffer, offset: number, length: number): Promise<string> {
  const path = join(stateDir, 'uploaded.qcow2');
  await writeFile(path, bytes);
  execFileSync('qemu-img', ['convert', '-f', 'qcow2', '-O', 'raw', path, `${path}.raw`]);
  return execFileSync('dd', [`if=${path}.raw`, 'bs=1', `skip=${offset}`, `count=${length}`, 'status=none']).toString(
    'hex',
  );
}
/** What a guest of this word wrote to its disk at its start is there, and boots. */
async function bootsFrom(bytes: Buffer): Promise<void> {
  const image = images.image(bytes, { diskFormat: 'qcow2' });
  const other = aQemuGuest(image);
  expect(await agent.converge(other)).toMatchObject({ settled: true, power: 'running' });
  await saying(other.guestId, 'boot');
}
const uploaded = { settled: true, parts: { saves: [{ saveId: SAVE_ID, state: 'uploaded' }] } };

test('the disk of a running guest becomes an image of its own, which boots, while the guest runs on', async () => {
  let desired = aQemuGuest(images.image(testGuestDisk()));
  const { guestId } = desired;
  await agent.converge(desired);
  await saying(guestId, 'boot');

  desired = withSaves(desired, [aSave()]);
  expect(await agent.converge(desired)).toMatchObject({ ...uploaded, power: 'running' });
  const [bytes = Buffer.alloc(0)] = uploads.received;
  expect(uploads.received).toHaveLength(1);
  expect(bytes.subarray(0, 4).toString('latin1')).toBe('QFI\xfb');
  expect(bytes.readBigUInt64BE(8)).toBe(0n);
  expect(await shown(bytes, 510, 2)).toBe('55aa');
  await bootsFrom(bytes);

  // Another agent takes over: it is not uploaded again.
  await agent.close();
  agent = await startQemuAgent(stateDir);
  expect(await agent.converge(desired)).toMatchObject(uploaded);
  expect(uploads.received).toHaveLength(1);

  desired = withSaves(desired, []);
  expect(await agent.converge(desired)).toMatchObject({ settled: true, power: 'running', parts: { saves: [] } });
  expect((await files(guestId)).filter((name) => name.startsWith('save-'))).toEqual([]);
});

test.each(['stopped', 'paused', 'suspended'] as const)('so does that of a %s guest, which stays so', async (power) => {
  let desired = aQemuGuest(images.image(testGuestDisk()));
  const { guestId } = desired;
  await agent.converge(desired);
  await saying(guestId, 'boot');
  desired = { ...desired, generation: 2, power, gracefulStopMs: 100 };
  const before = await agent.converge(desired);
  expect(before).toMatchObject({ settled: true });

  desired = withSaves(desired, [aSave()]);
  expect(await agent.converge(desired)).toMatchObject({ ...uploaded, power: before.power });
  const [bytes = Buffer.alloc(0)] = uploads.received;
  await bootsFrom(bytes);

  desired = withSaves(desired, [], { power: 'running' });
  expect(await agent.converge(desired)).toMatchObject({ settled: true, power: 'running', parts: { saves: [] } });
});

test('an upload that breaks off begins again, in another agent too, and its image is there once', async () => {
  let desired = aQemuGuest(images.image(testGuestDisk()));
  const { guestId } = desired;
  await agent.converge(desired);
  desired = withSaves(desired, [aSave()]);
  uploads.refusals.push(503, 409);
  expect(await agent.converge(desired)).toMatchObject({ settled: false, error: { permanent: false } });
  const stop = new AbortController();
  uploads.onUpload = async () => stop.abort(new Error('the agent stops'));
  await agent.converge(desired, stop.signal);
  uploads.onUpload = async () => undefined;
  await agent.close();
  agent = await startQemuAgent(stateDir);
  const saved = await agent.driver.find(guestId);
  expect(saved?.saves).toEqual([{ saveId: SAVE_ID, state: 'saved' }]);
  uploads.refusals.length = 0;
  expect(await agent.converge(desired)).toMatchObject(uploaded);
  expect(uploads.received).toHaveLength(1);
});

test('a machine that ends during an upload is started before the upload goes on', async () => {
  let desired = aQemuGuest(images.image(testGuestDisk()));
  const { guestId } = desired;
  await agent.converge(desired);
  await saying(guestId, 'boot');
  desired = withSaves(desired, [aSave()]);
  const powers: unknown[] = [];
  uploads.onUpload = async () => {
    uploads.onUpload = async () => void powers.push((await agent.driver.find(guestId))?.power);
    process.kill(await pidOf(stateDir, guestId), 'SIGKILL');
    await new Promise<void>(() => undefined);
  };
  expect(await agent.converge(desired)).toMatchObject({ ...uploaded, power: 'running' });
  expect(powers).toEqual(['running']);
});

test('a save that was cut off is made by the next agent, and one that is not desired leaves nothing', async () => {
  const made = aQemuGuest(images.image(testGuestDisk()));
  let desired: DesiredGuest = { ...made, power: 'stopped' };
  const { guestId } = desired;
  await agent.converge(desired);
  desired = withSaves(desired, [aSave()]);
  const stop = new AbortController();
  const timer = setInterval(async () => {
    const names = await files(guestId);
    if (names.some((name) => name.startsWith('save-'))) stop.abort(new Error('the agent stops'));
  }, 1);
  await agent.converge(desired, stop.signal);
  clearInterval(timer);
  await agent.close();
  agent = await startQemuAgent(stateDir);
  expect(await agent.converge(desired)).toMatchObject({ ...uploaded, power: 'shutdown' });
  desired = withSaves(desired, []);
  expect(await agent.converge(desired)).toMatchObject({ settled: true, power: 'shutdown', parts: { saves: [] } });
  expect((await files(guestId)).filter((name) => name.startsWith('save-'))).toEqual([]);
});

test('a guest that must quiesce and cannot is not saved', async () => {
  let desired = aQemuGuest(images.image(testGuestDisk()));
  await agent.converge(desired);
  desired = withSaves(desired, [aSave({ quiesce: 'required' })]);
  const { settled, error } = await agent.converge(desired);
  expect({ settled, permanent: error?.permanent }).toEqual({ settled: false, permanent: true });
  desired = withSaves(desired, [aSave({ quiesce: 'if-possible' })]);
  expect(await agent.converge(desired)).toMatchObject(uploaded);
});
