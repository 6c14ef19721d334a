import { expect, test } from 'vitest';
import { linkLocal } from '../../../../cell/network/addresses.ts';
import { desiredHost } from '../../../../cell/network/desired-host.ts';
import { renderFirewall } from '../../../../cell/network/drivers/linux/firewall.ts';
import { type HostSetup, hostSetup } from '../../../../cell/network/drivers/linux/host-setup.ts';
import { bridgeMac, tapName } from '../../../../cell/network/names.ts';
import { aBinding, aNetwork, aSubnet } from '../../../integration/cell/network/a-binding.ts';

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
  vlanDevice: '',
});
const six = aSubnet({ ipVersion: 6, cidr: 'fd00:9::/64', gatewayIp: 'fd00:9::1' });
const network = aNetwork({ external: true, subnets: [aSubnet(), six] });
const binding = aBinding(network, 'host-1', ['10.9.0.11', 'fd00:9::11']);
const rules = renderFirewall(
  SETUP,
  desiredHost([binding], {
    slotOf: () => 1,
    hasUplink: true,
    carries: () => false,
    goneTaps: new Set(),
    complete: true,
  }),
);
/** The rules of a chain, in their order. */
const chain = (name: string): string[] => {
  const [, body = ''] = rules.split(`chain ${name} {\n`);
  return body
    .slice(0, body.indexOf('}\n  chain') + 1)
    .split('\n')
    .map((line) => line.trim());
};

test('a port advertises itself as a neighbour, and nobody else', () => {
  const gateway = linkLocal(bridgeMac(network.id));
  const tap = tapName(binding.port.id);
  const port = chain(`from-${tap}`);
  const before = port.slice(
    0,
    port.findIndex((rule) => rule.startsWith('ip6 saddr {')),
  );
  expect(before).toContain(`icmpv6 type nd-neighbor-advert jump adverts-${tap}`);
  expect(before).toContain(`ip6 saddr ${gateway} drop`);
  expect(chain(`adverts-${tap}`).slice(1, -1)).toEqual([
    '@th,64,16 & 0xffc0 == 0xfe80 return',
    '@th,64,128 { 0xfd000009000000000000000000000011 } return',
    'drop',
  ]);
});

test('no guest reaches the VXLAN of a host, also not within a connection that was accepted', () => {
  const rules = chain('forward');
  const refused = rules.indexOf('udp dport 4789 drop');
  expect(refused).toBeGreaterThan(0);
  expect(refused).toBeLessThan(rules.findIndex((rule) => rule.endsWith(' accept')));
});

test('the link-local address of a MAC', () => {
  expect(linkLocal('fa:16:3e:00:0a:01')).toBe('fe80::f816:3eff:fe00:a01');
});
