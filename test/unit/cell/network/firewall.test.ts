import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseIp } from '#platform/objects/ip-address.ts';
import { linkLocal } from '../../../../cell/network/addresses.ts';
import { desiredHost } from '../../../../cell/network/desired-host.ts';
import { type HostSetup, hostSetup } from '../../../../cell/network/drivers/linux/host-setup.ts';
import { networkRules } from '../../../../cell/network/drivers/linux/network-rules.ts';
import { renderPortFilter } from '../../../../cell/network/drivers/linux/port-filter.ts';
import { NOTHING_KNOWN } from '../../../../cell/network/known-definitions.ts';
import { tapName } from '../../../../cell/network/names.ts';
import { aBinding, aNetwork, aSubnet } from '../../../integration/cell/network/a-binding.ts';
import { aHostFacts } from '../../../support/host-facts.ts';

const SETUP: HostSetup = hostSetup({
  hostName: 'host-1',
  namespace: '',
  runtimeDir: '/run/x',
  guestUid: 1,
  serviceUid: 1,
  dnsmasqPath: 'dnsmasq',
  metadataPort: 20_000,
  uplink: 'veth',
  uplinkCidr: '100.127.0.0/30',
  uplinkMasquerade: true,
  vxlanAddress: '',
  vxlanPeers: [],
  vxlanNamespace: '',
  vlanDevice: '',
  announceOn: '',
  connectionsPerGuest: 4_096,
  ...{ securityGroups: 'off', trackedConnectionsPerPort: 16_384 },
  blockedRanges: ['10.200.0.0/16'],
});
const six = aSubnet({ ipVersion: 6, cidr: 'fd00:9::/64', gatewayIp: 'fd00:9::1' });
const network = aNetwork({ external: true, subnets: [aSubnet(), six] });
const binding = aBinding(network, 'host-1', ['10.9.0.11', 'fd00:9::11']);
const desired = desiredHost(
  [binding],
  aHostFacts({
    hasUplink: true,
    blockedRanges: SETUP.blockedRanges,
    connectionsPerGuest: SETUP.connectionsPerGuest,
  }),
);
const portRules = renderPortFilter(desired.networks, desired.firewall, desired.groups);
const hexOf = (address: string): string => `0x${parseIp(address)?.value.toString(16).padStart(32, '0')}`;
/** The rules of a chain, in their order. */
const chain = (name: string, rules = portRules): string[] => {
  const [, body = ''] = rules.split(`chain ${name} {\n`);
  return body
    .slice(0, body.indexOf('}\n  chain') + 1)
    .split('\n')
    .map((line) => line.trim());
};

const tap = tapName(binding.port.id);
const own = linkLocal(binding.port.mac);

test('what a port sends is listed: nothing passes that no rule accepts', () => {
  const names = portRules.match(/(?<=chain )(?!from-ports)\S+-tap\S+/g) ?? [];
  expect(names).toEqual(['arp', 'ip4', 'unaddressed', 'advert', 'ip6', 'rarp', 'from'].map((one) => `${one}-${tap}`));
  for (const name of names.filter((one) => !one.startsWith('ip6-'))) expect(chain(name).at(-2)).toBe('drop');
  expect(chain(`ip6-${tap}`).at(-2)).toBe('goto upper6');
  const shared = ['dhcp-request', 'icmp4', 'udp-ports', 'upper6', 'icmp6', 'fragment6', 'echo6', 'mld'];
  for (const name of shared) expect(chain(name).at(-2)).toBe('drop');
});

test('tagged frames go before any other rule', () => {
  expect(chain('from-ports').slice(0, 4)).toEqual([
    'type filter hook prerouting priority -300; policy accept;',
    'iifname "tap*" ether type { 0x8100, 0x88a8, 0x9100 } drop',
    `iifname vmap { "${tap}" : goto from-${tap} }`,
    'iifname "tap*" drop',
  ]);
});

test('a port speaks for its own addresses and for the link-local address of its MAC', () => {
  const addresses = `{ ${own}, fd00:9::11 }`;
  const targets = `@th,64,128 { ${[own, 'fd00:9::11'].map(hexOf).join(', ')} }`;
  expect(chain(`ip6-${tap}`)).toContain(`ip6 saddr != ${addresses} drop`);
  expect(chain(`advert-${tap}`).slice(0, -1)).toEqual([`${targets} accept`, 'drop']);
  expect(chain(`unaddressed-${tap}`)[0]).toBe(`ip6 nexthdr 58 icmpv6 type nd-neighbor-solicit goto advert-${tap}`);
});

