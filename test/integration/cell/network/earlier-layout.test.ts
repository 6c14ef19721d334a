import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tapName } from '#platform/objects/network.ts';
import { runCommand, tryCommand } from '../../../../cell/agent/run-command.ts';
import { uplinkHostEnd } from '../../../../cell/network/drivers/linux/host-setup.ts';
import { look } from '../../../../cell/network/drivers/linux/look.ts';
import { bridgeName, gatewayMac } from '../../../../cell/network/names.ts';
import { aBinding, aNetwork, anInstance } from './a-binding.ts';
import { aGuest } from './a-guest.ts';
import { aCellNetwork, type TestCellNetwork } from './an-agent.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: the network agent needs root');

/** What an agent of release 0.1 made before networks had namespaces of their own. */
async function earlierLayout(namespace: string, uplinkHost: string, bridge: string, mac: string, tap: string) {
  await runCommand('ip', ['netns', 'add', namespace]);
  await runCommand('ip', ['link', 'add', uplinkHost, 'type', 'veth', 'peer', 'name', 'uplink', 'netns', namespace]);
  const inside = (input: string, ...family: readonly string[]) =>
    runCommand('ip', ['-n', namespace, ...family, '-batch', '-'], { input });
  await inside(`link set lo up
link set uplink up
address add 100.127.255.2/30 dev uplink
link add ${bridge} address ${mac} type bridge
link set ${bridge} up
address add 10.9.0.1/24 dev ${bridge} noprefixroute
address add 169.254.169.254/32 dev ${bridge} noprefixroute
tuntap add dev ${tap} mode tap
link set ${tap} master ${bridge} up
`);
  for (const family of ['-4', '-6']) {
    await inside(
      `rule add priority 1000 fwmark 1 lookup 10001\nrule add priority 1001 oif ${bridge} lookup 10001\n`,
      family,
    );
  }
  await inside(`route add 10.9.0.0/24 dev ${bridge} table 10001\n`);
  const run = (script: string) => runCommand('ip', ['netns', 'exec', namespace, 'sh', '-ec', script]);
  await run('echo 1 > /proc/sys/net/ipv4/ip_forward');
  await run(
    `nft 'table inet volvox { chain steer { type filter hook prerouting priority mangle; meta mark set 1; }; }'`,
  );
}

describe.skipIf(!isRoot)('a host with the layout of an earlier release', () => {
  let cell: TestCellNetwork;
  beforeAll(async () => {
    cell = await aCellNetwork({
      VOLVOX_NETWORK_UPLINK: 'veth',
      VOLVOX_NETWORK_UPLINK_CIDR: `100.127.${randomInt(256)}.${randomInt(64) * 4}/30`,
    });
  });
  afterAll(async () => await cell.stop());

  it('is taken over by the first pass: taps stay, and no address is left in the namespace of layer 2', async () => {
    const network = aNetwork();
    const binding = aBinding(network, 'host-1', ['10.9.0.5']);
    cell.conductor.instances.set('10.9.0.5', anInstance(binding));
    const [bridge, tap] = [bridgeName(network.id), tapName(binding.port.id)];
    await earlierLayout(cell.namespace, uplinkHostEnd(cell.setup), bridge, gatewayMac(network.id), tap);
    const ask = async <T>(...command: readonly string[]) =>
      JSON.parse(await runCommand('ip', ['-n', cell.namespace, '-j', ...command])) as T[];
    const tapIndex = () => ask<{ ifindex: number }>('link', 'show', 'dev', tap).then(([link]) => link?.ifindex);
    const before = await tapIndex();

    await cell.agent.start();
    await cell.want(binding);
    expect(await look(cell.setup)).toMatchObject({ prepared: true, networks: [{ bridge, connected: true }] });
    expect(await tapIndex()).toBe(before);
    const links = await ask<{ ifname: string; addr_info: object[] }>('address', 'show');
    expect(links.filter(({ ifname, addr_info }) => ifname !== 'lo' && addr_info.length > 0)).toEqual([]);
    expect(links.map(({ ifname }) => ifname)).not.toContain('uplink');
    for (const family of ['-4', '-6']) {
      expect(
        (await ask<{ priority: number }>(family, 'rule', 'show')).filter(({ priority }) => priority < 2_000),
      ).toEqual([expect.objectContaining({ priority: 0 })]);
    }
    const tables = await tryCommand('ip', ['netns', 'exec', cell.namespace, 'nft', 'list', 'ruleset']);
    expect(tables.stdout).not.toContain('meta mark set');

    const guest = await aGuest(binding, cell.namespace);
    try {
      await guest.dhcp();
      await guest.reaches('10.9.0.1');
      expect(await guest.fetch('http://169.254.169.254/latest/meta-data/hostname')).toBe(binding.hostname);
    } finally {
      await guest.stop();
    }
  });
});
