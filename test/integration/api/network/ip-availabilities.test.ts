import { beforeAll, expect, test } from 'vitest';
import { useFrontApp } from '../use-front-app.ts';

/** How many addresses of networks are in use. */
const front = useFrontApp();

const send = (what: string, body?: object, token = front.admin) =>
  front.send(what.replace(' ', ' /network/v2.0/'), { token, ...(body === undefined ? {} : { body }) });
const PATH = 'network-ip-availabilities';
let network: string;

beforeAll(async () => {
  network = (await send('POST networks', { network: { name: 'counted' } })).body.network.id;
  const subnet = { network_id: network, ip_version: 4, cidr: '10.0.0.0/28', name: 'four' };
  await send('POST subnets', { subnet });
  await send('POST subnets', { subnet: { ...subnet, ip_version: 6, cidr: 'fd00::/120', name: 'six' } });
  for (let port = 0; port < 2; port++) await send('POST ports', { port: { network_id: network } });
});

test('an admin sees the addresses of the pools, and those of ports and hosts among them', async () => {
  const shown = await send(`GET ${PATH}/${network}`);
  // Of 14 and 255 addresses the gateways have one each; two are of ports, and one is of the hosts.
  const four = { subnet_name: 'four', cidr: '10.0.0.0/28', ip_version: 4, total_ips: 13, used_ips: 3 };
  const six = { subnet_name: 'six', cidr: 'fd00::/120', ip_version: 6, total_ips: 254, used_ips: 3 };
  expect(shown.body.network_ip_availability).toMatchObject({
    ...{ network_id: network, network_name: 'counted', total_ips: 267, used_ips: 6 },
    subnet_ip_availability: expect.arrayContaining([expect.objectContaining(four), expect.objectContaining(six)]),
  });
  const list = async (query: string) => (await send(`GET ${PATH}?${query}`)).body.network_ip_availabilities;
  expect(await list(`network_id=${network}`)).toEqual([shown.body.network_ip_availability]);
  expect(await list('network_name=counted&ip_version=4&fields=total_ips')).toEqual([{ total_ips: 13 }]);
  expect(await list('network_name=nothing')).toEqual([]);
});

test('what is refused', async () => {
  expect((await send(`GET ${PATH}`, undefined, front.demo)).status).toBe(403);
  expect((await send(`GET ${PATH}/none`)).status).toBe(404);
  for (const query of ['colour=red', 'ip_version=5']) expect((await send(`GET ${PATH}?${query}`)).status).toBe(400);
});
