import { describe, expect, it } from 'vitest';
import type { Network } from '#platform/objects/network.ts';
import { desiredHost, type HostFacts } from '../../../../cell/network/desired-host.ts';
import { type KnownDefinitions, type KnownRouter, NOTHING_KNOWN } from '../../../../cell/network/known-definitions.ts';
import { bridgeName, gatewayMac, reachMac, routerPart, tapName } from '../../../../cell/network/names.ts';
import { aBinding } from '../../../integration/cell/network/a-binding.ts';
import { aRange, aRouter } from '../../../integration/cell/network/routers/a-router.ts';
import { aHostFacts } from '../../../support/host-facts.ts';

const knowing = (networks: readonly Network[], routers: readonly KnownRouter[]): KnownDefinitions => ({
  ...NOTHING_KNOWN,
  networkOf: (id) => networks.find((one) => one.id === id) ?? null,
  routersOf: (id) => routers.filter((one) => one.interfaces.some(({ networkId }) => networkId === id)),
});
const [front, back, third] = [aRange(1), aRange(2), aRange(3)];
const binding = aBinding(front, 'host-1', ['10.1.0.11']);
const hostWith = (routers: readonly KnownRouter[], facts: Partial<HostFacts> = {}, networks = [front, back, third]) =>
  desiredHost([binding], aHostFacts({ definitions: knowing(networks, routers), ...facts }));
const networkIn = (host: ReturnType<typeof hostWith>, { id }: Network) => {
  const network = host.networks.find(({ networkId }) => networkId === id);
  if (network === undefined) throw new Error('not built');
  return network;
};
const gateway = { networkId: third.id, addresses: [{ subnetId: third.id, address: '198.51.100.9' }], snat: true };
const viaOf = ({ id }: KnownRouter): string => `via${routerPart(id)}`;
const netOf = ({ id }: Network): string => `net${bridgeName(id).slice(3)}`;

