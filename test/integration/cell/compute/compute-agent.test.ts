import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '#platform/config/load.ts';
import { shutDown } from '#platform/lifecycle/run.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { Waker } from '#platform/queue/waker.ts';
import { COMPUTE_SECTIONS } from '../../../../cell/compute/config.ts';
import { composeCompute } from '../../../../cell/compute/service.ts';
import { AGENT_KEY } from '../../../support/test-keys.ts';
import { startTestRedis, type TestRedis } from '../../../support/test-redis.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aDesiredGuest } from '../../../unit/cell/compute/a-guest.ts';
import { startConductorDouble } from './conductor-double.ts';

/** The whole compute agent on the fake driver, with a real queue, before a conductor that speaks the real contract. */
let redis: TestRedis;
let stateDir: string;
const cleanups: (() => Promise<void>)[] = [];

beforeEach(async () => {
  redis = await startTestRedis();
  stateDir = await mkdtemp(join(tmpdir(), 'volvox-compute-'));
});
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
  await redis.stop();
  await rm(stateDir, { recursive: true });
});

async function startAgent(conductorUrls: string): Promise<Service[]> {
  const environment = {
    VOLVOX_CELL_CONDUCTOR_URLS: conductorUrls,
    VOLVOX_CELL_AGENT_KEY: AGENT_KEY,
    VOLVOX_CELL_REDIS_PORT: String(redis.config.port),
    VOLVOX_CELL_REDIS_PASSWORD: redis.config.password.reveal(),
    VOLVOX_COMPUTE_DRIVER: 'fake',
    VOLVOX_COMPUTE_FAKE_HOSTS: '2',
    VOLVOX_COMPUTE_STATE_DIR: stateDir,
  };
  const services = await composeCompute(loadConfig(COMPUTE_SECTIONS, { environment }), silentLogger);
  for (const service of services) await service.start();
  cleanups.push(() => shutDown(services, silentLogger));
  return services;
}

async function startConductor(...args: Parameters<typeof startConductorDouble>) {
  const conductor = await startConductorDouble(...args);
  cleanups.push(() => conductor.stop());
  return conductor;
}

test('announces its hosts, is woken, converges and reports', async () => {
  const conductor = await startConductor();
  await startAgent(conductor.url);
  const announcement = await waitUntil('an announcement', () => conductor.announcements[0]);
  expect(announcement).toMatchObject({ kind: 'compute', hosts: [{ name: 'sim-001' }, { name: 'sim-002' }] });

  const waker = new Waker(redis.config, silentLogger);
  cleanups.push(() => waker.close());
  const desired = aDesiredGuest();
  conductor.want(desired);
  await waker.wake(`agent-${conductor.agentId()}`, [desired.guestId]);
  const report = await waitUntil('a report', () => conductor.last(desired.guestId), 5_000);
  expect(report).toMatchObject({ power: 'running', settled: true, generation: 1 });
});

test('fetches the desired state when the conductor appears, also without a wake-up, and again after a silence', async () => {
  const first = await startConductor();
  await first.stop();
  await startAgent(first.url);
  const desired = aDesiredGuest();
  const second = await startConductor(first.port, { desired: new Map([[desired.guestId, desired]]) });
  await waitUntil('a report to the second', () => second.last(desired.guestId)?.settled);

  const changed = aDesiredGuest({ generation: 2, power: 'stopped' });
  await second.stop();
  const third = await startConductor(first.port, { desired: new Map([[changed.guestId, changed]]) });
  const report = await waitUntil('a report to the third', () => third.last(desired.guestId));
  expect(report).toMatchObject({ generation: 2, power: 'shutdown', settled: true });
});

test('goes to the next conductor when the first does not answer', async () => {
  const gone = await startConductor();
  await gone.stop();
  const living = await startConductor();
  await startAgent(`${gone.url},${living.url}`);
  await waitUntil('an announcement', () => living.announcements.length > 0);
});

test('a restarted agent is the same agent, with its guests', async () => {
  const conductor = await startConductor();
  conductor.want(aDesiredGuest());
  const services = await startAgent(conductor.url);
  await waitUntil('a report', () => conductor.last(aDesiredGuest().guestId)?.settled);
  const id = conductor.agentId();
  await shutDown(services, silentLogger);
  conductor.desired.clear();
  await startAgent(conductor.url);
  const unknownGuest = await waitUntil('the unknown guest', () =>
    conductor.reports.find((report) => report.generation === 0),
  );
  expect(unknownGuest).toMatchObject({ guestId: aDesiredGuest().guestId, power: 'running' });
  expect(conductor.agentId()).toBe(id);
});
