import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { DesiredGuest } from '#platform/objects/guest.ts';
import { NO_PARTS, type Save } from '#platform/objects/guest-parts.ts';
import { makeAgentGuestImage } from '../../../support/agent-guest/agent-guest-image.ts';
import { type SavedRoot, savedRoot } from '../../../support/agent-guest/saved-root.ts';
import { type RunningProcess, startProcess } from '../../../support/process.ts';
import { AGENT_KEY } from '../../../support/test-keys.ts';
import { startTestRedis } from '../../../support/test-redis.ts';
import { startConductorDouble } from './conductor-double.ts';
import { aQemuGuest, type QemuAgent, startQemuAgent } from './qemu-agent.ts';
import { type ImageServer, startImageServer } from './test-guest.ts';
import { startUploadServer, type UploadServer } from './upload-server.ts';

const UNTIL_MS = 200_000;

/** One Linux guest with Debian's QEMU guest agent, for all tests of this file: it takes its time to boot. */
let stateDir: string;
let images: ImageServer;
let uploads: UploadServer;
let agent: QemuAgent;
let desired: DesiredGuest;
let saves = 0;

beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'volvox-agent-'));
  images = await startImageServer();
  uploads = await startUploadServer();
  agent = await startQemuAgent(stateDir);
  const bytes = await readFile(await makeAgentGuestImage());
  const image = images.image(bytes, { diskFormat: 'qcow2', properties: { hw_qemu_guest_agent: 'yes' } });
  const made = aQemuGuest(image);
  desired = { ...made, spec: { ...made.spec, ramMb: 256 } };
  expect(await agent.converge(desired)).toMatchObject({ power: 'running', error: null });
  await until(() => agent.driver.setPassword(desired.guestId, 'root', 'first'));
}, 300_000);
afterAll(async () => {
  await agent.driver.kill(desired.guestId);
  await agent.driver.remove(desired.guestId);
  await agent.close();
  images.close();
  uploads.close();
  await rm(stateDir, { recursive: true });
});

const until = (condition: () => Promise<void>) => vi.waitFor(condition, { timeout: UNTIL_MS, interval: 100 });
/** What the guest said of this, in order: the first group of each match. */
const said = async (what: RegExp): Promise<string[]> =>
  [...(await agent.console(desired.guestId)).matchAll(what)].map((match) => match[1] ?? match[0]);
const written = async (): Promise<number> => Number((await said(/wrote (\d+)/g)).at(-1));
const change = async (rest: Partial<DesiredGuest>) => {
  desired = { ...desired, generation: desired.generation + 1, ...rest };
  return await agent.converge(desired);
};

/** Saves the disk while the guest writes. */
async function save(quiesce: Save['quiesce']): Promise<SavedRoot & { readonly countBefore: number }> {
  saves += 1;
  const saveId = `6a1f0c1e-0000-4000-8000-0000000000${String(saves).padStart(2, '0')}`;
  const one: Save = { saveId, upload: { url: uploads.url, ticket: uploads.ticket }, quiesce };
  const countBefore = await written();
  const observed = await change({ parts: { ...NO_PARTS, saves: [one] } });
  expect(observed).toMatchObject({ settled: true, parts: { saves: [{ saveId, state: 'uploaded' }] } });
  const bytes = uploads.received.at(-1) ?? Buffer.alloc(0);
  await change({ parts: { ...NO_PARTS, saves: [] } });
  return { ...(await savedRoot(bytes)), countBefore };
}
const writesOn = async () => {
  const before = await written();
  await until(async () => expect(await written()).toBeGreaterThan(before));
};
const hashOf = (salt: string, password: string) =>
  execFileSync('openssl', ['passwd', '-6', '-salt', salt, password]).toString().trim();

test('the agent sets a password, which the guest then has', async () => {
  await agent.driver.setPassword(desired.guestId, 'root', 'pass wörd"$');
  await until(async () => {
    const [, salt = ''] = /root:(\$6\$.*)/.exec((await said(/shadow (root:\S+)/g)).at(-1) ?? '') ?? [];
    const [, , word = '', hash = ''] = salt.split(':')[0]?.split('$') ?? [];
    expect(`$6$${word}$${hash}`).toBe(hashOf(word, 'pass wörd"$'));
  });
  await expect(agent.driver.setPassword(desired.guestId, 'nobody-there', 'secret')).rejects.toMatchObject({
    kind: 'conflict',
    message: 'The guest agent refuses to set the password.',
  });
});

