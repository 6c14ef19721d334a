import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import type { DesiredGuest } from '#platform/objects/guest.ts';
import { type GuestParts, NO_PARTS } from '#platform/objects/guest-parts.ts';
import { issueDiskTicket } from '#platform/rpc/disk-ticket.ts';
import { createHttpService, type HttpService } from '#platform/rpc/http-service.ts';
import type { Verify } from '#platform/rpc/signing.ts';
import { serveIncoming } from '../../../../cell/compute/migration-relay.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { hop } from './live-hops.ts';
import { aQemuGuest, pidOf, type QemuAgent, startQemuAgent } from './qemu-agent.ts';
import { type ImageServer, startImageServer, testGuestDisk } from './test-guest.ts';

const sign = (text: string): string => Buffer.from(text).toString('hex');
const verify: Verify = (text, signature) => sign(text) === signature;

let stateDirs: string[];
let images: ImageServer;
let from: QemuAgent;
let to: QemuAgent;
let relay: HttpService;

beforeAll(async () => {
  stateDirs = await Promise.all(['a', 'b'].map((name) => mkdtemp(join(tmpdir(), `live-${name}-`))));
  images = await startImageServer();
  const [a = '', b = ''] = stateDirs;
  from = await startQemuAgent(a, { VOLVOX_COMPUTE_CGROUP: '', VOLVOX_COMPUTE_GUEST_UIDS: '200000-200099' });
  to = await startQemuAgent(b, {
    VOLVOX_COMPUTE_HOST_NAME: 'host-b',
    VOLVOX_COMPUTE_CGROUP: '',
    VOLVOX_COMPUTE_GUEST_UIDS: '200100-200199',
  });
  relay = createHttpService({
    ...{ name: 'relay', host: '127.0.0.1', port: 0, log: silentLogger },
    routes: (app) => serveIncoming(app, to.driver, verify, silentLogger),
  });
  await relay.start();
});
afterEach(async () => {
  for (const { driver } of [from, to]) {
    for (const { guestId } of await driver.findAll()) {
      await driver.kill(guestId);
      await driver.remove(guestId);
    }
  }
});
afterAll(async () => {
  await relay.stop();
  await from.close();
  await to.close();
  images.close();
  for (const dir of stateDirs) await rm(dir, { recursive: true, force: true });
});

const withParts = (guest: DesiredGuest, rest: Partial<DesiredGuest>, parts: Partial<GuestParts>): DesiredGuest => ({
  ...guest,
  ...rest,
  generation: guest.generation + 1,
  parts: { ...NO_PARTS, ...parts },
});

/** One of its two CPUs has this CPU of the host, and each has a node of its own. */
function placedOn(guest: DesiredGuest, cpu: number | undefined): DesiredGuest {
  if (cpu === undefined) return guest;
  const node = { hostNode: 0, ramMb: 16, empty: '', pageKb: null };
  const nodes = [
    { ...node, cpus: '0', pins: {} },
    { ...node, cpus: '1', pins: { 1: cpu } },
  ];
  return { ...guest, spec: { ...guest.spec, vcpus: 2, placement: { nodes, emulator: null, emulatorCpu: null } } };
}

/** The sets of CPUs on which the threads of a guest may run. */
async function affinities(stateDir: string | undefined, guestId: string): Promise<readonly string[]> {
  const tasks = `/proc/${await pidOf(stateDir ?? '', guestId)}/task`;
  const texts = await Promise.all((await readdir(tasks)).map((id) => readFile(`${tasks}/${id}/status`, 'utf8')));
  return [...new Set(texts.map((text) => /^Cpus_allowed_list:\s+(.*)$/m.exec(text)?.[1] ?? ''))].sort();
}

/** A guest that runs on host-a, and both sides of its migration as a conductor desires them. */
async function aMigration(id = randomUUID(), pins: readonly [number, number] | null = null) {
  const image = images.image(testGuestDisk());
  const source = placedOn(aQemuGuest(image), pins?.[0]);
  expect(await from.converge(source)).toMatchObject({ power: 'running', settled: true });
  await waitUntil('it boots', async () => (await from.console(source.guestId)).includes('boot'));
  const target: DesiredGuest = {
    ...placedOn(aQemuGuest(image, { hostName: 'host-b', power: 'paused' }), pins?.[1]),
    parts: { ...NO_PARTS, migration: { role: 'incoming', id } },
  };
  const ticket = issueDiskTicket(sign, { id: target.guestId, generation: target.generation }, Date.now());
  const outgoing = (rest: { hurry?: boolean; ticket?: string } = {}): DesiredGuest =>
    withParts(
      source,
      {},
      {
        migration: {
          ...{ role: 'outgoing', id, hurry: rest.hurry ?? false },
          to: { guestId: target.guestId, url: relay.address(), ticket: rest.ticket ?? ticket },
        },
      },
    );
  return { source, target, outgoing };
}

