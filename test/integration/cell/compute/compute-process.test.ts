import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import { Waker } from '#platform/queue/waker.ts';
import { type RunningProcess, startProcess } from '../../../support/process.ts';
import { AGENT_KEY } from '../../../support/test-keys.ts';
import { startTestRedis, type TestRedis } from '../../../support/test-redis.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { startConductorDouble } from './conductor-double.ts';
import { aQemuGuest, pidOf } from './qemu-agent.ts';
import { type ImageServer, startImageServer, testGuestDisk } from './test-guest.ts';

/** `cell/compute/main.ts` as a process, with a guest on QEMU: what happens to the guest when things happen to the process. */
let redis: TestRedis;
let images: ImageServer;
let conductor: Awaited<ReturnType<typeof startConductorDouble>>;
let stateDir: string;
let agent: RunningProcess;

beforeAll(async () => {
  redis = await startTestRedis();
  images = await startImageServer();
  conductor = await startConductorDouble();
  stateDir = await mkdtemp(join(tmpdir(), 'volvox-compute-'));
});
afterAll(async () => {
  await agent.stop();
  await conductor.stop();
  images.close();
  await redis.stop();
  await rm(stateDir, { recursive: true });
});

const startAgent = (): RunningProcess =>
  startProcess(process.execPath, ['cell/compute/main.ts'], {
    ...process.env,
    VOLVOX_CELL_CONDUCTOR_URLS: conductor.url,
    VOLVOX_CELL_AGENT_KEY: AGENT_KEY,
    VOLVOX_CELL_REDIS_PORT: String(redis.config.port),
    VOLVOX_CELL_REDIS_PASSWORD: redis.config.password.reveal(),
    VOLVOX_COMPUTE_HOST_NAME: 'host-a',
    VOLVOX_COMPUTE_FIRST_WORD_MS: '500',
    VOLVOX_COMPUTE_STATE_DIR: stateDir,
  });
const consoleOf = (guestId: string) => readFile(join(stateDir, 'guests', guestId, 'console.log'), 'utf8');
/** A process that has ended and was not fetched by its parent has no command line any more. */
const isAlive = (pid: number): Promise<boolean> =>
  readFile(`/proc/${pid}/cmdline`, 'utf8').then(
    (text) => text !== '',
    () => false,
  );
const count = (text: string, line: string) => text.split('\n').filter((one) => one.endsWith(line)).length;

test('the guest outlives the agent, goes down with its host, and comes back with it', async () => {
  const desired = aQemuGuest(images.image(testGuestDisk()));
  const { guestId } = desired;
  conductor.want(desired);
  agent = startAgent();
  await waitUntil('the guest runs', () => conductor.last(guestId)?.settled);
  await waitUntil('it booted', async () => count(await consoleOf(guestId), 'tick 0002') > 0);
  const pid = await pidOf(stateDir, guestId);

  await agent.stop('SIGKILL');
  expect(await isAlive(pid)).toBe(true);
  const before = conductor.reports.length;
  agent = startAgent();
  await waitUntil('it is found again', () => conductor.reports.length > before && conductor.last(guestId)?.settled);
  expect(await pidOf(stateDir, guestId)).toBe(pid);

  agent.child.kill('SIGUSR2');
  await waitUntil('the agent has ended', () => agent.child.exitCode !== null);
  expect(agent.child.exitCode).toBe(0);
  expect(await isAlive(pid)).toBe(false);
  expect(count(await consoleOf(guestId), 'button')).toBe(1);

  await conductor.stop();
  agent = startAgent();
  await waitUntil('it booted again, nobody asking', async () => count(await consoleOf(guestId), 'boot') === 2);

  conductor = await startConductorDouble(conductor.port, conductor);
  const gone = { ...desired, generation: 2, power: 'absent' as const };
  conductor.want(gone);
  await waitUntil('the agent finds its conductor', () => conductor.last(guestId));
  const waker = new Waker(redis.config, silentLogger);
  await waker.wake(`agent-${conductor.agentId()}`, [guestId]);
  await waker.close();
  await waitUntil(
    'it is gone',
    () => conductor.last(guestId)?.generation === 2 && conductor.last(guestId)?.power === 'none',
  );
  await agent.stop();
  expect(agent.child.exitCode).toBe(0);
});