test('what is saved of a guest that quiesces is whole, and that of one that does not is not', async () => {
  const plain = await save('never');
  expect(plain).toMatchObject({ needsRecovery: true });
  expect(await said(/about to freeze/g)).toEqual([]);

  const quiet = await save('required');
  expect(quiet).toMatchObject({ needsRecovery: false, isClean: true });
  expect(quiet.count).toBeGreaterThanOrEqual(quiet.countBefore);
  await until(async () => expect(await said(/thawed/g)).toHaveLength(1));
  await writesOn();
  expect(await said(/about to freeze/g)).toHaveLength(1);
});

test('the guest writes on after a save that was broken off', async () => {
  const saveId = '6a1f0c1e-0000-4000-8000-0000000000ee';
  const one: Save = { saveId, upload: { url: uploads.url, ticket: uploads.ticket }, quiesce: 'required' };
  const stop = new AbortController();
  const before = (await said(/thawed/g)).length;
  desired = { ...desired, generation: desired.generation + 1, parts: { ...NO_PARTS, saves: [one] } };
  const converging = agent.converge(desired, stop.signal);
  await until(async () => expect((await said(/about to freeze/g)).length).toBeGreaterThan(before));
  stop.abort(new Error('the agent stops'));
  await converging;
  await until(async () => expect((await said(/thawed/g)).length).toBeGreaterThan(before));
  await writesOn();
  await change({ parts: { ...NO_PARTS, saves: [] } });
});

test('a guest that must quiesce is not saved while it is paused', async () => {
  const saveId = '6a1f0c1e-0000-4000-8000-0000000000ef';
  const one: Save = { saveId, upload: { url: uploads.url, ticket: uploads.ticket }, quiesce: 'required' };
  const { error } = await change({ power: 'paused', parts: { ...NO_PARTS, saves: [one] } });
  expect(error).toMatchObject({ permanent: true, message: expect.stringContaining('The guest is paused') });
  await change({ power: 'running', parts: { ...NO_PARTS, saves: [] } });
});

test.each(['paused', 'suspended'] as const)('the clock of a guest that was %s is right afterwards', async (power) => {
  await change({ power });
  const stoodAt = Date.now();
  const lost = 6_000;
  await until(async () => expect(Date.now()).toBeGreaterThan(stoodAt + lost));
  await change({ power: 'running' });
  await until(async () => {
    const time = Number((await said(/time (\d+)/g)).at(-1));
    expect(Math.abs(Date.now() / 1_000 - time)).toBeLessThan(lost / 2_000);
  });
});

test('a guest that a killed agent left frozen is thawed by the next one', async () => {
  await agent.close();
  const redis = await startTestRedis();
  const conductor = await startConductorDouble();
  const startAgent = (): RunningProcess =>
    startProcess(process.execPath, ['cell/compute/main.ts'], {
      ...process.env,
      VOLVOX_CELL_CONDUCTOR_URLS: conductor.url,
      VOLVOX_CELL_AGENT_KEY: AGENT_KEY,
      VOLVOX_CELL_REDIS_PORT: String(redis.config.port),
      VOLVOX_CELL_REDIS_PASSWORD: redis.config.password.reveal(),
      VOLVOX_COMPUTE_HOST_NAME: 'host-a',
      VOLVOX_COMPUTE_STATE_DIR: stateDir,
    });
  const console = () => readFile(join(stateDir, 'guests', desired.guestId, 'console.log'), 'utf8');
  const lines = async (text: string) => (await console()).split(text).length - 1;
  const record = async () =>
    JSON.parse(await readFile(join(stateDir, 'guests', desired.guestId, 'guest.json'), 'utf8'));
  const saveId = '6a1f0c1e-0000-4000-8000-0000000000aa';
  const one: Save = { saveId, upload: { url: uploads.url, ticket: uploads.ticket }, quiesce: 'required' };
  desired = { ...desired, generation: desired.generation + 1, parts: { ...NO_PARTS, saves: [one] } };
  conductor.want(desired);
  const before = await lines('about to freeze');
  let computeAgent = startAgent();
  try {
    await until(async () => expect(await lines('about to freeze')).toBe(before + 1));
    await computeAgent.stop('SIGKILL');
    expect(await record()).toMatchObject({ mayBeFrozen: true });
    // It freezes although nobody waits for it any more.
    let last = -1;
    let same = 0;
    await until(async () => {
      const now = await lines('wrote');
      same = now === last ? same + 1 : 0;
      last = now;
      expect(same).toBeGreaterThan(20);
    });
    conductor.want({ ...desired, generation: desired.generation + 1, parts: { ...NO_PARTS, saves: [] } });
    computeAgent = startAgent();
    await until(async () => expect(await lines('wrote')).toBeGreaterThan(last));
    await until(async () => expect(await record()).not.toHaveProperty('mayBeFrozen'));
  } finally {
    await computeAgent.stop();
    await conductor.stop();
    await redis.stop();
    agent = await startQemuAgent(stateDir);
  }
}, 120_000);
