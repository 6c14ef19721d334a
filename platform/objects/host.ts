import { type Static, Type } from 'typebox';
import { DeviceAddresses, HostDevices } from './host-device.ts';
import { HostNodes, NodeUses } from './host-topology.ts';
import { JsonValue } from './json-value.ts';
import { SegmentType } from './network.ts';
import { Resources } from './resources.ts';
import { Count, Name, nullable, StringMap, Timestamp, Uuid } from './scalars.ts';

/** What a compute agent says of a host it drives. */
export const HostReport = Type.Object({
  name: Name,
  /** `hypervisor_hostname`; equals `name` unless one host has several nodes. */
  node: Name,
  hypervisorType: Type.String(),
  hypervisorVersion: Count,
  /** Physical amounts, before ratios and reservations. */
  total: Resources,
  reserved: Resources,
  /** CPU architecture, features and topology, as os-hypervisors shows them. */
  cpuInfo: Type.Record(Type.String(), JsonValue),
  hostIp: Type.String(),
  /** What guests can be given here, for image properties: architectures, disk buses, machine types, … */
  capabilities: Type.Record(Type.String(), Type.Array(Type.String())),
  /** What a user can be told about uptime, in the words of uptime(1); null where unknown. Its cell says it anew from `bootedAt`. */
  uptime: nullable(Type.String()),
  /** When the host began to run; absent from agents of earlier releases. */
  bootedAt: Type.Optional(Timestamp),
  /** Why the host can take no new guests now, as a sentence; null or absent when it can. Guests that it has are not concerned. */
  problem: Type.Optional(nullable(Type.String())),
  /** Its NUMA nodes. Absent: it does not tell, and takes no guest that asks for nodes, CPUs of its own or pages. */
  nodes: Type.Optional(HostNodes),
  /** The devices that it can give to guests. Absent: none. */
  devices: Type.Optional(HostDevices),
  /** What the host measures (`cpu.percent`, …), if its agent is told to. Absent: nothing. */
  metrics: Type.Optional(Type.Record(Name, Type.Number({ minimum: -1e18, maximum: 1e18 }))),
});
export type HostReport = Static<typeof HostReport>;

/** Property of images → value → how many servers are of images with it. */
const ImageCounts = Type.Record(Type.String(), Type.Record(Type.String(), Count));
export type ImageCounts = Static<typeof ImageCounts>;

const Ratio = Type.Number({ minimum: 0, maximum: 1e6 });

/** A host as its cell tells it: the report, and what the cell knows about it. `version` grows with every change of any field. */
export const Host = Type.Object({
  ...HostReport.properties,
  id: Uuid,
  version: Count,
  serviceId: Uuid,
  /** Its agent answers (heartbeat fresh) and is not forced down. */
  up: Type.Boolean(),
  forcedDown: Type.Boolean(),
  enabled: Type.Boolean(),
  disabledReason: nullable(Type.String()),
  lastSeenAt: nullable(Timestamp),
  startedAt: Timestamp,
  ratios: Type.Object({ vcpus: Ratio, ramMb: Ratio, diskGb: Ratio }),
  /** Sum of the claims. */
  used: Resources,
  /** What the claims of guests with a topology have of its nodes. Absent: nothing. */
  nodesUsed: Type.Optional(NodeUses),
  /** The addresses of the devices that claims have. Absent: none. */
  devicesUsed: Type.Optional(DeviceAddresses),
  /** Its claims. */
  runningGuests: Count,
  /** The servers that are being built, moved, saved or rescued on it. Absent: its cell is of an earlier release and does not tell. */
  ioOps: Type.Optional(Count),
  /** Builds that failed on it one after the other; 0 again after a success. */
  buildFailures: Count,
  /** Until then the host gets builds only where no other host fits. Null: none has failed. Absent: its cell is of an earlier release. */
  buildTrialAt: Type.Optional(nullable(Timestamp)),
  /** That time is over, and no build has succeeded or failed since: the host is given one at a time. */
  onTrial: Type.Optional(Type.Boolean()),
  /** Members of server groups on it: group id → count. */
  groups: Type.Record(Type.String(), Count),
  /** Of its servers. Absent: none has an image with properties, or nobody asked (`withImageProperties` of the door). */
  imageProperties: Type.Optional(ImageCounts),
  labels: StringMap,
  /** The types of networks that the host carries. Absent: any; its network agent, or its cell, is of an earlier release and does not tell. */
  segmentTypes: Type.Optional(Type.Array(SegmentType)),
  /** It gives subports their tags (802.1Q). Absent: it does not tell. */
  tagsFrames: Type.Optional(Type.Boolean()),
});
export type Host = Static<typeof Host>;

/** The most a host may have claimed of something: (total − reserved) × ratio, rounded down. */
export function capacity(host: Pick<Host, 'total' | 'reserved' | 'ratios'>): Resources {
  const of = (key: keyof Resources) => Math.floor((host.total[key] - host.reserved[key]) * host.ratios[key]);
  return { vcpus: of('vcpus'), ramMb: of('ramMb'), diskGb: of('diskGb') };
}
