import { describe, expect, it } from 'vitest';
import { loadConfig } from '#platform/config/load.ts';
import { canonical, destination, netmask, nthAddress } from '../../../../cell/network/addresses.ts';
import { networkSection } from '../../../../cell/network/config.ts';
import { hostSetup } from '../../../../cell/network/drivers/linux/host-setup.ts';

const load = (environment: Record<string, string>) => loadConfig({ network: networkSection }, { environment }).network;

describe('the configuration of the network agent', () => {
  it('names namespace and runtime folder by the host unless told', () => {
    expect(hostSetup(load({ VOLVOX_NETWORK_HOST_NAME: 'h7' }))).toMatchObject({
      namespace: 'volvox-h7',
      runtimeDir: '/run/volvox-network/volvox-h7',
      uplink: null,
    });
    expect(hostSetup(load({ VOLVOX_NETWORK_NAMESPACE: 'mine', VOLVOX_NETWORK_UPLINK: 'veth' }))).toMatchObject({
      namespace: 'mine',
      uplink: { cidr: '100.64.0.0/30', masquerade: false },
    });
  });

  it('keeps guests from the other hosts and from what the operator names', () => {
    const network = load({
      VOLVOX_NETWORK_BLOCKED_RANGES: '10.200.0.0/16,2001:db8:1::/48',
      VOLVOX_NETWORK_VXLAN_ADDRESS: '192.0.2.1',
      VOLVOX_NETWORK_VXLAN_PEERS: '192.0.2.2,192.0.2.3,2001:db8::3',
    });
    expect(hostSetup(network).blockedRanges).toEqual([
      ...['10.200.0.0/16', '192.0.2.1/32', '192.0.2.2/32', '192.0.2.3/32'],
      ...['2001:db8:1::/48', '2001:db8::3/128'],
    ]);
  });

  it('announces on a device that is named', () => {
    expect(hostSetup(load({})).announceOn).toBe('');
    const environment = { VOLVOX_NETWORK_UPLINK: 'veth', VOLVOX_NETWORK_ANNOUNCE_ON: 'eth0' };
    expect(hostSetup(load(environment)).announceOn).toBe('eth0');
  });

  it.each([
    { VOLVOX_NETWORK_NAMESPACE: '../etc' },
    { VOLVOX_NETWORK_UPLINK_CIDR: '10.0.0.0/31' },
    { VOLVOX_NETWORK_UPLINK_CIDR: 'fd00::/64' },
    { VOLVOX_NETWORK_BLOCKED_RANGES: '10.0.0.0/8,management' },
    { VOLVOX_NETWORK_BLOCKED_RANGES: 'fd00::/129' },
    { VOLVOX_NETWORK_DRIVER: 'magic' },
    { VOLVOX_NETWORK_GUEST_UID: '65533' },
    { VOLVOX_NETWORK_SERVICE_UID: '65534' },
    { VOLVOX_NETWORK_SERVICE_UID: '200000' },
    { VOLVOX_NETWORK_GUEST_UID: '200001' },
    { VOLVOX_NETWORK_ANNOUNCE_ON: 'eth0' },
    { VOLVOX_NETWORK_UPLINK: 'veth', VOLVOX_NETWORK_ANNOUNCE_ON: 'eth0; reboot' },
  ])('refuses %j', (environment) => {
    expect(() => load(environment)).toThrow(/network/);
  });
});

describe('addresses', () => {
  it('are written as the kernel writes them', () => {
    expect(canonical('FD00:0:0::0001')).toBe('fd00::1');
    expect(destination('10.0.0.0/24')).toBe('10.0.0.0/24');
    expect(destination('10.0.0.7/32')).toBe('10.0.0.7');
    expect([0, 8, 20, 24, 32].map(netmask)).toEqual([
      '0.0.0.0',
      '255.0.0.0',
      '255.255.240.0',
      '255.255.255.0',
      '255.255.255.255',
    ]);
    expect(nthAddress('100.64.0.252/30', 2)).toBe('100.64.0.254');
  });
});
