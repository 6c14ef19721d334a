import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { allEnded } from '#platform/lifecycle/all-ended.ts';
import type { DesiredGuest } from '#platform/objects/guest.ts';
import { issueDiskTicket } from '#platform/rpc/disk-ticket.ts';
import type { HttpService } from '#platform/rpc/http-service.ts';
import { sharedSigner, sharedVerifier } from '#platform/rpc/signing.ts';
import { computeHandlers } from '../../../../cell/compute/compute-handlers.ts';
import { createFakeDriver, type FakeDriver } from '../../../../cell/compute/drivers/fake/fake-driver.ts';
import { fileJournal } from '../../../../cell/compute/drivers/fake/guest-journal.ts';
import { simulatedFaults } from '../../../../cell/compute/drivers/fake/simulated-faults.ts';
import type { SimulatedGuest } from '../../../../cell/compute/drivers/fake/simulated-guest.ts';
import { serveGuestData } from '../../../../cell/compute/guest-data.ts';
import { startOnLoopback } from '../../../support/loopback-service.ts';
import { AGENT_KEY } from '../../../support/test-keys.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { A_GUEST_ID, aDesiredGuest, aSpec } from '../../../unit/cell/compute/a-guest.ts';
import { type BlockProxy, startBlockProxy } from './block-proxy.ts';

const INCOMING_GUEST_ID = '6a1f0c1e-0000-4000-8000-000000000002';
const context = () => ({ signal: new AbortController().signal, progress: () => undefined });

/** Simulated hosts of two cells, with hosts of the same names, and a network between them. */
let folder: string;
let source: FakeDriver;
let target: FakeDriver;
let server: HttpService;
let proxy: BlockProxy;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'volvox-simulated-'));
  source = await aDriver('source');
  target = await aDriver('target');
  server = await startOnLoopback('source', (app) => serveGuestData(app, source, sharedVerifier(AGENT_KEY)));
  proxy = await startBlockProxy(server.address());
  await source.accept(old());
  await source.prepareDisk(old(), context());
});
afterEach(async () => {
  await proxy.stop();
  await server.stop();
  await source.close();
  await target.close();
  await rm(folder, { recursive: true });
});

async function aDriver(name: string, transferDelayMs = 0): Promise<FakeDriver> {
  const driver = createFakeDriver({
    hostNames: ['sim-001', 'sim-002'],
    host: { vcpus: 4, ramMb: 4096, diskGb: 40 },
    hostIp: '127.0.0.1',
    faults: simulatedFaults({ spawnMs: 0, stepMs: 0, jitter: 0, failSpawnRate: 0, failHosts: [], hangHosts: [] }),
    journal: fileJournal(join(folder, name)),
    transferDelayMs,
  });
  await driver.open();
  return driver;
}

const old = (): DesiredGuest =>
  aDesiredGuest({ power: 'stopped', hostName: 'sim-001', spec: aSpec({ ephemeralGb: 1, configDrive: true }) });

/** `generation`: of the old one, at which the ticket was issued. */
function incomingGuest(url = proxy.url, rest: Partial<DesiredGuest> = {}, generation = old().generation): DesiredGuest {
  const ticket = issueDiskTicket(sharedSigner(AGENT_KEY), { id: A_GUEST_ID, generation }, Date.now());
  const diskSource = { guestId: A_GUEST_ID, hostName: 'sim-001', url, ticket, otherCell: true };
  return { ...old(), guestId: INCOMING_GUEST_ID, ...rest, spec: { ...old().spec, diskSource } };
}

type JournalledGuest = Pick<SimulatedGuest, 'contentId' | 'console'>;

/** The last line of a guest in the journal. Other tests read this file, too. */
async function journalled(name: string, guestId: string): Promise<JournalledGuest> {
  const lines = (await readFile(join(folder, name, 'fake-guests.jsonl'), 'utf8')).trim().split('\n');
  const guests = new Map(lines.map((line) => JSON.parse(line) as [string, JournalledGuest]));
  const guest = guests.get(guestId);
  if (guest === undefined) throw new Error(`the journal of ${name} has no guest ${guestId}`);
  return guest;
}

test('a guest in another cell has the content of the old one, checked block by block', async () => {
  await source.start(old(), context());
  await source.shutDown(old(), 0, context());
  await target.accept(incomingGuest());
  await target.prepareDisk(incomingGuest(), context());
  await allEnded([source.close(), target.close()]);
  const [before, after] = await Promise.all([
    journalled('source', A_GUEST_ID),
    journalled('target', INCOMING_GUEST_ID),
  ]);
  expect(before.contentId).toMatch(/^[0-9a-f]{64}$/);
  expect(after).toMatchObject({ contentId: before.contentId, console: before.console, halfCopy: null });
  const blocks = ['disk', 'ephemeral', 'config-drive'].flatMap((name) => [0, 1, 2, 3].map((at) => `${name} ${at}`));
  expect(proxy.passed).toEqual([...blocks, 'console-log 0']);
});

