import { type Static, Type } from 'typebox';
import { POWER_STATES } from '../states/power-state.ts';
import { AgentError } from './agent-error.ts';
import { GuestDisk } from './guest-disks.ts';
import { GuestParts, ObservedParts } from './guest-parts.ts';
import { GuestPlacement } from './guest-placement.ts';
import { HostDevices } from './host-device.ts';
import { Image } from './image.ts';
import { Count, Mac, nullable, oneOf, StringMap, Uuid } from './scalars.ts';

/**
 * A guest is the virtual machine of an instance on one host. An instance has one, and a second while it is resized or moved.
 * The cell stores the desired state; the host's agent applies it and reports the observed state. Every change of the desired state
 * raises `generation`. A report names the generation that it acted on, so the cell recognizes a late report.
 */
// Forms: 3, `parts`, and `spec.disks`, which a guest has only together with parts; 2, `spec.diskSource.ticket`, for disks that come from another cell (an agent of form 1 refuses such a guest); 1, the first.

/** Where a guest should be: `absent` means no process and no file of it is left on the host. */
export const DESIRED_POWERS = ['running', 'stopped', 'paused', 'suspended', 'absent'] as const;
export type DesiredPower = (typeof DESIRED_POWERS)[number];

export const GuestNic = Type.Object({
  portId: Uuid,
  networkId: Uuid,
  mac: Mac,
  tapName: Type.String(),
  mtu: Count,
  tag: nullable(Type.String()),
});
export type GuestNic = Static<typeof GuestNic>;

export const GuestSpec = Type.Object({
  instanceUuid: Uuid,
  projectId: Type.String(),
  /** The libvirt-style short name, `instance-00000042`. */
  instanceName: Type.String(),
  displayName: Type.String(),
  hostname: Type.String(),
  vcpus: Count,
  ramMb: Count,
  rootGb: Count,
  ephemeralGb: Count,
  swapMb: Count,
  /** The disks that the user asked for, within the sizes of the flavor. Absent: those that the sizes above stand for (`disksOf`). */
  disks: Type.Optional(Type.Array(GuestDisk)),
  image: Image,
  nics: Type.Array(GuestNic),
  configDrive: Type.Boolean(),
  extraSpecs: StringMap,
  /** The CPUs and the memory of its host that its claim gives it. Absent: any of both. */
  placement: Type.Optional(GuestPlacement),
  /** The devices of its host that its claim gives it. Absent: none. */
  devices: Type.Optional(HostDevices),
  /**
   * Where the disks come from when not from the image: another guest, on this host or at another agent's URL, which gives them for the
   * ticket (platform/rpc/disk-ticket.ts).
   */
  diskSource: nullable(
    Type.Object({
      guestId: Uuid,
      hostName: Type.String(),
      url: Type.String(),
      ticket: Type.Optional(Type.String()),
      /** It is a guest of another cell: nothing of it is on this host, whatever its host is called. */
      otherCell: Type.Optional(Type.Boolean()),
    }),
  ),
});
export type GuestSpec = Static<typeof GuestSpec>;

/** What the claim of a guest gives it of its host, for itself. What is absent it did not ask for. */
export type OwnParts = Pick<GuestSpec, 'placement' | 'devices'>;

export const DesiredGuest = Type.Object({
  guestId: Uuid,
  hostName: Type.String(),
  epoch: Count,
  generation: Count,
  power: oneOf(DESIRED_POWERS),
  /** Raised for each reboot: the agent restarts a guest whose own counter is lower, once. */
  restarts: Count,
  restartKind: Type.Union([Type.Literal('soft'), Type.Literal('hard')]),
  /** How long a guest may take to shut down by itself before it is switched off. */
  gracefulStopMs: Count,
  spec: GuestSpec,
  /** Absent: `NO_PARTS`. */
  parts: Type.Optional(GuestParts),
});
export type DesiredGuest = Static<typeof DesiredGuest>;

export const ObservedGuest = Type.Object({
  guestId: Uuid,
  hostName: Type.String(),
  epoch: Count,
  /** The generation that was acted on; 0 for a guest that nobody told this agent about. */
  generation: Count,
  /** `none`: it is not there. */
  power: oneOf(POWER_STATES),
  /** Everything the generation asks for is so. False while on the way, or with an error. */
  settled: Type.Boolean(),
  restarts: Count,
  error: nullable(AgentError),
  /** 0–100 while something long goes on (fetching the image, copying a disk). */
  progress: Count,
  /** The guest ended by itself (shut down from inside) since the last report. */
  stoppedByItself: Type.Boolean(),
  /** Absent: the agent is older than the parts, and does nothing for them. */
  parts: Type.Optional(ObservedParts),
});
export type ObservedGuest = Static<typeof ObservedGuest>;

/** What a running guest has used since its machine started. Bytes and packets as the guest sees them: received is what came in to it. */
export const GuestStats = Type.Object({
  uptimeSeconds: Count,
  /** One a virtual CPU, ns. */
  cpuTimesNs: Type.Array(Count),
  memory: Type.Object({ maximumMb: Count, usedMb: Count }),
  disks: Type.Array(
    Type.Object({
      device: Type.String(),
      readBytes: Count,
      readRequests: Count,
      writeBytes: Count,
      writeRequests: Count,
    }),
  ),
  nics: Type.Array(
    Type.Object({
      mac: Mac,
      receivedBytes: Count,
      receivedPackets: Count,
      receivedDrops: Count,
      receivedErrors: Count,
      sentBytes: Count,
      sentPackets: Count,
      sentDrops: Count,
      sentErrors: Count,
    }),
  ),
});
export type GuestStats = Static<typeof GuestStats>;
