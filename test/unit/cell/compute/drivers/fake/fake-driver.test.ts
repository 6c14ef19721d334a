import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import type { DesiredGuest, ObservedGuest } from '#platform/objects/guest.ts';
import type { Conductor } from '../../../../../../cell/agent/conductor.ts';
import { createFakeDriver } from '../../../../../../cell/compute/drivers/fake/fake-driver.ts';
import { fileJournal } from '../../../../../../cell/compute/drivers/fake/guest-journal.ts';
import { type FaultOptions, simulatedFaults } from '../../../../../../cell/compute/drivers/fake/simulated-faults.ts';
import { guestSubject } from '../../../../../../cell/compute/guest-subject.ts';
import { A_GUEST_ID, aDesiredGuest } from '../../a-guest.ts';

const NO_FAULTS: FaultOptions = { spawnMs: 0, stepMs: 0, jitter: 0, failSpawnRate: 0, failHosts: [], hangHosts: [] };
const noConductor: Conductor = {
  ask: async () => {
    throw new Error('nobody is asked');
  },
  close: async () => undefined,
};

let stateDir: string;
const opened: { close(): Promise<void> }[] = [];
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'volvox-fake-'));
});
// A driver writes its journal in the background until it is closed.
afterEach(async () => {
  for (const driver of opened.splice(0)) await driver.close();
  await rm(stateDir, { recursive: true });
});

async function anAgent(faults: Partial<FaultOptions> = {}) {
  const driver = createFakeDriver({
    hostNames: ['sim-001', 'sim-002'],
    host: { vcpus: 4, ramMb: 4096, diskGb: 40 },
    hostIp: '127.0.0.1',
    faults: simulatedFaults({ ...NO_FAULTS, ...faults }),
    journal: fileJournal(stateDir),
  });
  opened.push(driver);
  await driver.open();
  const subject = guestSubject({ driver, conductor: noConductor, agentId: 'agent', log: silentLogger });
  const converge = (desired: DesiredGuest, signal = new AbortController().signal): Promise<ObservedGuest> =>
    subject
      .converge(desired, { signal, report: () => undefined })
      .catch((error: unknown) => subject.failed(desired, error));
  return { driver, subject, converge };
}

test('a guest goes through its life', async () => {
  const { converge, driver } = await anAgent();
  const observedPowers: string[] = [];
  const desiredPowers = [
    'running',
    'paused',
    'running',
    'suspended',
    'running',
    'stopped',
    'running',
    'absent',
  ] as const;
  for (const [index, power] of desiredPowers.entries()) {
    const observed = await converge(aDesiredGuest({ power, generation: index + 1 }));
    expect(observed).toMatchObject({ settled: true, generation: index + 1, error: null });
    observedPowers.push(observed.power);
  }
  expect(observedPowers).toEqual([
    'running',
    'paused',
    'running',
    'suspended',
    'running',
    'shutdown',
    'running',
    'none',
  ]);
  expect(await driver.findAll()).toEqual([]);
});

test('a running guest tells what it has used, one that does not run refuses', async () => {
  const { converge, driver } = await anAgent();
  const desired = aDesiredGuest({ power: 'running' });
  await converge(desired);
  const used = await driver.stats(A_GUEST_ID);
  expect(used.cpuTimesNs).toHaveLength(desired.spec.vcpus);
  expect(used.nics.map(({ mac }) => mac)).toEqual(desired.spec.nics.map(({ mac }) => mac));
  await converge({ ...desired, power: 'stopped', generation: desired.generation + 1 });
  await expect(driver.stats(A_GUEST_ID)).rejects.toMatchObject({ kind: 'conflict' });
  await expect(driver.stats('nobody')).rejects.toMatchObject({ kind: 'not-found' });
});

test('guests outlive their agent', async () => {
  const first = await anAgent();
  await first.converge(aDesiredGuest({ power: 'paused' }));
  await first.driver.close();
  const second = await anAgent();
  expect(await second.driver.find(A_GUEST_ID)).toMatchObject({ power: 'paused', desired: { generation: 1 } });
  expect(await second.subject.remembered?.()).toEqual([aDesiredGuest({ power: 'paused' })]);
});

test('a guest that shut itself down is told and stays down; a crashed one is started again, but not for ever', async () => {
  const { converge, driver } = await anAgent();
  const events: string[] = [];
  driver.onEvent((guestId) => events.push(guestId));
  await converge(aDesiredGuest());
  driver.shutDownFromInside(A_GUEST_ID);
  expect(events).toEqual([A_GUEST_ID]);
  expect(await converge(aDesiredGuest())).toMatchObject({ power: 'shutdown', stoppedByItself: true, settled: true });

  const again = aDesiredGuest({ generation: 2 });
  expect(await converge(again)).toMatchObject({ power: 'running', stoppedByItself: false, settled: true });
  for (let crashes = 0; crashes < 3; crashes++) {
    driver.crash(A_GUEST_ID);
    expect(await converge(again)).toMatchObject({ power: 'running', settled: true });
  }
  driver.crash(A_GUEST_ID);
  const observed = await converge(again);
  expect(observed).toMatchObject({ power: 'crashed', settled: false, error: { permanent: false } });
});

test('a host that is told to fail says so for good, and the guest leaves nothing when it is absent', async () => {
  const { converge, driver } = await anAgent({ failHosts: ['sim-001'] });
  expect(await converge(aDesiredGuest())).toMatchObject({ settled: false, error: { permanent: true } });
  expect(await converge(aDesiredGuest({ generation: 2, power: 'absent' }))).toMatchObject({
    settled: true,
    power: 'none',
  });
  expect(await driver.findAll()).toEqual([]);
});

test('a step that hangs ends when it is aborted', async () => {
  const { converge } = await anAgent({ hangHosts: ['sim-001'] });
  const abort = new AbortController();
  const hanging = converge(aDesiredGuest(), abort.signal);
  abort.abort(new Error('enough'));
  expect(await hanging).toMatchObject({ settled: false });
});

test('guests that the conductor does not name are told with generation 0 and left alone', async () => {
  const { converge, driver, subject } = await anAgent();
  await converge(aDesiredGuest());
  expect(await subject.reportUnknown?.(new Set())).toMatchObject([
    { guestId: A_GUEST_ID, generation: 0, power: 'running' },
  ]);
  expect(await subject.reportUnknown?.(new Set([A_GUEST_ID]))).toEqual([]);
  expect(await driver.findAll()).toHaveLength(1);
});