test('hosts of one agent transfer disks the same way', async () => {
  const sourceService = await startOnLoopback('own', (app) => serveGuestData(app, source, sharedVerifier(AGENT_KEY)));
  const desired = incomingGuest(sourceService.address(), { hostName: 'sim-002' });
  const { diskSource } = desired.spec;
  if (diskSource === null) throw new Error('the guest has no disk source');
  const { otherCell: _, ...ofThisCell } = diskSource;
  await source.accept({ ...desired, spec: { ...desired.spec, diskSource: ofThisCell } });
  await source.prepareDisk({ ...desired, spec: { ...desired.spec, diskSource: ofThisCell } }, context());
  expect(await source.find(INCOMING_GUEST_ID)).toMatchObject({ hasDisk: true, hostName: 'sim-002' });
  await sourceService.stop();
});

test('a new process goes on where the old one was', async () => {
  await target.accept(incomingGuest());
  proxy.treat = (block) => (block === 'disk 2' ? 'stall' : 'pass');
  const abort = new AbortController();
  const copying = target.prepareDisk(incomingGuest(), { signal: abort.signal, progress: () => undefined });
  await waitUntil('two blocks are there', () => proxy.passed.length >= 2);
  abort.abort(new Error('the agent stops'));
  await expect(copying).rejects.toThrow('the agent stops');
  expect(await target.find(INCOMING_GUEST_ID)).toMatchObject({ hasDisk: false });
  await target.close();

  target = await aDriver('target');
  proxy.treat = () => 'pass';
  await target.prepareDisk(incomingGuest(), context());
  expect(await target.find(INCOMING_GUEST_ID)).toMatchObject({ hasDisk: true });
  expect(proxy.passed.filter((block) => block.startsWith('disk'))).toEqual(['disk 0', 'disk 1', 'disk 2', 'disk 3']);
});

test('a ticket is void once the desired state of the guest has changed, also when it is stopped again', async () => {
  await target.accept(incomingGuest());
  await source.accept({ ...old(), generation: 2, power: 'running' });
  await expect(target.prepareDisk(incomingGuest(), context())).rejects.toMatchObject({ kind: 'conflict' });
  await source.accept({ ...old(), generation: 3 });
  await expect(target.prepareDisk(incomingGuest(), context())).rejects.toMatchObject({ kind: 'unauthenticated' });
  expect(proxy.passed).toEqual([]);
  const fresh = incomingGuest(proxy.url, {}, 3);
  proxy.treat = (block) => (block === 'disk 2' ? 'stall' : 'pass');
  const copying = target.prepareDisk(fresh, context());
  await waitUntil('two blocks are there', () => proxy.passed.length >= 2);
  await source.accept({ ...old(), generation: 4 });
  proxy.treat = () => 'pass';
  proxy.releaseAll();
  await expect(copying).rejects.toMatchObject({ kind: 'unauthenticated' });
  await target.prepareDisk(incomingGuest(proxy.url, {}, 4), context());
  expect(proxy.passed.filter((block) => block === 'disk 0')).toHaveLength(1);
});

test('a guest that runs, and one that is to run, is not read; one that ran meanwhile is read anew', async () => {
  await target.accept(incomingGuest());
  await source.accept({ ...old(), power: 'running' });
  await expect(target.prepareDisk(incomingGuest(), context())).rejects.toMatchObject({ kind: 'conflict' });
  await source.accept(old());

  proxy.treat = (block) => (block === 'ephemeral 0' ? 'stall' : 'pass');
  const copying = target.prepareDisk(incomingGuest(), context());
  await waitUntil('the root disk is there', () => proxy.passed.length === 4);
  await source.start(old(), context());
  await source.shutDown(old(), 0, context());
  proxy.treat = () => 'pass';
  proxy.releaseAll();
  await expect(copying).rejects.toMatchObject({ kind: 'conflict' });

  await target.prepareDisk(incomingGuest(), context());
  expect(proxy.passed.filter((block) => block.startsWith('disk'))).toHaveLength(8);
});

test('takes as long as it is told', async () => {
  await target.close();
  target = await aDriver('target', 300);
  await target.accept(incomingGuest());
  const startedMs = performance.now();
  await target.prepareDisk(incomingGuest(), context());
  expect(performance.now() - startedMs).toBeGreaterThan(250);
});

test('says what a disk transfer contains, and forgets all of a guest that is removed', async () => {
  const { disks } = await computeHandlers(source).guestDisks({ guestId: A_GUEST_ID }, {} as never);
  expect(disks.find(({ name }) => name === 'ephemeral')).toEqual({
    name: 'ephemeral',
    virtualBytes: 1024 ** 3,
    bytes: 64 * 1024,
  });
  await target.accept(incomingGuest());
  await target.prepareDisk(incomingGuest(), context());
  await target.remove(INCOMING_GUEST_ID);
  expect(await target.findAll()).toEqual([]);
});