test('address pairs add addresses, but none of the hosts, no metadata and no MAC of hosts', () => {
  const mac = '00:00:5e:00:01:05';
  const pairs = [
    { address: '10.9.0.0/24', mac: binding.port.mac },
    { address: '10.9.0.200', mac },
    { address: '10.9.0.201', mac: '0e:00:00:00:00:01' },
  ];
  const known = { groupIds: [], portSecurity: true, pairs };
  const paired = desiredHost([binding], aHostFacts({ definitions: { ...NOTHING_KNOWN, portOf: () => known } }));
  const rules = renderPortFilter(paired.networks, paired.firewall, paired.groups);
  const of = (name: string) => chain(name, rules);
  expect(of(`ip4-${tap}`).slice(0, -1)).toEqual([
    'ip saddr { 10.9.0.11 } goto upper4',
    'ip saddr 0.0.0.0 ip daddr 255.255.255.255 goto dhcp-request',
    'ip daddr 169.254.169.254 drop',
    expect.stringMatching(/^ip saddr \{ 0\.0\.0\.0\/8, .*10\.9\.0\.1.* \} drop$/),
    'ip saddr { 10.9.0.0/24 } goto upper4',
    'drop',
  ]);
  expect(of(`ip4-${tap}-1`)).toContain('ip saddr { 10.9.0.200 } goto upper4');
  expect(of(`from-${tap}`)[0]).toBe(`ether saddr vmap { ${mac} : goto other-${tap}-1 }`);
  expect(rules).not.toContain('10.9.0.201');
  expect(paired.firewall).not.toBe(desired.firewall);
});

test('who sends with the addresses of pairs asks the metadata server as itself, and nobody is that server', () => {
  const mac = '00:00:5e:00:02:05';
  const pairs = [
    { address: 'fe80::f816:3eff:fe00:b02', mac: binding.port.mac },
    { address: 'fe80::a9fe:a9fe', mac: binding.port.mac },
    { address: 'fe80::200:5eff:fe00:205', mac },
  ];
  const known = { groupIds: [], portSecurity: true, pairs };
  const paired = desiredHost([binding], aHostFacts({ definitions: { ...NOTHING_KNOWN, portOf: () => known } }));
  const of = (name: string) => chain(name, renderPortFilter(paired.networks, paired.firewall, paired.groups));
  const own = linkLocal(binding.port.mac);
  expect(of(`ip6-${tap}`)).toContain(`ip6 daddr fe80::a9fe:a9fe ip6 saddr != ${own} drop`);
  expect(of(`ip6-${tap}-1`)).toContain('ip6 daddr fe80::a9fe:a9fe drop');
  expect(of(`ip6-${tap}`)).toContainEqual(expect.stringMatching(/^ip6 saddr \{ .*fe80::a9fe:a9fe.* \} drop$/));
  expect(of(`advert-${tap}`)).toContainEqual(
    expect.stringMatching(/^@th,64,128 \{ .*0xfe8000000000000000000000a9fea9fe.* \} drop$/),
  );
});

test('a port that is switched off sends and gets nothing', () => {
  const known = { groupIds: [], portSecurity: true, disabled: true };
  const off = desiredHost([binding], aHostFacts({ definitions: { ...NOTHING_KNOWN, portOf: () => known } }));
  const rules = renderPortFilter(off.networks, off.firewall, off.groups);
  expect(chain('from-ports', rules)[2]).toBe(`iifname vmap { "${tap}" : drop }`);
  expect(chain('to-disabled', rules)[1]).toBe(`oifname { "${tap}" } drop`);
});

test('no guest reaches the VXLAN of a host, also not within a connection that was accepted', () => {
  const rules = chain('forward', desired.networks.map((one) => networkRules(SETUP, one)).join(''));
  const refused = rules.indexOf('udp dport 4789 drop');
  expect(refused).toBeGreaterThan(0);
  expect(refused).toBeLessThan(rules.findIndex((rule) => rule.endsWith(' accept')));
});

test('the link-local address of a MAC', () => {
  expect(linkLocal('fa:16:3e:00:0a:01')).toBe('fe80::f816:3eff:fe00:a01');
});

/** A port without port security. */
const FREE = { generation: 1, groupIds: [], addresses: [], portSecurity: false, addressPairs: [], dhcpOptions: [] };

test('nobody who claims to be behind a guest gets the metadata of another guest', () => {
  const router = {
    ...{ id: randomUUID(), enabled: true, gateway: null, floating: [], forwardings: [] },
    interfaces: [
      {
        ...{ portId: randomUUID(), networkId: network.id, mac: 'fa:16:3e:00:00:01' },
        addresses: network.subnets.map(({ id, gatewayIp }) => ({ subnetId: id, address: gatewayIp ?? '' })),
      },
    ],
    routes: [{ destination: '0.0.0.0/0', nexthop: '10.9.0.11' }],
  };
  const host = desiredHost(
    [binding],
    aHostFacts({
      enforcesGroups: true,
      definitions: {
        ...NOTHING_KNOWN,
        routersOf: () => [router],
        portOf: () => ({ ...FREE, id: binding.port.id }),
      },
    }),
  );
  const groups = host.groups ?? null;
  const [between = ''] = chain('between-ports', renderPortFilter(host.networks, host.firewall, groups)).filter((line) =>
    line.startsWith(`iifname { "${tap}" } oifname "rtr`),
  );
  expect(between).toContain('ip saddr != { 10.9.0.0/24 } ip daddr != 169.254.169.254 accept');
  const metadata = chain('to-metadata', host.networks.map((one) => networkRules(SETUP, one)).join(''));
  expect(metadata.join('\n')).toContain('ip saddr { 10.9.0.0/24 } ip daddr 169.254.169.254 tcp dport 80 dnat');
});
