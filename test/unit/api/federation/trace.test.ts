import { describe, expect, it } from 'vitest';
import type { RouterDefinition } from '#platform/objects/definitions.ts';
import type { Network } from '#platform/objects/network.ts';
import type { Packet } from '../../../../api/federation/networks/packet.ts';
import { type TraceFacts, tracePacket, verdictOf } from '../../../../api/federation/networks/trace.ts';
import type { Seat, TracedPort, TracedRule } from '../../../../api/federation/networks/traced-port.ts';

type TracedNetwork = Network & { readonly adminStateUp: boolean };

const network = (id: string, cidr: string, more: Partial<TracedNetwork> = {}): TracedNetwork => ({
  ...{ id, name: id, mtu: 1450, segmentType: 'vxlan', segmentId: 7, external: false, adminStateUp: true },
  subnets: [
    {
      ...{ id: `${id}-subnet`, ipVersion: 4, cidr, gatewayIp: cidr.replace('0/24', '1'), enableDhcp: true },
      ...{ dnsNameservers: [], hostRoutes: [], serviceIp: null },
    },
  ],
  ...more,
});

const seat = (host: string, more: Partial<NonNullable<Seat['host']>> = {}): Seat => ({
  cell: 'cell-1',
  host: { name: host, up: true, enforcesGroups: true, settled: true, error: null, ...more },
  isChanging: false,
});

const rule = (id: string, direction: 'ingress' | 'egress', more: Partial<TracedRule> = {}): TracedRule => ({
  ...{ id, groupId: 'g', direction, ethertype: 'IPv4', protocol: null, portMin: null, portMax: null },
  ...{ remoteIpPrefix: null, remoteGroupId: null },
  ...more,
});

const port = (id: string, networkId: string, address: string, more: Partial<TracedPort> = {}): TracedPort => ({
  ...{ id, networkId, adminStateUp: true, portSecurity: true, addresses: [address] },
  rules: [rule('out', 'egress'), rule('ssh', 'ingress', { protocol: 'tcp', portMin: 22, portMax: 22 })],
  seat: seat('h1'),
  ...more,
});

const router = (more: Partial<RouterDefinition> = {}): RouterDefinition => ({
  ...{ kind: 'router', id: 'r', generation: 1, enabled: true, routes: [], floating: [], forwardings: [] },
  interfaces: ['a', 'b'].map((id, at) => ({
    ...{ portId: `r-${id}`, networkId: id, mac: '02:00:00:00:00:01' },
    addresses: [{ subnetId: `${id}-subnet`, address: `10.0.${at}.1` }],
  })),
  gateway: null,
  ...more,
});

const A = port('a1', 'a', '10.0.0.5');
const A2 = port('a2', 'a', '10.0.0.6', { seat: seat('h2') });
const B = port('b1', 'b', '10.0.1.5', { seat: seat('h2') });

function trace(more: Partial<TraceFacts> & { readonly packet?: Packet } = {}, ports = [A, A2, B]) {
  const facts: TraceFacts = {
    source: A,
    packet: ssh('10.0.0.5', '10.0.0.6'),
    portAt: (networkId, address) =>
      ports.find((one) => one.networkId === networkId && one.addresses.includes(address)) ?? null,
    networks: new Map([network('a', '10.0.0.0/24'), network('b', '10.0.1.0/24')].map((one) => [one.id, one])),
    routers: [],
    isMember: () => false,
    ...more,
  };
  const hops = tracePacket(facts);
  return { verdict: verdictOf(hops), at: hops.map(({ at }) => at), last: hops.at(-1) };
}

const ssh = (from: string, to: string): Packet => ({ version: 4, protocol: 6, port: 22, from, to });

