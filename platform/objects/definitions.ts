import { type Static, Type } from 'typebox';
import { FixedIp, Network, Subport } from './network.ts';
import { Count, Mac, nullable, oneOf, Uuid } from './scalars.ts';
import { TrafficLimits } from './traffic-limits.ts';

/**
 * What hosts must know beyond what a build says (docs/decisions/0030). A definition is whole: it replaces the one of the same kind and id that
 * has a lower generation. Its generation grows with each change of what it is made from, so an id never has two contents of one generation.
 */
export const GroupRule = Type.Object({
  direction: Type.Union([Type.Literal('ingress'), Type.Literal('egress')]),
  ethertype: Type.Union([Type.Literal('IPv4'), Type.Literal('IPv6')]),
  /** A name or a number as the rule was given; null: any. */
  protocol: nullable(Type.String()),
  /** Ports of tcp, udp and their like; type and code of icmp. null: any. */
  portMin: nullable(Count),
  portMax: nullable(Count),
  /** At most one of the two is given. Neither: everybody. */
  remoteIpPrefix: nullable(Type.String()),
  remoteGroupId: nullable(Uuid),
  /** true: it lets single packets pass, and no answers to them. Left out: connections. */
  stateless: Type.Optional(Type.Boolean()),
});
export type GroupRule = Static<typeof GroupRule>;

/** A security group and all of its rules. */
export const GroupDefinition = Type.Object({
  kind: Type.Literal('group'),
  id: Uuid,
  generation: Count,
  rules: Type.Array(GroupRule),
});
export type GroupDefinition = Static<typeof GroupDefinition>;

/** What a port may send besides its own: an address or a range of them (`10.0.0.0/24`), from a MAC. */
export const AddressPair = Type.Object({ address: Type.String(), mac: Mac });
export type AddressPair = Static<typeof AddressPair>;

/** What a port's DHCP client is told besides what its subnets say. `name`: of the list in dhcp-options.ts, or a number. */
export const DhcpOption = Type.Object({
  name: Type.String(),
  value: Type.String(),
  version: Type.Union([Type.Literal(4), Type.Literal(6)]),
});
export type DhcpOption = Static<typeof DhcpOption>;

/** What a host knows of a port beyond its binding. */
export const PortContent = Type.Object({
  groupIds: Type.Array(Uuid),
  /** false: neither groups nor rules against forged senders apply to the port. */
  portSecurity: Type.Boolean(),
  /** Left out: none. */
  pairs: Type.Optional(Type.Array(AddressPair)),
  /** Left out: none. */
  dhcpOptions: Type.Optional(Type.Array(DhcpOption)),
  /** Its name in DHCP. Left out: the host name of its server. */
  dnsName: Type.Optional(Type.String()),
  /** true: it passes nothing. Left out: false. */
  disabled: Type.Optional(Type.Boolean()),
  /** Of its own policy. Left out: those of its network. */
  limits: Type.Optional(TrafficLimits),
});
export type PortContent = Static<typeof PortContent>;

/** A port as a member of its groups, and as its own host filters it. */
export const PortDefinition = Type.Object({
  kind: Type.Literal('port'),
  id: Uuid,
  generation: Count,
  ...PortContent.properties,
  /** Its fixed addresses and those of its pairs. Its groups let these in where a rule names one of them as remote. */
  addresses: Type.Array(Type.String()),
  /** Of a port of a server in the cell: what the cell writes into the record of that server. */
  server: Type.Optional(
    Type.Object({
      uuid: Uuid,
      fixedIps: Type.Array(FixedIp),
      /** Of the trunk whose parent the port is. Left out: none. */
      subports: Type.Optional(Type.Array(Subport)),
    }),
  ),
});
export type PortDefinition = Static<typeof PortDefinition>;

/** A network and its subnets. */
const NetworkDefinition = Type.Object({
  kind: Type.Literal('network'),
  id: Uuid,
  generation: Count,
  network: Network,
});
export type NetworkDefinition = Static<typeof NetworkDefinition>;

const RouterAddress = Type.Object({ subnetId: Uuid, address: Type.String() });

/** What a router does. Routers and their parts are the project's: addresses are as tenants chose them. */
export const RouterContent = Type.Object({
  /** false: it passes nothing. */
  enabled: Type.Boolean(),
  /** Its ports on networks of the project. */
  interfaces: Type.Array(
    Type.Object({ portId: Uuid, networkId: Uuid, mac: Mac, addresses: Type.Array(RouterAddress) }),
  ),
  /** null: it leads nowhere outside. `snat`: what leaves by it has another sender. */
  gateway: nullable(Type.Object({ networkId: Uuid, addresses: Type.Array(RouterAddress), snat: Type.Boolean() })),
  /** IPv6 subnets of its interfaces whose addresses are valid outside, too: they leave by the gateway as they are. Left out: none. */
  outsideSubnets: Type.Optional(Type.Array(Uuid)),
  /** Beyond those of its networks. */
  routes: Type.Array(Type.Object({ destination: Type.String(), nexthop: Type.String() })),
  /** Addresses outside, each with the port to which it leads. */
  floating: Type.Array(Type.Object({ id: Uuid, address: Type.String(), portId: Uuid, fixedAddress: Type.String() })),
  /** Ports of an address outside, each with the port of a server to which it leads. */
  forwardings: Type.Array(
    Type.Object({
      id: Uuid,
      address: Type.String(),
      protocol: Type.Union([Type.Literal('tcp'), Type.Literal('udp')]),
      portMin: Count,
      portMax: Count,
      portId: Uuid,
      fixedAddress: Type.String(),
      fixedPortMin: Count,
      fixedPortMax: Count,
    }),
  ),
});
export type RouterContent = Static<typeof RouterContent>;

const RouterDefinition = Type.Object({
  kind: Type.Literal('router'),
  id: Uuid,
  generation: Count,
  ...RouterContent.properties,
});
export type RouterDefinition = Static<typeof RouterDefinition>;

export const Definition = Type.Union([GroupDefinition, NetworkDefinition, PortDefinition, RouterDefinition]);
export type Definition = Static<typeof Definition>;

/** In the order in which the definitions of a cell are listed. */
export const DEFINITION_KINDS = ['group', 'network', 'port', 'router'] as const;

export const DefinitionKey = Type.Object({
  kind: oneOf(DEFINITION_KINDS),
  id: Uuid,
});
export type DefinitionKey = Static<typeof DefinitionKey>;

/** What one side knows of a definition, for the comparison of both. */
export const KnownDefinition = Type.Object({ ...DefinitionKey.properties, generation: Count });
export type KnownDefinition = Static<typeof KnownDefinition>;
