import { randomInt } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tapName } from '#platform/objects/network.ts';
import { runCommand, tryCommand } from '../../../../cell/agent/run-command.ts';
import { linkLocal } from '../../../../cell/network/addresses.ts';
import { metadataDir, metadataNamespace, networkNamespace } from '../../../../cell/network/drivers/linux/host-setup.ts';
import { look } from '../../../../cell/network/drivers/linux/look.ts';
import { bridgeName } from '../../../../cell/network/names.ts';
import { NOTHING_OBSERVED } from '../../../../cell/network/observed-host.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aBinding, aNetwork, anInstance, aSubnet } from './a-binding.ts';
import { aGuest, type TestGuest } from './a-guest.ts';
import { aCellNetwork, gone, type TestCellNetwork } from './an-agent.ts';
import { anOutside, type Outside } from './an-outside.ts';

const METADATA = 'http://169.254.169.254';
const LINK_LOCAL_METADATA = 'fe80::a9fe:a9fe%eth0';
/** Ends with 1 unless the status is 200. */
const FETCH = `
const [host, path, port, localAddress, withinMs] = process.argv.slice(1);
const fail = (reason) => { console.error(reason); process.exit(1); };
setTimeout(() => fail('no answer'), Number(withinMs));
require('node:http').get({ host, path, port, ...(localAddress ? { localAddress: localAddress + '%eth0' } : {}) }, (answer) => {
  if (answer.statusCode !== 200) fail('status ' + answer.statusCode);
  answer.pipe(process.stdout).on('error', fail);
  answer.on('end', () => process.stdout.write('', () => process.exit(0)));
}).on('error', (error) => fail(error.message));
`;
/** @throws when there is no answer. */
async function linkLocalFetch(
  guest: TestGuest,
  path: string,
  { from = '', port = 80, withinMs = 15_000 } = {},
): Promise<string> {
  await guest.run('sysctl', '-qw', 'net.ipv6.conf.eth0.accept_dad=0');
  await waitUntil('its link-local address', async () => {
    const { stdout: own } = await guest.run('ip', '-6', 'address', 'show', 'dev', 'eth0', 'scope', 'link');
    return own.includes('fe80:') && !own.includes('tentative');
  });
  const asked = [LINK_LOCAL_METADATA, path, String(port), from, String(withinMs)];
  const { status, stdout, stderr } = await guest.run(process.execPath, '-e', FETCH, ...asked);
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: the network agent needs root');

describe.skipIf(!isRoot)('the network agent on a Linux host', () => {
  let cell: TestCellNetwork;
  let outside: Outside;
  const guests: TestGuest[] = [];
  const guestOf = async (...parameters: Parameters<typeof aGuest>) => {
    const guest = await aGuest(...parameters);
    guests.push(guest);
    return guest;
  };

  beforeAll(async () => {
    const uplinkNet = `100.127.${randomInt(256)}.${randomInt(64) * 4}`;
    outside = await anOutside();
    cell = await aCellNetwork({
      VOLVOX_NETWORK_UPLINK: 'veth',
      VOLVOX_NETWORK_UPLINK_CIDR: `${uplinkNet}/30`,
      VOLVOX_NETWORK_UPLINK_MASQUERADE: 'true',
    });
    await cell.agent.start();
    await waitUntil('the namespace', async () => (await look(cell.setup)).prepared);
  });
  afterEach(async () => {
    for (const guest of guests.splice(0)) await guest.stop();
    const left = [...cell.conductor.bindings.values()].filter(({ present }) => present);
    if (left.length > 0) await cell.want(...left.map(gone));
    cell.conductor.bindings.clear();
    cell.conductor.reports.clear();
  });
  afterAll(async () => {
    await cell.stop();
    await outside.stop();
    expect(await look(cell.setup)).toEqual(NOTHING_OBSERVED);
  });

  it('gives each guest its own address, gateway, names, MTU and metadata, and lets guests of a network talk', async () => {
    const network = aNetwork({ dnsDomain: 'example.org' });
    const [one, two] = [aBinding(network, 'host-1', ['10.9.0.11']), aBinding(network, 'host-1', ['10.9.0.12'])];
    cell.conductor.instances.set('10.9.0.11', anInstance(one)).set('10.9.0.12', anInstance(two));
    await cell.want(one, two);
    const [first, second] = [await guestOf(one, cell.namespace), await guestOf(two, cell.namespace)];

    const offer = await first.dhcp();
    expect(offer).toMatch(/^ip=10\.9\.0\.11$/m);
    expect(offer).toMatch(/^mtu=1450$/m);
    expect(offer).toMatch(/^dns=10\.9\.0\.53$/m);
    expect(offer).toMatch(/^domain=example\.org$/m);
    expect(offer).toMatch(/^staticroutes=169\.254\.169\.254\/32 10\.9\.0\.1 0\.0\.0\.0\/0 10\.9\.0\.1/m);
    expect(await second.dhcp()).toMatch(/^ip=10\.9\.0\.12$/m);
    await first.reaches('10.9.0.1');
    await first.reaches('10.9.0.12');
    // More than fits into one frame: fragments.
    expect(await first.pings('10.9.0.12', undefined, 4_000)).toBe(true);

    const metadata = JSON.parse(await first.fetch(`${METADATA}/openstack/latest/meta_data.json`));
    expect(metadata).toMatchObject({ uuid: one.instanceUuid, hostname: one.hostname, meta: { role: 'web' } });
    expect(await first.fetch(`${METADATA}/openstack/latest/user_data`)).toBe('#!/bin/sh\necho hello\n');
    const networkData = JSON.parse(await first.fetch(`${METADATA}/openstack/latest/network_data.json`));
    expect(networkData.links).toMatchObject([{ vif_id: one.port.id, ethernet_mac_address: one.port.mac }]);
    expect(await second.fetch(`${METADATA}/latest/meta-data/local-ipv4`)).toBe('10.9.0.12');
  });

  it('tells each guest its metadata at a link-local address, whatever addresses the network has', async () => {
    const six = aSubnet({ ipVersion: 6, cidr: 'fd00:9::/64', gatewayIp: null, enableDhcp: false });
    const networks = [aNetwork(), aNetwork({ subnets: [six] }), aNetwork({ subnets: [six] })];
    const addresses = ['10.9.0.17', 'fd00:9::17', 'fd00:9::17'];
    const bindings = networks.map((network, at) => aBinding(network, 'host-1', [addresses[at] ?? '']));
    await cell.want(...bindings);
    const asking: Awaited<ReturnType<typeof guestOf>>[] = [];
    for (const [at, binding] of bindings.entries()) {
      const userData = Buffer.alloc(90_000, String(at)).toString('base64');
      cell.conductor.instances.set(`${binding.network.id} ${addresses[at]}`, anInstance(binding, { userData }));
      asking.push(await guestOf(binding, cell.namespace));
    }
    for (const [at, guest] of asking.entries()) {
      expect(await linkLocalFetch(guest, '/latest/meta-data/hostname')).toBe(bindings[at]?.hostname);
      expect(await linkLocalFetch(guest, '/latest/user-data')).toBe(String(at).repeat(90_000));
    }
    // Known to the metadata server itself, while the agent is away.
    const dir = join(metadataDir(cell.setup), 'records', networks[1]?.id ?? '');
    expect(await readdir(dir)).toHaveLength(2);
  });

  it('knows a guest by its own link-local address, and nothing but metadata is there', async () => {
    const network = aNetwork();
    const bindings = ['10.9.0.18', '10.9.0.19'].map((address) => aBinding(network, 'host-1', [address]));
    const [one, two] = bindings;
    if (one === undefined || two === undefined) throw new Error('two');
    for (const binding of bindings)
      cell.conductor.instances.set(`${network.id} ${binding.port.fixedIps[0]?.address}`, anInstance(binding));
    await cell.want(...bindings);
    const [thief] = [await guestOf(one, cell.namespace), await guestOf(two, cell.namespace)];
    expect(await linkLocalFetch(thief, '/latest/meta-data/hostname')).toBe(one.hostname);
    await thief.run('ip', 'address', 'add', `${linkLocal(two.port.mac)}/64`, 'dev', 'eth0', 'nodad');
    await thief.run('ip', 'address', 'add', 'fe80::2/64', 'dev', 'eth0', 'nodad');
    const path = '/latest/meta-data/hostname';
    for (const asked of [{ from: linkLocal(two.port.mac) }, { from: 'fe80::2' }, { port: 20_000 }])
      await expect(linkLocalFetch(thief, path, { ...asked, withinMs: 2_000 })).rejects.toThrow();
    expect(await linkLocalFetch(thief, path, { from: linkLocal(one.port.mac) })).toBe(one.hostname);
  });

  it('gives each guest its address, whatever its server is called (B1)', async () => {
    const network = aNetwork();
    const named = (hostname: string, address: string) => aBinding(network, 'host-1', [address], { hostname });
    const bindings = [named('café', '10.9.0.13'), named('web, ignore', '10.9.0.14')];
    await cell.want(...bindings);
    for (const [at, binding] of bindings.entries()) {
      const guest = await guestOf(binding, cell.namespace);
      expect(await guest.dhcp(), binding.hostname).toMatch(new RegExp(`^ip=10\\.9\\.0\\.1${3 + at}$`, 'm'));
    }
  });

  it('opens no file by name in a folder of the metadata server', async () => {
    const binding = aBinding(aNetwork(), 'host-1', ['10.9.0.15']);
    await cell.want(binding);
    const dir = metadataDir(cell.setup);
    const owners = async (names: readonly string[]) =>
      Promise.all(names.map(async (name) => (await stat(join(dir, name))).uid));
    expect(await owners(['', 'server.json', 'server.log', 'pid', 'records'])).toEqual([0, 0, 0, 0, 0]);
    expect((await stat(dir)).mode & 0o022).toBe(0);
    expect(await owners(['applied'])).toEqual([cell.setup.serviceUid]);
    const other = aBinding(aNetwork(), 'host-1', ['10.9.0.16']);
    await cell.want(other);
    expect((await look(cell.setup)).metadata).not.toBeNull();
  });

  it('does not confuse networks that use the same addresses', async () => {
    const networks = [aNetwork(), aNetwork()];
    const bindings = networks.map((network) => aBinding(network, 'host-1', ['10.9.0.20']));
    const guestsHere = [];
    await cell.want(...bindings);
    for (const binding of bindings) guestsHere.push(await guestOf(binding, cell.namespace));
    for (const guest of guestsHere) await guest.dhcp();
    for (const [at, guest] of guestsHere.entries()) {
      const network = networks[at]?.id ?? '';
      cell.conductor.instances.set(`${network} 10.9.0.20`, anInstance(bindings[at] ?? aBinding(aNetwork(), 'x', [])));
      const metadata = JSON.parse(await guest.fetch(`${METADATA}/openstack/latest/meta_data.json`));
      expect(metadata.uuid).toBe(bindings[at]?.instanceUuid);
      await guest.reaches('10.9.0.1');
    }
  });

  it('drops what a port sends in the name of another', async () => {
    const network = aNetwork();
    const [one, two] = [aBinding(network, 'host-1', ['10.9.0.31']), aBinding(network, 'host-1', ['10.9.0.32'])];
    await cell.want(one, two);
    const [first, second] = [await guestOf(one, cell.namespace), await guestOf(two, cell.namespace)];
    await first.run('ip', 'address', 'add', '10.9.0.31/24', 'dev', 'eth0');
    await second.run('ip', 'address', 'add', '10.9.0.32/24', 'dev', 'eth0');
    await first.reaches('10.9.0.32');
    await first.run('ip', 'address', 'add', '10.9.0.99/24', 'dev', 'eth0');
    expect(await first.pings('10.9.0.32', '10.9.0.99')).toBe(false);
    await first.run('ip', 'link', 'set', 'eth0', 'address', 'fa:16:3e:00:00:01');
    expect(await first.pings('10.9.0.32')).toBe(false);
  });

  it('lets guests of an external network out through NAT, and no others', async () => {
    const external = aNetwork({ external: true });
    const inside = aNetwork({ subnets: [aSubnet({ cidr: '10.8.0.0/24', gatewayIp: '10.8.0.1' })] });
    const [one, two] = [aBinding(external, 'host-1', ['10.9.0.41']), aBinding(inside, 'host-1', ['10.8.0.41'])];
    await cell.want(one, two);
    const [first, second] = [await guestOf(one, cell.namespace), await guestOf(two, cell.namespace)];
    await first.dhcp();
    await second.dhcp();
    await first.reaches(outside.address);
    expect(await second.pings(outside.address)).toBe(false);
    expect(await second.pings('10.9.0.41')).toBe(false);
  });

  it('serves IPv6 by router advertisement and DHCP', async () => {
    const six = aSubnet({ ipVersion: 6, cidr: 'fd00:9::/64', gatewayIp: 'fd00:9::1', dnsNameservers: [] });
    const network = aNetwork({ subnets: [aSubnet(), six] });
    const binding = aBinding(network, 'host-1', ['10.9.0.51', 'FD00:9:0::51']);
    await cell.want(binding);
    const guest = await guestOf(binding, cell.namespace);
    await waitUntil('a default route', async () =>
      (await guest.run('ip', '-6', 'route', 'show', 'default')).stdout.includes('proto ra'),
    );
    await guest.run('ip', 'address', 'add', 'fd00:9::51/64', 'dev', 'eth0', 'nodad');
    await guest.reaches('fd00:9::1');
  });

  it('drops what a port tells of neighbours that it is not', async () => {
    const six = aSubnet({ ipVersion: 6, cidr: 'fd00:9::/64', gatewayIp: 'fd00:9::1', dnsNameservers: [] });
    const network = aNetwork({ subnets: [six] });
    const [one, two] = [aBinding(network, 'host-1', ['fd00:9::61']), aBinding(network, 'host-1', ['fd00:9::62'])];
    await cell.want(one, two);
    const [first, second] = [await guestOf(one, cell.namespace), await guestOf(two, cell.namespace)];
    await first.run('ip', 'address', 'add', 'fd00:9::61/64', 'dev', 'eth0', 'nodad');
    await second.run('ip', 'address', 'add', 'fd00:9::62/64', 'dev', 'eth0', 'nodad');
    await first.reaches('fd00:9::62');
    expect(await first.pings('fd00:9::62', undefined, 4_000)).toBe(true);
    // A proxy of neighbours answers for others in its own name.
    const settings = '/proc/sys/net/ipv6/conf/eth0';
    await second.run('sh', '-c', `echo 1 > ${settings}/forwarding; echo 1 > ${settings}/proxy_ndp`);
    await second.run('ip', '-6', 'neigh', 'add', 'proxy', 'fd00:9::77', 'dev', 'eth0');
    expect(await first.pings('fd00:9::77')).toBe(false);
    expect((await first.run('ip', '-6', 'neigh', 'show', 'fd00:9::77')).stdout).not.toContain('lladdr');
  });

  it('makes a tap that root alone may open, and leaves nothing of a network whose last port goes', async () => {
    const network = aNetwork();
    const binding = aBinding(network, 'host-1', ['10.9.0.61']);
    await cell.want(binding);
    const [tap] = JSON.parse(
      await runCommand('ip', ['-n', cell.namespace, '-j', '-d', 'link', 'show', 'dev', tapName(binding.port.id)]),
    );
    expect(tap).toMatchObject({
      mtu: 1450,
      master: bridgeName(network.id),
      linkinfo: { info_data: { user: 'root' } },
    });
    await cell.want(gone(binding));
    const host = await look(cell.setup);
    expect(host).toMatchObject({ prepared: true, networks: [], taps: [], dhcp: [], metadata: null });
    expect(await runCommand('ip', ['-n', metadataNamespace(cell.setup), 'rule', 'show'])).not.toContain('169.254');
    expect(await runCommand('ip', ['-n', metadataNamespace(cell.setup), '-6', 'rule', 'show'])).not.toContain('mdt');
    expect(await readdir(`${cell.folder}/state/bindings`)).toEqual([]);
  });

  it('is not needed by guests: nothing changes while it restarts, and what is broken meanwhile is repaired', async () => {
    const network = aNetwork();
    const binding = aBinding(network, 'host-1', ['10.9.0.71']);
    cell.conductor.instances.set('10.9.0.71', anInstance(binding));
    await cell.want(binding);
    const guest = await guestOf(binding, cell.namespace);
    await guest.dhcp();
    await guest.fetch(`${METADATA}/latest/meta-data/hostname`);
    const links = () => runCommand('ip', ['-n', cell.namespace, '-j', 'link', 'show']);
    const before = await links();
    await cell.agent.stop();
    await cell.conductor.stop();
    try {
      expect(await guest.fetch(`${METADATA}/latest/meta-data/hostname`)).toBe(binding.hostname);
      await guest.run('ip', 'address', 'flush', 'dev', 'eth0');
      expect(await guest.dhcp()).toMatch(/^ip=10\.9\.0\.71$/m);
      await cell.agent.start();
      expect(await guest.fetch(`${METADATA}/latest/meta-data/hostname`)).toBe(binding.hostname);
      expect(JSON.parse(await links())).toEqual(JSON.parse(before));

      const dhcp = async () =>
        (await look(cell.setup)).dhcp.filter(({ service }) => service !== '').map(({ bridge }) => bridge);
      await runCommand('sh', ['-c', `kill -9 $(cat ${cell.setup.runtimeDir}/dhcp/${bridgeName(network.id)}/pid)`]);
      await waitUntil('a new DHCP server', async () => (await dhcp()).includes(bridgeName(network.id)));
    } finally {
      await cell.conductor.start();
    }
  });

  it('removes the files of servers that had ended before their network went', async () => {
    const network = aNetwork();
    const binding = aBinding(network, 'host-1', ['10.9.0.74']);
    await cell.want(binding);
    const { runtimeDir } = cell.setup;
    await cell.agent.stop();
    for (const pidFile of [`dhcp/${bridgeName(network.id)}/pid`, 'metadata/pid'])
      await runCommand('sh', ['-c', `kill -9 $(cat ${runtimeDir}/${pidFile})`]);
    expect(await look(cell.setup)).toMatchObject({ dhcp: [{ service: '' }], metadata: '' });
    await cell.agent.start();
    await cell.want(gone(binding));
    expect(await look(cell.setup)).toMatchObject({ networks: [], dhcp: [], metadata: null });
    expect(await readdir(`${runtimeDir}/dhcp`)).toEqual([]);
  });

  it('repairs what somebody changes in the namespace of a network, and makes a lost one again', async () => {
    const network = aNetwork();
    const binding = aBinding(network, 'host-1', ['10.9.0.75']);
    cell.conductor.instances.set('10.9.0.75', anInstance(binding));
    await cell.want(binding);
    const guest = await guestOf(binding, cell.namespace);
    await guest.dhcp();
    const namespace = networkNamespace(cell.setup, bridgeName(network.id));
    await runCommand('ip', ['-n', namespace, 'address', 'flush', 'dev', 'lan']);
    await runCommand('ip', ['netns', 'exec', namespace, 'nft', 'flush', 'ruleset']);
    await guest.reaches('10.9.0.1');
    const works = () => guest.fetch(`${METADATA}/latest/meta-data/hostname`).catch(() => null);
    await waitUntil('metadata again', async () => (await works()) === binding.hostname);

    await runCommand('ip', ['netns', 'delete', namespace]);
    await waitUntil('metadata from a new namespace', async () => (await works()) === binding.hostname);
    await guest.run('ip', 'address', 'flush', 'dev', 'eth0');
    await waitUntil('an address from a new server', () => guest.dhcp().catch(() => null));
  });

  it('builds a rebooted host again from what it remembers, with the conductor away', async () => {
    const network = aNetwork();
    const binding = aBinding(network, 'host-1', ['10.9.0.81']);
    cell.conductor.instances.set('10.9.0.81', anInstance(binding));
    await cell.want(binding);
    const before = await look(cell.setup);
    await waitUntil('the record', () => readdir(`${cell.folder}/state/metadata/${network.id}`));
    await cell.agent.stop();
    await cell.conductor.stop();
    try {
      const { tearDown } = await import('../../../../cell/network/drivers/linux/tear-down.ts');
      await tearDown(cell.setup);
      expect((await tryCommand('ip', ['-n', cell.namespace, 'link'])).status).not.toBe(0);
      await cell.agent.start();
      await waitUntil('the host as before', async () => {
        expect(await look(cell.setup)).toEqual(before);
        return true;
      });
    } finally {
      await cell.conductor.start();
    }
  });

  it('says why a VLAN cannot be built here', async () => {
    const network = aNetwork({ segmentType: 'vlan', segmentId: 7 });
    const binding = aBinding(network, 'host-1', ['10.9.0.91']);
    cell.conductor.bindings.set(binding.bindingId, binding);
    const report = await waitUntil('the report', () => cell.conductor.reports.get(binding.bindingId));
    expect(report).toMatchObject({ present: false, settled: false, error: { permanent: true } });
    expect(report.error?.message).toMatch(/8021q|vlanDevice/);
    cell.conductor.bindings.clear();
  });
});