describe('what a host builds of routers', () => {
  it('is every network of the routers of its ports, and no network besides', () => {
    const host = hostWith([aRouter([front, back]), aRouter([third])]);
    expect(host.networks.map(({ networkId }) => networkId).sort()).toEqual([front.id, back.id].sort());
    expect(networkIn(host, back)).toMatchObject({ ports: [], dhcp: null });
    expect(host.routers).toHaveLength(1);
  });

  it('takes the definition of a network before that of a binding', () => {
    const host = hostWith([], {}, [{ ...front, mtu: 1400 }]);
    expect(networkIn(host, front).mtu).toBe(1400);
    expect(networkIn(hostWith([], {}, []), front).mtu).toBe(front.mtu);
  });

  it('routes between both families of its networks by addresses that no tenant chooses', () => {
    const router = aRouter([front, back]);
    const [built] = hostWith([router]).routers;
    expect(built).toMatchObject({
      addresses: ['10.1.0.1', '10.2.0.1', 'fd00:1::1', 'fd00:2::1'],
      routes: [
        `10.1.0.0/24 via inet6 fe80::2 dev ${netOf(front)} src 10.1.0.1`,
        `10.2.0.0/24 via inet6 fe80::2 dev ${netOf(back)} src 10.2.0.1`,
        `fd00:1::/64 via fe80::2 dev ${netOf(front)} src fd00:1::1`,
        `fd00:2::/64 via fe80::2 dev ${netOf(back)} src fd00:2::1`,
      ],
      outside: null,
    });
    const leg = built?.legs.find(({ bridge }) => bridge === bridgeName(front.id));
    expect(leg).toMatchObject({
      sources: ['10.1.0.0/24', 'fd00:1::/64'],
      routes: [
        `10.2.0.0/24 via inet6 fe80::1 dev ${viaOf(router)} src 10.1.0.1`,
        `fd00:2::/64 via fe80::1 dev ${viaOf(router)} src fd00:1::1`,
      ],
    });
  });

  it('leaves out an interface in a network or subnet that it does not know or cannot build', () => {
    const router = aRouter([front, back]);
    expect(hostWith([router], {}, [front]).routers[0]?.legs).toHaveLength(1);
    expect(hostWith([router], { canBuild: () => false }).networks).toHaveLength(1);
    const [interface1] = router.interfaces;
    const other = {
      ...router,
      interfaces: [{ ...interface1, addresses: [{ subnetId: back.id, address: '10.1.0.1' }] }],
    };
    expect(hostWith([other as KnownRouter]).routers).toEqual([]);
  });

  it('is nothing of a router that is switched off', () => {
    const host = hostWith([aRouter([front, back], { enabled: false })]);
    expect([host.routers, host.networks.map(({ routing }) => routing)]).toEqual([[], [null]]);
  });

  it('leads an extra route to its next hop, from each network of the router', () => {
    const routes = [
      { destination: '10.77.0.9/16', nexthop: '10.2.0.50' },
      { destination: 'fd77::/64', nexthop: 'fd00:2::50' },
      // By no network of the router, by the namespace itself, and to what is not routed.
      { destination: '10.78.0.0/16', nexthop: '192.0.2.1' },
      { destination: '10.78.1.0/24', nexthop: '10.2.0.1' },
      { destination: '224.0.0.0/4', nexthop: '10.2.0.50' },
      { destination: 'fe80::/64', nexthop: 'fd00:2::50' },
    ];
    const router = aRouter([front, back], { routes });
    const host = hostWith([router]);
    expect(networkIn(host, back).routing).toMatchObject({
      behindGuests: { ranges: ['10.77.0.0/16', 'fd77::/64'], sources: ['10.2.0.0/24', 'fd00:2::/64'] },
      routes: expect.arrayContaining([
        '10.77.0.0/16 via 10.2.0.50 dev reach onlink',
        '10.77.0.0/16 via 10.2.0.50 dev reach onlink table 200',
        'fd00:2::50 dev reach',
        'fd77::/64 via fd00:2::50 dev reach onlink',
      ]),
    });
    const leg = host.routers[0]?.legs.find(({ bridge }) => bridge === bridgeName(front.id));
    expect(leg?.routes).toContain(`10.77.0.0/16 via inet6 fe80::1 dev ${viaOf(router)} src 10.1.0.1`);
    const refused = networkIn(host, back).routing?.routes.filter((route) => /^(10\.78|224|fe80)/.test(route));
    expect(refused).toEqual([]);
  });

  it('leads by an extra route to another router of the same network', () => {
    const [first, second] = [
      aRouter([front, back], { routes: [{ destination: '10.3.0.0/24', nexthop: '10.2.0.9' }] }),
      aRouter([third, back]),
    ];
    const [toThird, toBack] = second.interfaces;
    const address = { subnetId: back.subnets[0]?.id ?? '', address: '10.2.0.9' };
    const other = { ...second, interfaces: [toThird, { ...toBack, addresses: [address] }] } as KnownRouter;
    const bindings = [binding, aBinding(back, 'host-1', ['10.2.0.12'])];
    const host = desiredHost(bindings, aHostFacts({ definitions: knowing([front, back, third], [first, other]) }));
    const leg = host.routers
      .find(({ routerId }) => routerId === other.id)
      ?.legs.find(({ bridge }) => bridge === bridgeName(back.id));
    expect(leg?.routes).toContain(`10.3.0.0/24 via inet6 fe80::1 dev ${viaOf(other)} table 200`);
    expect(networkIn(host, back).addresses).toContain('10.2.0.9/24');
  });

  it('has its default route by the router with a gateway that has the gateway of a subnet', () => {
    const router = aRouter([front, back], { gateway });
    const defaultOf = (host: ReturnType<typeof hostWith>) =>
      host.routers.flatMap(({ legs }) =>
        legs.flatMap(({ routes }) => routes.filter((one) => one.startsWith('0.0.0.0/0'))),
      );
    expect(defaultOf(hostWith([router], { hasUplink: true }))).toHaveLength(2);
    expect(defaultOf(hostWith([router]))).toEqual([]);
    const [interface1] = router.interfaces;
    const address = { subnetId: front.subnets[0]?.id ?? '', address: '10.1.0.254' };
    const elsewhere = { ...router, interfaces: [{ ...interface1, addresses: [address] }] } as KnownRouter;
    expect(defaultOf(hostWith([elsewhere], { hasUplink: true }))).toEqual([]);
  });

  it('answers for floating addresses and forwardings of its own ports', () => {
    const led = (n: number, portId: string) => ({
      ...{
        id: `00000000-0000-4000-8000-00000000000${n}`,
        address: `198.51.100.${n}`,
        portId,
        fixedAddress: '10.1.0.11',
      },
    });
    const forwarding = (n: number, portId: string, port: number) => ({
      ...{ ...led(n, portId), address: '198.51.100.7', protocol: 'tcp' as const },
      ...{ portMin: port, portMax: port, fixedPortMin: 80, fixedPortMax: 80 },
    });
    const [own, other] = [binding.port.id, back.id];
    const tap = tapName(own);
    const router = aRouter([front, back], {
      gateway,
      floating: [led(6, own), led(5, other)],
      forwardings: [forwarding(2, other, 81), forwarding(1, own, 80)],
    });
    const part = routerPart(router.id);
    const host = hostWith([router], { hasUplink: true });
    expect(host.floating).toEqual([
      { address: '198.51.100.6', router: part, tap },
      { address: '198.51.100.7', router: part, tap },
    ]);
    expect(host.routers[0]?.outside?.forwardings).toMatchObject([{ ports: [80, 80] }]);
    // The address is where the port of its first forwarding is.
    const elsewhere = { ...router, forwardings: [forwarding(1, other, 81), forwarding(2, own, 80)] };
    expect(hostWith([elsewhere], { hasUplink: true }).floating).toEqual([
      { address: '198.51.100.6', router: part, tap },
    ]);
    expect(hostWith([router]).floating).toEqual([]);
  });

  describe('that lead IPv6 outside', () => {
    const [, subnet] = front.subnets;
    const outsideSubnets = [subnet?.id ?? ''];
    const gateway6 = { ...gateway, addresses: [{ subnetId: third.id, address: '2001:db8::9' }] };
    const guest = aBinding(front, 'host-1', ['10.1.0.11', 'fd00:1::11']);
    const hostOf = (router: KnownRouter, facts: Partial<HostFacts> = {}) =>
      desiredHost(
        [guest],
        aHostFacts({ definitions: knowing([front, back, third], [router]), hasUplink: true, ...facts }),
      );
    const leading = aRouter([front, back], { gateway: gateway6, outsideSubnets });

    it('answers for the addresses of their own guests, and only subnets that are valid outside have a way there', () => {
      const host = hostOf(leading);
      const router = routerPart(leading.id);
      expect(host.floating).toEqual([{ address: 'fd00:1::11', router, tap: tapName(guest.port.id) }]);
      expect(host.routers[0]?.outside?.ipv6).toEqual({
        ...{ address: '2001:db8::9', ranges: ['fd00:1::/64'], inside: ['fd00:1::1'] },
      });
      expect(host.routers[0]?.routes).toContain('::/0 via fe80::1 dev outside src 2001:db8::9');
      expect(host.routers[0]?.addresses).toContain('2001:db8::9');
      const waysOf = (network: Network) =>
        networkIn(host, network).routing?.ways.map(({ isDefault, outside6 }) => [isDefault, outside6]);
      expect([waysOf(front), waysOf(back)]).toEqual([[[true, ['fd00:1::/64']]], [[true, []]]]);
      const defaults = host.routers[0]?.legs.map(({ routes }) => routes.some((one) => one.startsWith('::/0')));
      expect(defaults?.filter((one) => one)).toHaveLength(1);
    });

    it.each<[string, Partial<KnownRouter>, Partial<HostFacts>]>([
      ['without an uplink', {}, { hasUplink: false }],
      ['without a gateway', { gateway: null }, {}],
      ['without an address of IPv6 outside', { gateway }, {}],
      ['when it is switched off', { enabled: false }, {}],
      ['for no subnet', { outsideSubnets: [] }, {}],
      ['for a subnet of IPv4', { outsideSubnets: [front.subnets[0]?.id ?? ''] }, {}],
    ])('do not %s', (_what, rest, facts) => {
      const host = hostOf({ ...leading, ...rest }, facts);
      expect(host.floating).toEqual([]);
      expect(host.routers[0]?.outside?.ipv6 ?? null).toBeNull();
    });

    it('answer for nothing of the host, whatever the subnet is', () => {
      expect(hostOf(leading, { blockedRanges: ['fd00:1::10/124'] }).floating).toEqual([]);
      expect(hostOf(leading, { blockedRanges: ['2001:db8::/64'] }).floating).toEqual([]);
    });

    it('lead no subnet outside of which another router is the gateway', () => {
      const elsewhere = leading.interfaces.map((one) => ({
        ...one,
        addresses: one.addresses.map(({ subnetId, address }) => ({ subnetId, address: address.replace(/1$/, '9') })),
      }));
      expect(hostOf({ ...leading, interfaces: elsewhere }).floating).toEqual([]);
    });
  });

  it('reaches guests from a MAC of the network on this host', () => {
    const macs = [
      reachMac(front.id, 'host-1'),
      reachMac(front.id, 'host-2'),
      reachMac(back.id, 'host-1'),
      gatewayMac(front.id),
    ];
    expect(new Set(macs).size).toBe(4);
  });
});
