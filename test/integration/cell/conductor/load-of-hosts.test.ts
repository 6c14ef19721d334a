import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { waitUntil } from '../../../support/wait-until.ts';
import { aBuild, aBuildRequest, anActor } from './support/build-requests.ts';
import type { CellWorld } from './support/cell-world.ts';
import { useAuditedCellWorld } from './support/use-cell-world.ts';

let world: CellWorld;
useAuditedCellWorld({ hosts: 2, total: { vcpus: 1_000, ramMb: 1_000_000, diskGb: 10_000 } }, (made) => {
  world = made;
});

const ioOps = async () => (await world.door.listHosts({})).hosts.map((host) => host.ioOps);
/** As the feed tells it, which a scheduler follows. */
const fedIoOps = async () => {
  const { hosts } = await world.door.watchHosts({ cursor: null, waitMs: 0 });
  return hosts.sort((a, b) => a.name.localeCompare(b.name)).map((host) => host.ioOps);
};

it('hosts tell how many servers are being built on them, until they are built', async () => {
  expect(await ioOps()).toEqual([0, 0]);
  world.agents.guestFate = () => 'silence';
  const requests = [0, 0, 1].map((host) => aBuildRequest(world.host(host).id));
  await world.door.createInstances({ requests, actor: anActor() });
  expect(await ioOps()).toEqual([2, 1]);
  await waitUntil('the feed to tell', async () => JSON.stringify(await fedIoOps()) === '[2,1]');
  world.agents.guestFate = () => 'settle';
  for (const guest of await Promise.all(requests.map(({ build }) => world.agents.desiredOf(build.uuid))))
    await world.agents.reportGuests(guest.map((desired) => world.agents.observed(desired, {})));
  for (const { build } of requests) await world.until(build.uuid, 'active');
  expect(await ioOps()).toEqual([0, 0]);
  await waitUntil('the feed to tell', async () => JSON.stringify(await fedIoOps()) === '[0,0]');
});

it('saving a disk counts, starting a server does not', async () => {
  const uuid = await world.anActiveInstance();
  await world.act(uuid, 'stop');
  await world.until(uuid, 'stopped');
  world.agents.guestFate = () => 'silence';
  await world.act(uuid, 'start');
  expect(await ioOps()).toEqual([0, 0]);
  world.agents.guestFate = () => 'settle';
  const [starting] = await world.agents.desiredOf(uuid);
  if (starting !== undefined) await world.agents.reportGuests([world.agents.observed(starting, {})]);
  await world.until(uuid, 'active');
  world.agents.guestFate = () => 'silence';
  const upload = { url: 'http://127.0.0.1:1/file', ticket: 'ticket' };
  await world.act(uuid, 'createImage', { imageId: randomUUID(), upload });
  expect(await ioOps()).toEqual([1, 0]);
});

it('hosts tell the properties of the images of their servers to who asks, from the claim on', async () => {
  const withImages = async () =>
    (await world.door.listHosts({ withImageProperties: true })).hosts.map(({ imageProperties }) => imageProperties);
  expect(await withImages()).toEqual([undefined, undefined]);
  const requests = ['linux', 'linux', 'windows'].map((os_distro) => {
    const build = aBuild();
    return aBuildRequest(world.host(0).id, {
      build: { ...build, image: { ...build.image, properties: { os_distro, hw_disk_bus: 'virtio' } } },
    });
  });
  await world.door.createInstances({ requests, actor: anActor() });
  const told = { os_distro: { linux: 2, windows: 1 }, hw_disk_bus: { virtio: 3 } };
  expect(await withImages()).toEqual([told, undefined]);
  const fed = await world.door.watchHosts({ cursor: null, waitMs: 0, withImageProperties: true });
  expect(fed.hosts.find(({ id }) => id === world.host(0).id)?.imageProperties).toEqual(told);
  expect((await world.door.listHosts({})).hosts.some((host) => 'imageProperties' in host)).toBe(false);
  expect(
    (await world.door.watchHosts({ cursor: null, waitMs: 0 })).hosts.some((host) => 'imageProperties' in host),
  ).toBe(false);
});

it('hosts tell what their agents measure', async () => {
  world.agents.metrics = { 'cpu.percent': 12 };
  await world.agents.announce();
  const { hosts } = await world.door.listHosts({});
  expect(hosts.map(({ metrics }) => metrics)).toEqual([{ 'cpu.percent': 12 }, { 'cpu.percent': 12 }]);
});