test('a machine goes on where it was, on the other host', async () => {
  const { source, target, outgoing } = await aMigration();
  expect(await to.converge(target)).toMatchObject({ power: 'paused', settled: true, error: null });
  const sent = await from.converge(outgoing());
  expect(sent).toMatchObject({ power: 'paused', settled: true, error: null, parts: { migration: { state: 'sent' } } });
  expect(sent.parts?.migration?.memory.sentBytes).toBeGreaterThan(0);
  const current = withParts(target, { power: 'running' }, {});
  expect(await to.converge(current)).toMatchObject({ power: 'running', settled: true, error: null });
  expect(await from.converge({ ...outgoing(), power: 'absent', generation: 9 })).toMatchObject({ power: 'none' });
  await waitUntil('it goes on', async () => (await to.console(target.guestId)).length > 0);
  expect(await to.console(target.guestId), 'it did not boot again').not.toContain('boot');
  expect(await from.driver.find(source.guestId)).toBeNull();
});

test.skipIf(cpus().length < 2)(
  'a machine with NUMA nodes and a CPU of its own gets those of the other host',
  async () => {
    const { source, target, outgoing } = await aMigration(randomUUID(), [0, 1]);
    expect(await affinities(stateDirs[0], source.guestId)).toContain('0');
    expect(await to.converge(target)).toMatchObject({ power: 'paused', settled: true, error: null });
    const sent = await from.converge(outgoing());
    expect(sent).toMatchObject({ settled: true, error: null, parts: { migration: { state: 'sent' } } });
    const current = withParts(target, { power: 'running' }, {});
    expect(await to.converge(current)).toMatchObject({ power: 'running', settled: true, error: null });
    await waitUntil('it goes on', async () => (await to.console(target.guestId)).length > 0);
    expect(await to.console(target.guestId), 'it did not boot again').not.toContain('boot');
    expect(await affinities(stateDirs[1], target.guestId)).toContain('1');
    const suspended = { ...current, power: 'suspended' as const, generation: current.generation + 1 };
    expect(await to.converge(suspended)).toMatchObject({ power: 'suspended', settled: true, error: null });
    const resumed = { ...current, generation: current.generation + 2 };
    expect(await to.converge(resumed)).toMatchObject({ power: 'running', settled: true, error: null });
    expect(await affinities(stateDirs[1], target.guestId)).toContain('1');
  },
);

test('a machine whose migration is taken back runs on, before and after all was sent', async () => {
  for (const target of ['refused', 'sent'] as const) {
    const { source, target: other, outgoing } = await aMigration();
    await to.converge(other);
    const desired = outgoing(target === 'refused' ? { ticket: 'a wrong one' } : {});
    const sent = await from.converge(desired);
    if (target === 'refused') {
      expect(sent).toMatchObject({ power: 'running', settled: false, error: { permanent: true } });
    } else {
      expect(sent).toMatchObject({ power: 'paused', settled: true });
    }
    const back = { ...withParts(source, {}, {}), generation: 5 };
    expect(await from.converge(back)).toMatchObject({ power: 'running', settled: true, error: null });
    const console = await from.console(source.guestId);
    await waitUntil('it runs on', async () => (await from.console(source.guestId)).length > console.length);
    expect(await to.converge({ ...other, power: 'absent', generation: 5 })).toMatchObject({ power: 'none' });
  }
});

test('a machine that is to hurry is sent with its processors halted', async () => {
  const { target, outgoing } = await aMigration();
  await to.converge(target);
  expect(await from.converge(outgoing({ hurry: true }))).toMatchObject({ power: 'paused', settled: true });
});

test('no write is lost, however often the guest moves while it writes', async () => {
  const { said, lost, switchMs } = await hop(3);
  expect(said).toBeGreaterThan(32);
  expect(lost).toEqual([]);
  expect(switchMs).toHaveLength(3);
});
