import { type Static, Type } from 'typebox';
import { Count, Mac, nullable, oneOf, Uuid } from './scalars.ts';
import { TrafficLimits } from './traffic-limits.ts';

export const Subnet = Type.Object({
  id: Uuid,
  ipVersion: Type.Union([Type.Literal(4), Type.Literal(6)]),
  cidr: Type.String(),
  gatewayIp: nullable(Type.String()),
  enableDhcp: Type.Boolean(),
  dnsNameservers: Type.Array(Type.String()),
  hostRoutes: Type.Array(Type.Object({ destination: Type.String(), nexthop: Type.String() })),
  /** The address that the network agents answer DHCP and metadata from; kept out of allocation. */
  serviceIp: nullable(Type.String()),
});
export type Subnet = Static<typeof Subnet>;

/** What carries a network from host to host. */
export const SEGMENT_TYPES = ['flat', 'vlan', 'vxlan'] as const;
export const SegmentType = oneOf(SEGMENT_TYPES);
export type SegmentType = Static<typeof SegmentType>;
export const isSegmentType = (text: string): text is SegmentType => SEGMENT_TYPES.some((type) => type === text);

/** A network as hosts need it: what to build, not who owns it. */
export const Network = Type.Object({
  id: Uuid,
  name: Type.String(),
  mtu: Count,
  segmentType: SegmentType,
  segmentId: nullable(Count),
  /** Whether guests reach the outside through NAT. */
  external: Type.Boolean(),
  subnets: Type.Array(Subnet),
  /** Of the names of its guests, without a dot at its end. Absent: none. */
  dnsDomain: Type.Optional(Type.String()),
  /** false: hosts pass nothing of it. Absent: true. */
  adminStateUp: Type.Optional(Type.Boolean()),
  /** Of its ports that have none of their own. Left out: none. */
  limits: Type.Optional(TrafficLimits),
});
export type Network = Static<typeof Network>;

export const FixedIp = Type.Object({ subnetId: Uuid, address: Type.String() });
export type FixedIp = Static<typeof FixedIp>;

/** A port whose frames come tagged on the card of another port, its parent. It has its own network, addresses and groups. */
export const Subport = Type.Object({
  id: Uuid,
  /** Of the tag. */
  segmentationId: Type.Integer({ minimum: 1, maximum: 4094 }),
  mac: Mac,
  fixedIps: Type.Array(FixedIp),
  securityGroupIds: Type.Array(Uuid),
  network: Network,
});
export type Subport = Static<typeof Subport>;

/** A port as an instance and its host need it. */
export const Port = Type.Object({
  id: Uuid,
  networkId: Uuid,
  mac: Mac,
  fixedIps: Type.Array(FixedIp),
  /** Device tag given at create (microversion 2.32/2.42). */
  tag: nullable(Type.String()),
  /** true: the user brought the port, and it outlives the server; false: made for this server, and deleted with it. */
  preserveOnDelete: Type.Boolean(),
  securityGroupIds: Type.Array(Uuid),
  /** Of the port when this was read. A later one replaces its addresses and groups. Left out: of a build of an earlier release. */
  revision: Type.Optional(Count),
  /** Of the trunk whose parent it is. Left out: none. */
  subports: Type.Optional(Type.Array(Subport)),
});
export type Port = Static<typeof Port>;

/** What changes of a port while a server has it. `revision`: of the port; a later one replaces an earlier one. */
export const PortChange = Type.Object({
  id: Uuid,
  revision: Count,
  fixedIps: Type.Array(FixedIp),
  securityGroupIds: Type.Array(Uuid),
  /** Left out: they stay as they are. */
  subports: Type.Optional(Type.Array(Subport)),
});
export type PortChange = Static<typeof PortChange>;

/** Kernel names of a port's tap device: 15 characters are allowed, Neutron's habit is `tap` + 11 of the id. */
export const tapName = (portId: string): string => `tap${portId.slice(0, 11)}`;
