import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tapName } from '#platform/objects/network.ts';
import { networkNamespace } from '../../../cell/network/drivers/linux/host-setup.ts';
import { bridgeName } from '../../../cell/network/names.ts';
import { openWires } from '../../integration/cell/network/frames/wire.ts';
import { moveTo } from '../../support/moved/move.ts';
import { killNow } from '../../support/strikes.ts';
import { useTestRegion } from '../../support/use-test-region.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { serveFile, download as startDownload } from './download/download.ts';
import { FILE_BYTES, fileSum } from './download/served-file.ts';
import { killDhcpServers } from './kill-dhcp-servers.ts';
import {
  aServer,
  makeNetwork,
  makeServer,
  namespaceRegion,
  type ReachServer,
  serverAgain,
} from './namespace-region.ts';
import { type OutsideMachine, outsideMachine } from './outside-machine.ts';
import { ALLOWED, allow, DENIED, makeGroup, makeWorld, type ReachWorld } from './reach-world.ts';
import { attemptsOn, tryAll, type Wired } from './rogue.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: hosts with real networks need root');

const SETTINGS = {
  VOLVOX_NETWORK_SECURITY_GROUPS: 'on',
  VOLVOX_NETWORK_UPLINK: 'veth',
  VOLVOX_NETWORK_UPLINK_MASQUERADE: 'true',
};
/** Sends a message from an address. */
const SAY = `
const [from, to, port] = process.argv.slice(1);
const socket = require('node:dgram').createSocket('udp6').on('error', (error) => { throw error; });
socket.bind(0, from, () => socket.send('x', Number(port), to, () => socket.close()));
`;
const SETTLED_MS = 60_000;
const DOWNLOAD = 7003;
/** Bytes per second: so that the move begins in the middle of the file, and the rest of it takes little time. */
const SLOW = 1_500_000;
const FAST = 40_000_000;
const versionOf = (address: string): string => (address.includes(':') ? 'IPv6' : 'IPv4');

