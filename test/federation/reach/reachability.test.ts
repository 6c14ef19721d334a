import { randomInt } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { tapName } from '#platform/objects/network.ts';
import { openWires } from '../../integration/cell/network/frames/wire.ts';
import { useTestRegion } from '../../support/use-test-region.ts';
import { waitUntil } from '../../support/wait-until.ts';
import {
  aServer,
  hostsOfRegion,
  makeNetwork,
  makeServer,
  namespaceRegion,
  type ReachHost,
  type ReachNetwork,
  type ReachServer,
} from './namespace-region.ts';
import { type OutsideMachine, outsideMachine } from './outside-machine.ts';
import { attemptsOn, tryAll, type Wired } from './rogue.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: hosts with real networks need root');

const SETTINGS = {
  VOLVOX_NETWORK_SECURITY_GROUPS: 'on',
  VOLVOX_NETWORK_UPLINK: 'veth',
  VOLVOX_NETWORK_UPLINK_MASQUERADE: 'true',
};
const ALLOWED = 7001;
const DENIED = 7002;

/**
 * Two cells of two hosts each, joined by VXLAN; two networks of IPv4 and IPv6, which span the cells, and a router between them. Who reaches
 * whom is asked of every pair of servers, and compared with what the groups say.
 */
describe.skipIf(!isRoot)('who reaches whom in a region of two cells', () => {
  const region = useTestRegion(namespaceRegion(SETTINGS), 600_000);
  const servers: ReachServer[] = [];
  const networks: ReachNetwork[] = [];
  const way = {} as { outside: OutsideMachine; routerId: string; groupId: string };
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await way.outside?.stop();
  });

  const call = region;
  /** A group in which everybody may send everything. */
  async function anOpenGroup(name: string): Promise<void> {
    const { security_group: group } = (await call.admin.call('network', 'POST /v2.0/security-groups', {
      body: { security_group: { name } },
    })) as { security_group: { id: string } };
    for (const ethertype of ['IPv4', 'IPv6'] as const)
      await call.admin.call('network', 'POST /v2.0/security-group-rules', {
        body: { security_group_rule: { security_group_id: group.id, direction: 'ingress', ethertype } },
      });
  }

  async function prepare(): Promise<void> {
    const { admin } = call;
    networks.push(await makeNetwork(region, 'front', ['10.91.0.0/24', 'fd91::/64']));
    networks.push(await makeNetwork(region, 'back', ['10.92.0.0/24', 'fd92::/64']));
    const { router } = (await admin.call('network', 'POST /v2.0/routers', {
      body: { router: { name: 'middle' } },
    })) as {
      router: { id: string };
    };
    for (const { subnets } of networks)
      for (const { id } of subnets)
        await admin.call('network', 'PUT /v2.0/routers/{id}/add_router_interface', {
          ...{ path: { id: router.id }, body: { subnet_id: id } },
        });
    const { security_group: group } = (await admin.call('network', 'POST /v2.0/security-groups', {
      body: { security_group: { name: 'talkers' } },
    })) as { security_group: { id: string } };
    for (const ethertype of ['IPv4', 'IPv6'] as const)
      await admin.call('network', 'POST /v2.0/security-group-rules', {
        body: {
          security_group_rule: {
            ...{ security_group_id: group.id, direction: 'ingress', ethertype, protocol: 'tcp' },
            ...{ port_range_min: ALLOWED, port_range_max: ALLOWED, remote_group_id: group.id },
          },
        },
      });
    Object.assign(way, { routerId: router.id, groupId: group.id });
    const [a1, a2, b1, b2] = hostsOfRegion(region);
    const [front, back] = networks;
    if (a1 === undefined || a2 === undefined || b1 === undefined || b2 === undefined)
      throw new Error('hosts are missing');
    if (front === undefined || back === undefined) throw new Error('networks are missing');
    const groups = ['talkers'];
    for (const [name, host, network] of [
      ['front-a1', a1, front],
      ['front-a2', a2, front],
      ['front-b1', b1, front],
      ['back-a1', a1, back],
      ['back-b2', b2, back],
    ] as const)
      servers.push(await aServer(region, { name, host, network, groups }));
    for (const server of servers) await server.serve(ALLOWED, DENIED);
  }

  it('begins with all definitions on all hosts', { timeout: 300_000 }, async () => {
    await prepare();
    const [first, last] = [servers[0], servers.at(-1)];
    await waitUntil(
      'the first to reach the last',
      () => first?.asks('tcp', last?.addresses[0] ?? '', ALLOWED) ?? false,
      60_000,
    );
  });

  it('every server reaches every other at the port that the group allows, and at no other', {
    timeout: 300_000,
  }, async () => {
    const pairs = servers.flatMap((from) =>
      servers
        .filter((to) => to !== from)
        .flatMap((to) =>
          to.addresses.flatMap((address) => [ALLOWED, DENIED].map((port) => ({ from, to, address, port }))),
        ),
    );
    const rows: string[] = [];
    for (let at = 0; at < pairs.length; at += 8)
      rows.push(
        ...(await Promise.all(
          pairs.slice(at, at + 8).map(async ({ from, to, address, port }) => {
            const reached = await from.asks('tcp', address, port);
            return `${from.name} → ${to.name} ${address.includes(':') ? 'IPv6' : 'IPv4'} ${port}: ${reached}`;
          }),
        )),
      );
    const expected = pairs.map(
      ({ from, to, address, port }) =>
        `${from.name} → ${to.name} ${address.includes(':') ? 'IPv6' : 'IPv4'} ${port}: ${port === ALLOWED}`,
    );
    expect(rows).toEqual(expected);
  });

  it('nobody sends as somebody else, nor as a DHCP server or router, to any host', { timeout: 300_000 }, async () => {
    await anOpenGroup('open');
    const [a1, a2, b1, b2] = hostsOfRegion(region) as [ReachHost, ReachHost, ReachHost, ReachHost];
    const [front, back] = networks as [ReachNetwork, ReachNetwork];
    const made = await Promise.all(
      (
        [
          ['rogue', a1, front],
          ['next to it', a1, front],
          ['on the other host', a2, front],
          ['in the other cell', b1, front],
          ['behind the router', b2, back],
        ] as const
      ).map(([name, host, network]) => makeServer(region, { name, host, network, groups: ['open'] })),
    );
    const wires = await Promise.all(made.map(({ host, portId }) => openWires(host.namespace, [tapName(portId)])));
    try {
      const [rogue, ...targets] = made.map(({ name, mac, addresses, binding }, at): Wired => {
        const wire = wires[at]?.wires[0];
        const [ipv4, ipv6] = [false, true].map((six) => addresses.find((one) => one.includes(':') === six));
        if (wire === undefined || ipv4 === undefined || ipv6 === undefined) throw new Error(`${name} is not complete`);
        return { name, networkId: binding.network.id, mac, ipv4, ipv6, wire };
      });
      if (rogue === undefined) throw new Error('there is no rogue');
      const [somebody] = servers;
      const [ipv4 = '', ipv6 = ''] = [false, true].map((six) =>
        somebody?.addresses.find((one) => one.includes(':') === six),
      );
      const foreign = { mac: somebody?.mac ?? '', ipv4, ipv6 };
      const rows: string[] = [];
      const expected: string[] = [];
      for (const target of targets) {
        const attempts = attemptsOn(rogue, target, foreign);
        const arrived = await tryAll(rogue, target, attempts);
        rows.push(...attempts.map(({ mark }) => `${mark}: ${arrived.has(mark)}`));
        expected.push(...attempts.map(({ mark, arrives }) => `${mark}: ${arrives}`));
      }
      expect(rows).toEqual(expected);
      expect(rows).toHaveLength(4 * 9);
    } finally {
      await Promise.all(wires.map((one) => one.stop()));
    }
  });

  it('a gateway leads every server outside, and a floating address leads in, to what the group allows', {
    timeout: 300_000,
  }, async () => {
    const { admin } = region;
    way.outside = await outsideMachine(ALLOWED);
    const { outside, routerId, groupId } = way;
    const [front] = servers;
    expect(await front?.asks('tcp', outside.address, ALLOWED)).toBe(false);

    const external = await makeNetwork(region, 'public', [floatingRange()], { 'router:external': true });
    await admin.call('network', 'PUT /v2.0/routers/{id}', {
      ...{ path: { id: routerId }, body: { router: { external_gateway_info: { network_id: external.id } } } },
    });
    for (const server of servers)
      await waitUntil(
        `${server.name} to reach the outside`,
        () => server.asks('tcp', outside.address, ALLOWED),
        60_000,
      );

    await admin.call('network', 'POST /v2.0/security-group-rules', {
      body: {
        security_group_rule: {
          ...{ security_group_id: groupId, direction: 'ingress', ethertype: 'IPv4', protocol: 'tcp' },
          ...{ port_range_min: ALLOWED, port_range_max: ALLOWED, remote_ip_prefix: outside.range },
        },
      },
    });
    const floating = new Map<string, string>();
    for (const { name, portId } of servers) {
      const { floatingip } = (await admin.call('network', 'POST /v2.0/floatingips', {
        body: { floatingip: { floating_network_id: external.id, port_id: portId } },
      })) as { floatingip: { floating_ip_address: string } };
      floating.set(name, floatingip.floating_ip_address);
    }
    for (const [name, address] of floating) {
      await waitUntil(`the outside to reach ${name} at ${address}`, () => outside.reaches(address, ALLOWED), 60_000);
      expect(`${name} ${DENIED}: ${await outside.reaches(address, DENIED)}`).toBe(`${name} ${DENIED}: false`);
    }
    for (const from of servers)
      for (const [name, address] of floating) {
        if (name !== from.name)
          expect(`${from.name} → ${name}: ${await from.asks('tcp', address, DENIED)}`).toBe(
            `${from.name} → ${name}: false`,
          );
      }
  });
});

/** Of addresses for tests (RFC 2544), beyond those of the machines outside. */
const floatingRange = (): string => `198.19.${randomInt(256)}.${randomInt(8) * 32}/27`;