describe('a trace', () => {
  it('follows a packet to a port of the same network on another host', () => {
    expect(trace()).toMatchObject({
      verdict: 'passes',
      at: ['port', 'sender', 'security groups', 'network', 'segment', 'port', 'security groups'],
      last: { host: 'h2', reason: 'rule ssh of group g allows it' },
    });
  });

  it('names what no rule allows, on either side', () => {
    expect(trace({ packet: { ...ssh('10.0.0.5', '10.0.0.6'), port: 80 } })).toMatchObject({
      verdict: 'drops',
      last: { at: 'security groups', subject: 'a2', reason: 'no ingress rule of its groups allows it' },
    });
    expect(trace({ source: { ...A, rules: [] } })).toMatchObject({
      verdict: 'drops',
      last: { at: 'security groups', subject: 'a1', reason: 'no egress rule of its groups allows it' },
    });
  });

  it('knows members of a remote group', () => {
    const members = port('a2', 'a', '10.0.0.6', { rules: [rule('peers', 'ingress', { remoteGroupId: 'g' })] });
    const isMember = (groupId: string, address: string) => groupId === 'g' && address === '10.0.0.5';
    expect(trace({ isMember }, [members]).verdict).toBe('passes');
    expect(trace({}, [members]).verdict).toBe('drops');
  });

  it('drops a forged sender, unless port security is off', () => {
    const packet = ssh('10.0.0.9', '10.0.0.6');
    expect(trace({ packet })).toMatchObject({ verdict: 'drops', last: { at: 'sender' } });
    expect(trace({ packet, source: { ...A, portSecurity: false } }).verdict).toBe('passes');
  });

  it('says that groups do not count where the host does not enforce them', () => {
    const free = { ...A2, rules: [], seat: seat('h2', { enforcesGroups: false }) };
    expect(trace({}, [free])).toMatchObject({
      verdict: 'passes',
      last: { reason: 'the host does not enforce security groups' },
    });
  });

  it('is not sure of a host that does not answer, of a port not yet plugged, and of a change on its way', () => {
    for (const other of [
      { ...A2, seat: seat('h2', { up: false }) },
      { ...A2, seat: seat('h2', { settled: false }) },
      { ...A2, seat: { cell: 'cell-1', host: null, isChanging: false } },
      { ...A2, seat: { ...seat('h2'), isChanging: true } },
    ])
      expect(trace({}, [other]).verdict).toBe('unknown');
  });

  it('drops at a port that is down, unused, or that its host could not plug', () => {
    const reasons = [
      { ...A2, adminStateUp: false },
      { ...A2, seat: null },
      { ...A2, seat: seat('h2', { error: 'no VLAN here' }) },
    ].map((other) => trace({}, [other]).last?.reason);
    expect(reasons).toEqual([
      'admin_state_up of the port is false',
      'no server uses the port',
      'the host could not plug it: no VLAN here',
    ]);
  });

  it('does not leave the host on a flat network', () => {
    const networks = new Map([['a', network('a', '10.0.0.0/24', { segmentType: 'flat', segmentId: null })]]);
    expect(trace({ networks })).toMatchObject({ verdict: 'drops', last: { at: 'segment' } });
    expect(trace({ networks }, [{ ...A2, seat: seat('h1') }]).verdict).toBe('passes');
  });

  it('goes nowhere from a network without a router, and to nobody at an address without a port', () => {
    expect(trace({ packet: ssh('10.0.0.5', '10.0.1.5') }).last?.reason).toBe(
      'no router of the network leads to 10.0.1.5',
    );
    expect(trace({ packet: ssh('10.0.0.5', '10.0.0.77') }).last?.reason).toBe('no port of the network has 10.0.0.77');
    expect(trace({ packet: ssh('10.0.0.5', '10.0.0.1') }).verdict).toBe('passes');
  });

  it('is routed to another network on the host of the sender', () => {
    const packet = ssh('10.0.0.5', '10.0.1.5');
    expect(trace({ packet, routers: [router()] })).toMatchObject({
      verdict: 'passes',
      at: ['port', 'sender', 'security groups', 'network', 'router', 'segment', 'port', 'security groups'],
    });
    expect(trace({ packet, routers: [router({ enabled: false })] })).toMatchObject({
      verdict: 'drops',
      last: { at: 'router' },
    });
  });

  it('takes an extra route to its next hop', () => {
    const routers = [router({ routes: [{ destination: '172.16.0.0/16', nexthop: '10.0.1.5' }] })];
    expect(trace({ packet: ssh('10.0.0.5', '172.16.3.4'), routers })).toMatchObject({
      verdict: 'passes',
      last: { subject: 'b1' },
    });
  });

  const gateway = { networkId: 'public', addresses: [], snat: true };

  it('leaves with its own address of IPv6 when that is valid outside', () => {
    const six = network('a', 'fd00:a::/64');
    const [subnet] = six.subnets;
    if (subnet === undefined) throw new Error('it has one');
    Object.assign(subnet, { ipVersion: 6, gatewayIp: 'fd00:a::1' });
    const packet: Packet = { ...ssh('fd00:a::5', '2001:db8::7'), version: 6 };
    const rules = [rule('out', 'egress', { ethertype: 'IPv6' })];
    const source = port('a1', 'a', 'fd00:a::5', { rules });
    const interfaces = [
      {
        portId: 'p',
        networkId: 'a',
        mac: '02:00:00:00:00:01',
        addresses: [{ subnetId: 'a-subnet', address: 'fd00:a::1' }],
      },
    ];
    const facts = { packet, source, networks: new Map([[six.id, six]]) };
    const leading = router({ gateway, interfaces, outsideSubnets: ['a-subnet'] });
    expect(trace({ ...facts, routers: [leading] }, [])).toMatchObject({ verdict: 'passes', last: { at: 'outside' } });
    expect(trace({ ...facts, routers: [router({ gateway, interfaces })] }, [])).toMatchObject({
      ...{ verdict: 'drops', last: { at: 'router', reason: expect.stringContaining('address scope') } },
    });
  });

  it('leaves by the gateway of the router that has the subnet’s gateway address', () => {
    const packet = ssh('10.0.0.5', '198.51.100.7');
    expect(trace({ packet, routers: [router({ gateway })] })).toMatchObject({
      verdict: 'passes',
      last: { at: 'outside', subject: '198.51.100.7' },
    });
    expect(trace({ packet, routers: [router()] }).verdict).toBe('drops');
  });

  it('comes in by a floating address, whose sender is the floating address of the source', () => {
    const floating = [
      { id: 'f1', address: '203.0.113.9', portId: 'b1', fixedAddress: '10.0.1.5' },
      { id: 'f2', address: '203.0.113.8', portId: 'a1', fixedAddress: '10.0.0.5' },
    ];
    const onlyFrom = (remoteIpPrefix: string) => ({ ...B, rules: [rule('from', 'ingress', { remoteIpPrefix })] });
    const packet = ssh('10.0.0.5', '203.0.113.9');
    const routers = [router({ gateway, floating })];
    expect(trace({ packet, routers }, [onlyFrom('203.0.113.8/32')])).toMatchObject({
      verdict: 'passes',
      at: ['port', 'sender', 'security groups', 'network', 'router', 'floating address', 'port', 'security groups'],
    });
    expect(trace({ packet, routers }, [onlyFrom('10.0.0.0/24')]).verdict).toBe('drops');
  });
});