/** Two cells of two hosts each, joined by VXLAN. Who reaches whom is asked of every pair of servers, and compared with what the groups say. */
describe.skipIf(!isRoot)('who reaches whom in a region of two cells', () => {
  const region = useTestRegion(namespaceRegion(SETTINGS), 600_000);
  const world = {} as ReachWorld & { outside: OutsideMachine; floating: Map<string, string> };
  beforeAll(async () => void Object.assign(world, await makeWorld(region)), 300_000);
  afterAll(async () => {
    await Promise.all((world.servers ?? []).map((server) => server.stop()));
    await world.outside?.stop();
  });
  const called = (name: string): ReachServer => {
    const server = world.servers.find((one) => one.name === name);
    if (server === undefined) throw new Error(`there is no ${name}`);
    return server;
  };

  it('every server reaches every other at the port that the group allows, and at no other', {
    timeout: 300_000,
  }, async () => {
    const { servers } = world;
    const last = called('back-b2').addresses[0] ?? '';
    await waitUntil('rules on all hosts', () => called('front-a1').asks('tcp', last, ALLOWED), SETTLED_MS);
    const pairs = servers.flatMap((from) =>
      servers
        .filter((to) => to !== from)
        .flatMap((to) =>
          to.addresses.flatMap((address) => [ALLOWED, DENIED].map((port) => ({ from, to, address, port }))),
        ),
    );
    expect(pairs).toHaveLength(5 * 4 * 2 * 2);
    const row = ({ from, to, address, port }: (typeof pairs)[number], reached: boolean): string =>
      `${from.name} → ${to.name} ${versionOf(address)} ${port}: ${reached}`;
    const rows: string[] = [];
    for (let at = 0; at < pairs.length; at += 8)
      rows.push(
        ...(await Promise.all(
          pairs.slice(at, at + 8).map(async (pair) => row(pair, await pair.from.asks('tcp', pair.address, pair.port))),
        )),
      );
    expect(rows).toEqual(pairs.map((pair) => row(pair, pair.port === ALLOWED)));
  });

  it('nobody sends as somebody else, nor as a DHCP server or router, to any host', { timeout: 300_000 }, async () => {
    const open = await makeGroup(region, 'open');
    for (const version of [4, 6] as const) await allow(region, open, version);
    const { hosts, front, back } = world;
    const [a1, a2, b1, b2] = hosts;
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
      const { mac, addresses } = called('front-a1');
      const [ipv4 = '', ipv6 = ''] = [false, true].map((six) => addresses.find((one) => one.includes(':') === six));
      const rows: string[] = [];
      const expected: string[] = [];
      for (const target of targets) {
        const attempts = attemptsOn(rogue, target, { mac, ipv4, ipv6 });
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
    const { servers, routerId, groupId } = world;
    world.outside = await outsideMachine(ALLOWED);
    world.floating = new Map();
    const { outside, floating } = world;
    expect(await called('front-a1').asks('tcp', outside.address, ALLOWED)).toBe(false);

    const external = await makeNetwork(region, 'public', [floatingRange(), `${world.prefix6}:ffff::/64`], {
      ...{ 'router:external': true, poolOf6: world.poolOf6 },
    });
    await admin.call('network', 'PUT /v2.0/routers/{id}', {
      ...{ path: { id: routerId }, body: { router: { external_gateway_info: { network_id: external.id } } } },
    });
    for (const server of servers)
      await waitUntil(
        `${server.name} to reach the outside`,
        () => server.asks('tcp', outside.address, ALLOWED),
        SETTLED_MS,
      );

    await allow(region, groupId, 4, { protocol: 'tcp', port: ALLOWED, remote_ip_prefix: outside.range });
    for (const { name, portId } of servers) {
      const { floatingip } = (await admin.call('network', 'POST /v2.0/floatingips', {
        body: { floatingip: { floating_network_id: external.id, port_id: portId } },
      })) as { floatingip: { floating_ip_address: string } };
      floating.set(name, floatingip.floating_ip_address);
    }
    for (const [name, address] of floating) {
      await waitUntil(
        `the outside to reach ${name} at ${address}`,
        () => outside.reaches(address, ALLOWED),
        SETTLED_MS,
      );
      expect(`${name} ${DENIED}: ${await outside.reaches(address, DENIED)}`).toBe(`${name} ${DENIED}: false`);
    }
  });

  it('IPv6 leads out and in without a translation, to what the group allows, and from no forged address', {
    timeout: 300_000,
  }, async () => {
    const { servers, groupId, outside } = world;
    const ipv6 = ({ addresses }: ReachServer): string => addresses.find((one) => one.includes(':')) ?? '';
    for (const server of servers) {
      await waitUntil(
        `${server.name} to reach the outside by IPv6`,
        () => server.asks('tcp', outside.address6, ALLOWED),
        SETTLED_MS,
      );
      expect(`${server.name}: ${await outside.reaches(ipv6(server), ALLOWED)}`).toBe(`${server.name}: false`);
    }
    await allow(region, groupId, 6, { protocol: 'tcp', port: ALLOWED, remote_ip_prefix: `${outside.range6}::/64` });
    for (const server of servers) {
      await waitUntil(
        `the outside to reach ${server.name} by IPv6`,
        () => outside.reaches(ipv6(server), ALLOWED),
        SETTLED_MS,
      );
      expect(`${server.name} ${DENIED}: ${await outside.reaches(ipv6(server), DENIED)}`).toBe(
        `${server.name} ${DENIED}: false`,
      );
    }

    const [rogue, other] = [called('front-a1'), called('front-a2')];
    const forged = [ipv6(other), `${outside.range6}::77`];
    for (const address of forged) await rogue.run('ip', 'address', 'add', `${address}/128`, 'dev', 'eth0', 'nodad');
    const senders = await outside.hears(7004, async (heard) => {
      for (const address of [...forged, ipv6(rogue)])
        await rogue.run(process.execPath, '-e', SAY, address, outside.address6, '7004');
      return heard.length > 2;
    });
    for (const address of forged) await rogue.run('ip', 'address', 'delete', `${address}/128`, 'dev', 'eth0');
    expect(new Set(senders)).toEqual(new Set([ipv6(rogue)]));
  });

  it('no packet is lost when every process of Volvox is killed, and guests still get their addresses', {
    timeout: 300_000,
  }, async () => {
    const { groupId, front, hosts } = world;
    await allow(region, groupId, 4, { protocol: 'icmp', remote_group_id: groupId });
    const to = called('back-b2').addresses.find((one) => !one.includes(':')) ?? '';
    await waitUntil('pings to pass', () => called('front-a1').pings(to), SETTLED_MS);
    const late = await aServer(region, { name: 'late', host: hosts[1], network: front, groups: ['talkers'] });
    world.servers.push(late);

    const names = region.region.processes
      .matching(/-(compute|network|conductor)$|^(api|scheduler|super-conductor)$/)
      .map(({ spec }) => spec.name);
    expect(names).toHaveLength(3 + 2 + 4 * 2);
    const pings = called('front-a1').run('busybox', 'ping', '-c', '300', '-i', '0.05', '-W', '2', to);
    const killed = killNow(region.region, names);
    const servers = await killDhcpServers(
      hosts.map(({ namespace }) => networkNamespace({ namespace }, bridgeName(front.id))),
    );
    // The fourth host has no port of the network.
    expect(servers).toBe(3);
    await killed.backAgain();
    const said = (await pings).stdout;
    const [, sent = '', received = ''] = /(\d+) packets transmitted, (\d+) packets received/.exec(said) ?? [];
    expect(sent).toBe('300');
    expect(Number(received)).toBeGreaterThanOrEqual(299);
    await waitUntil(
      'DHCP to answer again',
      () =>
        late.dhcp().then(
          (text) => text.includes(late.addresses[0] ?? ''),
          () => false,
        ),
      SETTLED_MS,
    );
  });

  it('a download goes on after its server was moved to another cell, from the same address; what is denied stays denied all the while', {
    timeout: 300_000,
  }, async () => {
    const { outside, floating, hosts, groupId } = world;
    const server = called('front-a1');
    const address = floating.get(server.name) ?? '';
    await allow(region, groupId, 4, { protocol: 'tcp', port: DOWNLOAD, remote_ip_prefix: outside.range });
    const addressesBefore = await addressesOf(server);
    const stopSlow = await serveFile(server.namespace, DOWNLOAD, SLOW);
    const download = startDownload(outside.name, `http://${address}:${DOWNLOAD}/file`);
    const tries = { phase: 'before', over: false, made: { before: 0, during: 0, after: 0 }, leaked: [] as string[] };
    const trying = (async () => {
      while (!tries.over) {
        const phase = tries.phase as keyof typeof tries.made;
        const answers = await Promise.all([
          outside.reaches(address, DENIED),
          called('back-a1').asks('tcp', server.addresses[0] ?? '', DENIED),
        ]);
        answers.forEach((answered, at) => {
          if (answered) tries.leaked.push(`${phase}: ${['from outside', 'from back-a1'][at]}`);
        });
        tries.made[phase]++;
      }
    })();
    try {
      await waitUntil('the download to run', () => download.now().bytes > SLOW, SETTLED_MS);
      await waitUntil('the denied port to be tried before', () => tries.made.before > 1, SETTLED_MS);
      expect(download.now().from).toEqual([0]);
      tries.phase = 'during';
      const { move } = await moveTo(region.admin, server.id, 'cell-2');
      expect(move.state, move.message ?? '').toBe('done');
      const now = await region.untilActive(server.id);
      const host = hosts.find(({ name }) => name === now['OS-EXT-SRV-ATTR:host']);
      if (host === undefined) throw new Error('the host of the server is not known');
      expect(hosts.indexOf(host)).toBeGreaterThan(1);
      await stopSlow();
      await server.stop();
      const interruptedAt = download.now().bytes;
      const moved = await serverAgain(server, host);
      world.servers.splice(world.servers.indexOf(server), 1, moved);
      await moved.serve(ALLOWED, DENIED);
      const stopFast = await serveFile(moved.namespace, DOWNLOAD, FAST);
      try {
        tries.phase = 'after';
        await waitUntil('the end of the download', () => download.now().sum !== null, SETTLED_MS);
        await waitUntil('the denied port to be tried after', () => tries.made.after > 1, SETTLED_MS);
      } finally {
        await stopFast();
      }
      tries.over = true;
      await trying;
      expect(download.now()).toEqual({ bytes: FILE_BYTES, from: [0, interruptedAt], sum: fileSum() });
      expect(interruptedAt).toBeLessThan(FILE_BYTES);
      expect(await addressesOf(server)).toEqual(addressesBefore);
      expect(addressesBefore.floating).toBe(address);
      expect(tries.leaked).toEqual([]);
      expect(Math.min(...Object.values(tries.made))).toBeGreaterThan(1);
      expect(await moved.asks('tcp', called('back-a1').addresses[0] ?? '', ALLOWED)).toBe(true);
      expect(await called('back-a1').asks('tcp', moved.addresses[0] ?? '', ALLOWED)).toBe(true);
      for (const to of [outside.address, outside.address6]) expect(await moved.asks('tcp', to, ALLOWED)).toBe(true);
      const ipv6 = moved.addresses.find((one) => one.includes(':')) ?? '';
      await waitUntil('the outside to reach it by IPv6', () => outside.reaches(ipv6, ALLOWED), SETTLED_MS);
      expect(await outside.reaches(ipv6, DENIED)).toBe(false);
    } finally {
      tries.over = true;
      await trying;
      await download.stop();
      await stopSlow();
    }
  });

  /** What a server is known by in networks, as the API says. */
  async function addressesOf({ id, portId }: ReachServer) {
    const { ports } = await region.admin.call('network', 'GET /v2.0/ports', { query: { device_id: id } });
    const { floatingips } = await region.admin.call('network', 'GET /v2.0/floatingips', { query: { port_id: portId } });
    return {
      ports: ports.map(({ mac_address: mac, fixed_ips: fixed }) => ({ mac, fixed })),
      floating: floatingips.map((one) => one.floating_ip_address).join(),
    };
  }
});

/** Of addresses for tests (RFC 2544), beyond those of the machines outside. */
const floatingRange = (): string => `198.19.${randomInt(256)}.${randomInt(8) * 32}/27`;
