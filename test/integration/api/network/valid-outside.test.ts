import { beforeEach, expect, test } from 'vitest';
import { routerDefinitions } from '../../../../platform/directory/stores/definitions/contents-of-networks.ts';
import { useFrontApp } from '../use-front-app.ts';
import { routerCalls } from './router-calls.ts';

/** Which IPv6 subnets of a router go outside: those that are of the address scope of its external network. */
const front = useFrontApp();
const { send, aSubnet, aRouter, join, withoutQuotas } = routerCalls(front);
beforeEach(withoutQuotas);

const aScope = async (): Promise<string> =>
  (await send('POST address-scopes', { address_scope: { ip_version: 6, shared: true } }, front.admin)).body
    .address_scope.id;
const aPool = async (prefix: string, given: object, token = front.admin): Promise<string> =>
  (await send('POST subnetpools', { subnetpool: { name: 'p', prefixes: [prefix], ...given } }, token)).body.subnetpool
    .id;
const outOf = (subnetpool_id: string) => ({ ip_version: 6, subnetpool_id, prefixlen: 64 });
const anExternal = (subnet: object) => aSubnet(subnet, { network: { 'router:external': true }, token: front.admin });
const heard = async (id: string) => (await routerDefinitions(front.directory.read, [id]))[0];

test('a subnet out of a pool of the scope, and no other; a pool that leaves the scope takes its subnets along', async () => {
  const address_scope_id = await aScope();
  const pool = await aPool('2001:db8:70::/48', { address_scope_id, shared: true });
  const { network_id } = await anExternal(outOf(pool));
  const [inScope, chosen] = [await aSubnet(outOf(pool)), await aSubnet({ ip_version: 6, cidr: '2001:db8:71::/64' })];
  const id = await aRouter({ external_gateway_info: { network_id } });
  for (const subnet of [inScope, chosen]) expect((await join(id, { subnet_id: subnet.id })).status).toBe(200);
  const before = await heard(id);
  expect(before?.outsideSubnets).toEqual([inScope.id]);

  const leave = { subnetpool: { address_scope_id: null } };
  expect((await send(`PUT subnetpools/${pool}`, leave, front.admin)).status).toBe(200);
  const after = await heard(id);
  expect(after).not.toHaveProperty('outsideSubnets');
  expect(after?.generation).toBeGreaterThan(before?.generation ?? 0);
  await send(`PUT subnetpools/${pool}`, { subnetpool: { address_scope_id } }, front.admin);
  await send(`PUT routers/${id}`, { router: { external_gateway_info: {} } });
  expect(await heard(id)).not.toHaveProperty('outsideSubnets');
});

test('a pool that another project has put into the scope leads nowhere outside', async () => {
  const address_scope_id = await aScope();
  const { network_id } = await anExternal(outOf(await aPool('2001:db8:72::/48', { address_scope_id })));
  const theirs = await aPool('2001:db8:73::/48', { address_scope_id }, front.demo);
  const id = await aRouter({ external_gateway_info: { network_id } });
  expect((await join(id, { subnet_id: (await aSubnet(outOf(theirs))).id })).status).toBe(200);
  expect(await heard(id)).toMatchObject({ gateway: { networkId: network_id } });
  expect(await heard(id)).not.toHaveProperty('outsideSubnets');
});

test('an external network without IPv6, or of another scope, leads no subnet outside', async () => {
  const pool = await aPool('2001:db8:74::/48', { address_scope_id: await aScope(), shared: true });
  const other = await aPool('2001:db8:75::/48', { address_scope_id: await aScope() });
  const subnet = await aSubnet(outOf(pool));
  for (const external of [{ cidr: '203.0.113.0/24' }, outOf(other), { ip_version: 6, cidr: '2001:db8:76::/64' }]) {
    const { network_id } = await anExternal(external);
    const id = await aRouter({ external_gateway_info: { network_id } });
    const joined = { port_id: (await send('POST ports', { port: { network_id: subnet.network_id } })).body.port.id };
    expect((await join(id, joined)).status).toBe(200);
    expect(await heard(id)).not.toHaveProperty('outsideSubnets');
  }
});
