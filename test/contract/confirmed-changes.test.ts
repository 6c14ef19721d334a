import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { waitUntil } from '../support/wait-until.ts';
import { sendTo } from './send-to.ts';
import { useRegion } from './use-region.ts';

/** A change that the API has confirmed is in effect for the very next request. */
const { region, fixture } = useRegion();

async function send(what: string, body?: unknown) {
  const request = what.replace(' ', ' /compute/v2.1');
  const { status, text } = await sendTo(region, fixture, request, { version: '2.96', isAdmin: true, body });
  expect(status, `${what}: ${text}`).toBeLessThan(300);
  return text === '' ? undefined : JSON.parse(text);
}

async function statusOfNew(zone?: string, flavorRef = '1'): Promise<string> {
  const imageRef = fixture.values('glance.auto_disk_config_enabled_image.id');
  const server = {
    name: 'one',
    flavorRef,
    imageRef,
    networks: 'none',
    ...(zone ? { availability_zone: zone } : {}),
  };
  const { id } = (await send('POST /servers', { server })).server;
  return waitUntil(`an end of the build of ${id}`, async () => {
    const { status } = (await send(`GET /servers/${id}`)).server;
    return status === 'BUILD' ? undefined : status;
  });
}

const leave = async (): Promise<void> => {
  for (const { id, hosts } of (await send('GET /os-aggregates')).aggregates)
    for (const host of hosts) await send(`POST /os-aggregates/${id}/action`, { remove_host: { host } });
};
const zoneWithHost = async (zone: string): Promise<void> => {
  const { aggregate } = await send('POST /os-aggregates', { aggregate: { name: zone, availability_zone: zone } });
  await send(`POST /os-aggregates/${aggregate.id}/action`, { add_host: { host: region.hostName } });
};

/** The scheduler has just read everything, for a server that fits nowhere. */
async function schedulerHasRead(): Promise<void> {
  const { flavor } = await send('POST /flavors', { flavor: { name: randomUUID(), vcpus: 1, ram: 1, disk: 1_000_000 } });
  expect(await statusOfNew(undefined, flavor.id)).toBe('ERROR');
}

it('an aggregate that got a host is a zone to build in at once (F3)', async () => {
  await leave();
  await schedulerHasRead();
  await zoneWithHost('north');
  expect(await statusOfNew('north')).toBe('ACTIVE');
});

it('a zone that an aggregate is given is there at once, and the earlier one gone (F3)', async () => {
  const { aggregates } = await send('GET /os-aggregates');
  const { id } = aggregates.find(({ hosts }: { hosts: string[] }) => hosts.includes(region.hostName));
  // Its servers would be in another zone than before.
  for (const server of (await send('GET /servers')).servers) await send(`DELETE /servers/${server.id}`);
  await waitUntil('the servers gone', async () => (await send('GET /servers')).servers.length === 0);
  await schedulerHasRead();
  await send(`POST /os-aggregates/${id}/action`, { set_metadata: { metadata: { availability_zone: 'south' } } });
  expect(await statusOfNew('south')).toBe('ACTIVE');
});

it('a host that was enabled again is there at once', async () => {
  const services = (await send(`GET /os-services?host=${region.hostName}&binary=nova-compute`)).services;
  const path = `PUT /os-services/${services[0].id}`;
  await send(path, { status: 'disabled' });
  expect(await statusOfNew()).toBe('ERROR');
  await send(path, { status: 'enabled' });
  expect(await statusOfNew()).toBe('ACTIVE');
});
