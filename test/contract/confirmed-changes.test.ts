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

async function statusOfNew(zone?: string): Promise<string> {
  const imageRef = fixture.values('glance.auto_disk_config_enabled_image.id');
  const server = {
    name: 'one',
    flavorRef: '1',
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

it('an aggregate that got a host is a zone to build in at once', async () => {
  await leave();
  await zoneWithHost('north');
  expect(await statusOfNew('north')).toBe('ACTIVE');
});

it('a zone that an aggregate is given is there at once, and the earlier one gone', async () => {
  const { aggregates } = await send('GET /os-aggregates');
  const { id } = aggregates.find(({ hosts }: { hosts: string[] }) => hosts.includes(region.hostName));
  // Its servers would be in another zone than before.
  for (const server of (await send('GET /servers')).servers) {
    await send(`DELETE /servers/${server.id}`);
    await waitUntil(`${server.id} gone`, async () => (await send('GET /servers')).servers.length === 0);
  }
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
