import { randomInt } from 'node:crypto';
import type { TestRegion } from '../../support/test-region.ts';
import {
  aServer,
  hostsOfRegion,
  makeNetwork,
  type ReachHost,
  type ReachNetwork,
  type ReachServer,
} from './namespace-region.ts';

/** Servers serve at both ports; their groups let other members in at the first, and nobody at the second. */
export const ALLOWED = 7001;
export const DENIED = 7002;

/** Of `talkers`, and of others that tests make. */
interface RuleContent {
  readonly protocol?: string;
  readonly port?: number;
  readonly remote_group_id?: string;
  readonly remote_ip_prefix?: string;
}

/** Two networks that span two cells of two hosts each, a router between them, and five servers on them. */
export interface ReachWorld {
  readonly hosts: readonly [ReachHost, ReachHost, ReachHost, ReachHost];
  /** Of IPv6, 48 bits: what guests have of it is valid outside. */
  readonly prefix6: string;
  readonly poolOf6: string;
  readonly front: ReachNetwork;
  readonly back: ReachNetwork;
  readonly routerId: string;
  /** `talkers`, which all servers have. */
  readonly groupId: string;
  /** `front-a1`, `front-a2`, `front-b1`, `back-a1` and `back-b2`: by network, cell and host. */
  readonly servers: ReachServer[];
}

export async function makeWorld(region: TestRegion): Promise<ReachWorld> {
  const { admin } = region;
  const prefix6 = `2001:db8:${randomInt(0x1000, 0xffff).toString(16)}`;
  const poolOf6 = await makePool(region, `${prefix6}::/48`);
  const front = await makeNetwork(region, 'front', ['10.91.0.0/24', `${prefix6}:91::/64`], { poolOf6 });
  const back = await makeNetwork(region, 'back', ['10.92.0.0/24', `${prefix6}:92::/64`], { poolOf6 });
  const { router } = (await admin.call('network', 'POST /v2.0/routers', { body: { router: { name: 'middle' } } })) as {
    router: { id: string };
  };
  const path = { id: router.id };
  for (const { id } of [...front.subnets, ...back.subnets])
    await admin.call('network', 'PUT /v2.0/routers/{id}/add_router_interface', { path, body: { subnet_id: id } });
  const groupId = await makeGroup(region, 'talkers');
  for (const version of [4, 6] as const)
    await allow(region, groupId, version, { protocol: 'tcp', port: ALLOWED, remote_group_id: groupId });
  const hosts = hostsOfRegion(region);
  const [a1, a2, b1, b2] = hosts;
  if (a1 === undefined || a2 === undefined || b1 === undefined || b2 === undefined)
    throw new Error('hosts are missing');
  const servers: ReachServer[] = [];
  for (const [name, host, network] of [
    ['front-a1', a1, front],
    ['front-a2', a2, front],
    ['front-b1', b1, front],
    ['back-a1', a1, back],
    ['back-b2', b2, back],
  ] as const)
    servers.push(await aServer(region, { name, host, network, groups: ['talkers'] }));
  for (const server of servers) await server.serve(ALLOWED, DENIED);
  return { hosts: [a1, a2, b1, b2], prefix6, poolOf6, front, back, routerId: router.id, groupId, servers };
}

/** In an address scope of its own. */
async function makePool({ admin }: TestRegion, prefix: string): Promise<string> {
  const { address_scope: scope } = (await admin.call('network', 'POST /v2.0/address-scopes', {
    body: { address_scope: { name: 'world', ip_version: 6 } },
  })) as { address_scope: { id: string } };
  const { subnetpool } = (await admin.call('network', 'POST /v2.0/subnetpools', {
    body: { subnetpool: { name: 'world', prefixes: [prefix], address_scope_id: scope.id } },
  })) as { subnetpool: { id: string } };
  return subnetpool.id;
}

export async function makeGroup({ admin }: TestRegion, name: string): Promise<string> {
  const { security_group: group } = (await admin.call('network', 'POST /v2.0/security-groups', {
    body: { security_group: { name } },
  })) as { security_group: { id: string } };
  return group.id;
}

/** Adds a rule that lets in. */
export async function allow(
  { admin }: TestRegion,
  groupId: string,
  version: 4 | 6,
  { port, ...rest }: RuleContent = {},
): Promise<void> {
  const ports = port === undefined ? {} : { port_range_min: port, port_range_max: port };
  await admin.call('network', 'POST /v2.0/security-group-rules', {
    body: {
      security_group_rule: {
        ...{ security_group_id: groupId, direction: 'ingress', ethertype: `IPv${version}` as const },
        ...rest,
        ...ports,
      },
    },
  });
}
