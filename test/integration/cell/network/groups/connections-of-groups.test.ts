import { afterEach, describe, expect, it } from 'vitest';
import { tapName } from '#platform/objects/network.ts';
import { GROUP_TABLE } from '../../../../../cell/network/drivers/linux/group-table.ts';
import { look } from '../../../../../cell/network/drivers/linux/look.ts';
import { gatewayMac } from '../../../../../cell/network/names.ts';
import { waitUntil } from '../../../../support/wait-until.ts';
import { aNetwork, aSubnet } from '../a-binding.ts';
import { aGroupedHost, aRule, EGRESS, type GroupedHost } from './a-grouped-host.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: the network agent needs root');

describe.skipIf(!isRoot)('connections of ports with security groups', () => {
  const hosts: GroupedHost[] = [];
  const aHost = async (...options: Parameters<typeof aGroupedHost>) => {
    const host = await aGroupedHost(...options);
    hosts.push(host);
    return host;
  };
  afterEach(async () => {
    for (const host of hosts.splice(0)) await host.stop();
  });
  /** A client, and a server with two ports open to all, and one open to a group. */
  const threeDoors = async (host: GroupedHost) => {
    const network = aNetwork();
    const friends = host.group(EGRESS, ['10.9.0.11']);
    const tcp = (port: number) => aRule({ protocol: 'tcp', portMin: port, portMax: port });
    const rules = [...EGRESS, tcp(80), tcp(81), { ...tcp(82), remoteGroupId: friends }];
    const group = host.group(rules);
    const client = await host.guest(network, ['10.9.0.11'], [friends]);
    const server = await host.guest(network, ['10.9.0.12'], [group]);
    await server.serve(80, 81, 82);
    return { network, friends, group, rules, client, server };
  };
  /** Every rule of the host with its handle, which no rule keeps when it is made anew. */
  const rulesOf = async (host: GroupedHost) => {
    const listed = JSON.parse(await host.inHost('nft', '-j', '-a', 'list', 'ruleset')) as {
      nftables: { rule?: unknown }[];
    };
    return listed.nftables.filter(({ rule }) => rule !== undefined);
  };

  it('end within a second when the rule goes that let them in, and others go on', async () => {
    const host = await aHost();
    const { group, rules, client } = await threeDoors(host);
    const [kept, ended] = [await client.stream('10.9.0.12', 80), await client.stream('10.9.0.12', 81)];
    const before = kept.count();
    const end = ended.ends();
    await host.change(group, { rules: rules.filter(({ portMin }) => portMin !== 81) });
    expect(await end).toBeLessThan(4_000);
    await kept.goesOn();
    expect(kept.count()).toBeGreaterThan(before);
    expect(await client.asks('tcp', '10.9.0.12', 81)).toBe(false);
  });

  it('end when the egress rule of the one that began goes, also while the other talks', async () => {
    const host = await aHost();
    const { friends, client } = await threeDoors(host);
    const stream = await client.stream('10.9.0.12', 80);
    const end = stream.ends();
    await host.change(friends, { rules: [] });
    expect(await end).toBeLessThan(4_000);
  });

  it('come and go with members of a remote group, by elements and without a change of rules', async () => {
    const host = await aHost();
    const { friends, client } = await threeDoors(host);
    const [open, bound] = [await client.stream('10.9.0.12', 80), await client.stream('10.9.0.12', 82)];
    const rules = await rulesOf(host);
    await host.change(friends, { members: ['10.9.0.11', '10.9.0.99', 'fd00:9::99'] });
    await bound.goesOn();
    const end = bound.ends();
    await host.change(friends, { members: ['10.9.0.99'] });
    expect(await end).toBeLessThan(4_000);
    expect(await client.asks('tcp', '10.9.0.12', 82)).toBe(false);
    await open.goesOn();
    await host.change(friends, { members: ['10.9.0.11'] });
    expect(await client.asks('tcp', '10.9.0.12', 82)).toBe(true);
    expect(await rulesOf(host)).toEqual(rules);
    const listed = await host.inHost('nft', 'list', 'set', 'inet', GROUP_TABLE, `m4-${friends}`);
    expect(listed).toContain('elements = { 10.9.0.11 }');
  });

  it('go on while rules change that do not concern them, while ports come and go, and while the agent restarts', async () => {
    const host = await aHost();
    const { network, group, rules, client, friends } = await threeDoors(host);
    const [open, bound] = [await client.stream('10.9.0.12', 80), await client.stream('10.9.0.12', 82)];
    await host.change(group, { rules: [...rules, aRule({ protocol: 'udp' })] });
    const third = await host.guest(network, ['10.9.0.13'], [friends]);
    await host.remove(third);
    const before = await rulesOf(host);
    await host.restart();
    await host.pass();
    expect(await rulesOf(host)).toEqual(before);
    await open.goesOn();
    await bound.goesOn();
  });

  it('are let in by the port that has the address, and by no other that a frame is sent to', async () => {
    const host = await aHost();
    const network = aNetwork();
    const open = host.group([...EGRESS, aRule()]);
    const attacker = await host.guest(network, ['10.9.0.11'], [open]);
    const helper = await host.guest(network, ['10.9.0.13'], [open]);
    const victim = await host.guest(network, ['10.9.0.12'], [host.group(EGRESS)]);
    await victim.serve(80);
    await helper.serve(80);
    expect(await attacker.asks('udp', '10.9.0.13', 80)).toBe(true);
    const to = async (mac: string) =>
      void (await attacker.run(
        'ip',
        'neighbour',
        'replace',
        '10.9.0.12',
        'lladdr',
        mac,
        'dev',
        'eth0',
        'nud',
        'permanent',
      ));
    for (const mac of [helper.binding.port.mac, 'ff:ff:ff:ff:ff:ff', '01:00:5e:00:00:fb']) {
      await to(mac);
      expect(await attacker.asks('udp', '10.9.0.12', 80, { own: 5_555 })).toBe(false);
      await to(victim.binding.port.mac);
      expect(await attacker.asks('udp', '10.9.0.12', 80, { own: 5_555 }), mac).toBe(false);
    }
  });

  it('are so many for each port, so that none takes the share of its neighbours', async () => {
    const host = await aHost({ VOLVOX_NETWORK_TRACKED_CONNECTIONS_PER_PORT: '3' });
    const network = aNetwork();
    const open = host.group([...EGRESS, aRule()]);
    const [greedy, modest, server] = [
      await host.guest(network, ['10.9.0.11'], [open]),
      await host.guest(network, ['10.9.0.13'], [open]),
      await host.guest(network, ['10.9.0.12'], [open]),
    ];
    await server.serve(80);
    const answered = [];
    for (const own of [5_001, 5_002, 5_003, 5_004]) answered.push(await greedy.asks('udp', '10.9.0.12', 80, { own }));
    expect(answered).toEqual([true, true, true, false]);
    expect(await greedy.asks('udp', '10.9.0.12', 80, { own: 5_001 })).toBe(true);
    expect(await modest.asks('udp', '10.9.0.12', 80)).toBe(true);
  });

  it('of equal addresses in two networks are two', async () => {
    const host = await aHost();
    const pairs = [];
    for (const rules of [[...EGRESS, aRule()], EGRESS]) {
      const network = aNetwork();
      const client = await host.guest(network, ['10.9.0.11'], [host.group(EGRESS)]);
      const server = await host.guest(network, ['10.9.0.12'], [host.group(rules)]);
      await server.serve(80);
      pairs.push(client);
    }
    const [open, closed] = pairs;
    expect(await open?.asks('udp', '10.9.0.12', 80, { own: 5_555 })).toBe(true);
    expect(await closed?.asks('udp', '10.9.0.12', 80, { own: 5_555 })).toBe(false);
    expect(await open?.asks('udp', '10.9.0.12', 80, { own: 5_555, bytes: 9_000 })).toBe(true);
  });

  it('go on when groups are turned off and on again, and nothing of them stays behind', async () => {
    const host = await aHost({ VOLVOX_NETWORK_SECURITY_GROUPS: 'off' });
    const { client } = await threeDoors(host);
    const stream = await client.stream('10.9.0.12', 80);
    const off = await host.inHost('nft', 'list', 'ruleset');
    expect(off).not.toContain(GROUP_TABLE);
    const other = await client.stream('10.9.0.12', 81);
    await host.restart({ VOLVOX_NETWORK_SECURITY_GROUPS: 'on' });
    await stream.goesOn();
    await other.goesOn();
    expect(await client.pings('10.9.0.12')).toBe(false);
    await host.restart();
    await stream.goesOn();
    expect(await client.pings('10.9.0.12')).toBe(true);
    expect(await host.inHost('nft', 'list', 'ruleset')).toBe(off);
    expect((await look(host.setup)).networks).toMatchObject([{ tracked: false }]);
  });

  it('leave no rules, sets or zones when the last port has gone', async () => {
    const host = await aHost();
    const { client, server, friends } = await threeDoors(host);
    expect(await host.inHost('nft', 'list', 'ruleset')).toContain(friends);
    await host.remove(client);
    await host.remove(server);
    const rules = await host.inHost('nft', 'list', 'ruleset');
    for (const name of [friends, tapName(client.binding.port.id), 'brq']) {
      expect(rules.replace('iifname "brq*" oifname "brq*"', '')).not.toContain(name);
    }
  });

  it('pass only by a bridge that shows its frames', async () => {
    const host = await aHost();
    const { client, server } = await threeDoors(host);
    const { port, network } = server.binding;
    expect(await client.asks('tcp', '10.9.0.12', 80)).toBe(true);
    await host.hush();
    const bridge = `brq${network.id.slice(0, 11)}`;
    await host.inHost('ip', 'link', 'set', 'dev', bridge, 'type', 'bridge', 'nf_call_iptables', '0');
    expect(await client.asks('tcp', '10.9.0.12', 80), tapName(port.id)).toBe(false);
    await host.pass();
    await waitUntil('the way of frames', () => client.asks('tcp', '10.9.0.12', 80));
  });

  it('serve guests that boot: DHCP, routers, neighbours, metadata', async () => {
    const host = await aHost();
    const six = aSubnet({ ipVersion: 6, cidr: 'fd00:9::/64', gatewayIp: 'fd00:9::1', dnsNameservers: [] });
    const network = aNetwork({ subnets: [aSubnet(), six] });
    const guest = await host.guest(network, ['10.9.0.11', 'fd00:9::11'], [host.group(EGRESS)]);
    await guest.run('ip', 'address', 'flush', 'dev', 'eth0', 'scope', 'global');
    await guest.run('sysctl', '-qw', 'net.ipv6.conf.eth0.accept_ra=2');
    await guest.run('ip', 'link', 'set', 'eth0', 'down');
    await guest.run('ip', 'link', 'set', 'eth0', 'up');
    expect(await guest.dhcp()).toMatch(/^ip=10\.9\.0\.11$/m);
    await waitUntil('a route by advertisement', async () =>
      (await guest.run('ip', '-6', 'route', 'show', 'default', 'proto', 'ra')).stdout.includes('via fe80'),
    );
    // No agent tells the metadata server of guests here: that it says so is the answer.
    const answer = await guest.fetch('http://169.254.169.254/latest/meta-data').catch((error: Error) => error.message);
    expect(answer).toContain('status 5');
  });

  it('cannot be made in the name of another, and without port security can, but never to the host', async () => {
    const host = await aHost();
    const network = aNetwork();
    const open = host.group([...EGRESS, aRule()]);
    const secured = await host.guest(network, ['10.9.0.11'], [open]);
    const free = await host.guest(network, ['10.9.0.13'], [], { portSecurity: false });
    const server = await host.guest(network, ['10.9.0.12'], [open]);
    await free.serve(80);
    // Its own side asks no group.
    expect(await secured.asks('tcp', '10.9.0.13', 80)).toBe(true);
    expect(await free.pings('10.9.0.12')).toBe(true);
    for (const guest of [secured, free]) await guest.run('ip', 'address', 'add', '10.9.0.77/24', 'dev', 'eth0');
    expect(await secured.pings('10.9.0.12', '10.9.0.77')).toBe(false);
    expect(await free.pings('10.9.0.12', '10.9.0.77')).toBe(true);
    expect(await free.pings('10.9.0.1', '10.9.0.77')).toBe(false);
    expect(await free.pings('10.9.0.1', '10.9.0.13')).toBe(true);
    await server.pings('10.9.0.1');
    await free.run('ip', 'link', 'set', 'eth0', 'address', gatewayMac(network.id));
    expect(await free.pings('10.9.0.12', '10.9.0.13')).toBe(false);
  });
});
