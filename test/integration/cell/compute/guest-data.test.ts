import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DesiredGuest } from '#platform/objects/guest.ts';
import { issueDiskTicket, TICKET_LIFE_MS } from '#platform/rpc/disk-ticket.ts';
import type { HttpService } from '#platform/rpc/http-service.ts';
import { sharedSigner, sharedVerifier } from '#platform/rpc/signing.ts';
import { disksPath } from '../../../../cell/compute/disk-transfer/routes.ts';
import type { Driver } from '../../../../cell/compute/drivers/driver.ts';
import { serveGuestData } from '../../../../cell/compute/guest-data.ts';
import { startOnLoopback } from '../../../support/loopback-service.ts';
import { AGENT_KEY } from '../../../support/test-keys.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aQemuGuest, type QemuAgent, startQemuAgent } from './qemu-agent.ts';
import { type ImageServer, startImageServer, testGuestDisk } from './test-guest.ts';

/** Two hosts: the disk of a stopped guest of one, fetched by the other. */
let folders: string[];
let agents: QemuAgent[];
let images: ImageServer;
let server: HttpService;

beforeEach(async () => {
  images = await startImageServer();
  folders = await Promise.all([0, 1].map(() => mkdtemp(join(tmpdir(), 'volvox-qemu-'))));
  agents = await Promise.all(
    folders.map((folder, index) => startQemuAgent(folder, { VOLVOX_COMPUTE_HOST_NAME: `host-${index}` })),
  );
  server = await startOnLoopback('first', (app) => {
    if (agents[0] !== undefined) serveGuestData(app, agents[0].driver, sharedVerifier(AGENT_KEY));
  });
});
afterEach(async () => {
  await server.stop();
  for (const agent of agents) {
    for (const { guestId } of await agent.driver.findAll()) await agent.driver.remove(guestId);
    await agent.close();
  }
  images.close();
  for (const folder of folders) await rm(folder, { recursive: true });
});

test('a guest is copied from host to host, with its base image, and only while it is down', async () => {
  const [first, second] = agents as [QemuAgent, QemuAgent];
  const image = images.image(testGuestDisk());
  const old = aQemuGuest(image, { hostName: 'host-0', gracefulStopMs: 0 });
  await first.converge(old);
  const ticket = issueDiskTicket(sharedSigner(AGENT_KEY), { id: old.guestId, generation: 2 }, Date.now());
  const diskSource = { guestId: old.guestId, hostName: 'host-0', url: server.address(), ticket };
  const incoming = aQemuGuest({ ...image, url: 'http://127.0.0.1:1/' }, { hostName: 'host-1' });
  const desired = { ...incoming, spec: { ...incoming.spec, diskSource } };

  const early = await second.converge(desired);
  expect(early).toMatchObject({ settled: false, error: { permanent: false } });
  await first.converge({ ...old, generation: 2, power: 'stopped' });
  expect(await second.converge(desired)).toMatchObject({ settled: true, power: 'running', error: null });
  await waitUntil('it boots', async () => (await second.console(desired.guestId)).includes('tick 0001'));
  expect(await readdir(join(folders[1] ?? '', 'images'))).toEqual([image.sha256]);
});

test('nothing is given without the ticket of that guest, and nothing but its disks', async () => {
  const { guestId } = aQemuGuest(images.image(testGuestDisk()));
  const get = async (path: string, ticket: string) =>
    (await fetch(`${server.address()}${path}`, { headers: { authorization: `Bearer ${ticket}` } })).status;
  const path = `/guest-data/${guestId}/disks`;
  const guest = { id: guestId, generation: 1 };
  const ticket = issueDiskTicket(sharedSigner(AGENT_KEY), guest, Date.now());
  expect(await get(path, ticket)).toBe(404);
  expect(await get(`${path}/..%2f..%2fetc/blocks/0`, ticket)).toBe(404);
  for (const wrong of [
    AGENT_KEY,
    issueDiskTicket(sharedSigner(AGENT_KEY), { ...guest, id: randomUUID() }, Date.now()),
    issueDiskTicket(sharedSigner(AGENT_KEY), guest, Date.now() - 2 * TICKET_LIFE_MS),
    issueDiskTicket(sharedSigner('other-key'), guest, Date.now()),
    ticket.replace('.1.', '.2.'),
  ]) {
    expect(await get(path, wrong)).toBe(401);
    expect(await get(`${path}/base/blocks/0`, wrong)).toBe(401);
  }
});

test('the disks of one guest are served to so many requests at once, and to others meanwhile', async () => {
  const driver = agents[0]?.driver;
  if (driver === undefined) throw new Error('no agent');
  const guests = [0, 1].map(() => aQemuGuest(images.image(testGuestDisk()), { hostName: 'host-0', power: 'stopped' }));
  for (const guest of guests) await agents[0]?.converge(guest);
  const stalled: (() => void)[] = [];
  const wait = () => new Promise<void>((resolve) => stalled.push(resolve));
  const slow: Driver = Object.assign(Object.create(driver), {
    find: async (guestId: string) => {
      if (guestId === guests[0]?.guestId) await wait();
      return await driver.find(guestId);
    },
  });
  const service = await startOnLoopback('slow', (app) => serveGuestData(app, slow, sharedVerifier(AGENT_KEY)));
  const ask = async ({ guestId, generation }: DesiredGuest) => {
    const ticket = issueDiskTicket(sharedSigner(AGENT_KEY), { id: guestId, generation }, Date.now());
    const url = `${service.address()}${disksPath(guestId)}`;
    return (await fetch(url, { headers: { authorization: `Bearer ${ticket}` } })).status;
  };
  const [first, second] = guests as [DesiredGuest, DesiredGuest];
  try {
    const asked = Array.from({ length: 16 }, () => ask(first));
    await waitUntil('all of them are in progress', () => stalled.length === 16);
    expect(await ask(first)).toBe(503);
    expect(await ask(second)).toBe(200);
    for (const resolve of stalled.splice(0)) resolve();
    expect(await Promise.all(asked)).toEqual(Array.from({ length: 16 }, () => 200));
    const again = ask(first);
    await waitUntil('it is in progress', () => stalled.length === 1);
    for (const resolve of stalled.splice(0)) resolve();
    expect(await again).toBe(200);
  } finally {
    for (const resolve of stalled.splice(0)) resolve();
    await service.stop();
  }
}, 60_000);
