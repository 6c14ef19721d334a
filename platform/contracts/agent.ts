import { type Static, Type } from 'typebox';
import { DesiredGuest, ObservedGuest } from '../objects/guest.ts';
import { HostReport } from '../objects/host.ts';
import { Network, Port } from '../objects/network.ts';
import { DesiredBinding, ObservedBinding } from '../objects/port-binding.ts';
import { Count, nullable, StringMap, Timestamp, Uuid } from '../objects/scalars.ts';
import { addedMember, call, changedMember, contract, eachMember } from './contract.ts';

/**
 * What the agents of a cell ask of its conductor. An agent is a process that drives one or more hosts; it is woken through the
 * queue `agent-<agentId>` (a job carries the ids whose desired state changed), and asks for everything again when the queue
 * lost it.
 *
 * Versions:
 * 3: a host may say that it has a `problem`, and an error whose fault it is (`blame`); `guestMetadata`. Conductors first: an older one schedules
 *    to a host that has a problem, and answers `unsupported` for the new call.
 * 2: `desiredGuests` and `desiredBindings`, which were `wantedGuests` and `wantedBindings`; either side first.
 * 1: first form.
 */
const AGENT_KINDS = ['compute', 'network'] as const;
export type AgentKind = (typeof AGENT_KINDS)[number];
const Kind = Type.Union([Type.Literal('compute'), Type.Literal('network')]);

/** What the metadata service shows to a guest. */
export const InstanceMetadata = Type.Object({
  uuid: Uuid,
  projectId: Type.String(),
  name: Type.String(),
  hostname: Type.String(),
  instanceType: Type.String(),
  imageId: nullable(Type.String()),
  availabilityZone: Type.String(),
  launchIndex: Count,
  reservationId: Type.String(),
  metadata: StringMap,
  publicKeys: StringMap,
  /** Base64. */
  userData: nullable(Type.String()),
  securityGroups: Type.Array(Type.String()),
  localIpV4: nullable(Type.String()),
  macs: Type.Array(Type.String()),
  createdAt: Timestamp,
});
export type InstanceMetadata = Static<typeof InstanceMetadata>;

/** What a guest may learn, and the ports that it has. */
export const GuestMetadata = Type.Object({
  instance: InstanceMetadata,
  ports: Type.Array(Type.Object({ port: Port, network: Network })),
});
export type GuestMetadata = Static<typeof GuestMetadata>;

/** How a network agent names a host: its compute agent reports the rest. */
const NamedHost = Type.Object({ name: Type.String(), problem: HostReport.properties.problem });

const withoutBlame = changedMember('error', addedMember('blame'));

export const agentContract = contract({
  name: 'agent',
  version: 3,
  oldest: 1,
  calls: {
    /** Says who this agent is and which hosts it drives; repeated as the heartbeat. The set of hosts given is the whole set. */
    announce: call(
      Type.Object({
        agentId: Uuid,
        kind: Kind,
        /** Where its own contract is served (compute: console output, guest data). */
        url: Type.String(),
        startedAt: Timestamp,
        release: Type.String(),
        hosts: Type.Array(Type.Union([HostReport, NamedHost])),
      }),
      Type.Object({ cellId: Uuid, cellName: Type.String(), heartbeatMs: Count }),
      { changes: { 3: { request: eachMember('hosts', addedMember('problem')) } } },
    ),
    /** The short heartbeat, when nothing of the announcement changed. `known: false`: announce again. */
    heartbeat: call(Type.Object({ agentId: Uuid }), Type.Object({ known: Type.Boolean() })),

    /** The desired state of guests on the hosts of a compute agent: of these; or (ids null) of all, or of all that are not settled. */
    desiredGuests: call(
      Type.Object({ agentId: Uuid, ids: nullable(Type.Array(Uuid)), unsettledOnly: Type.Boolean() }),
      Type.Object({ guests: Type.Array(DesiredGuest) }),
      { formerly: { name: 'wantedGuests', until: 1 } },
    ),
    reportGuests: call(Type.Object({ agentId: Uuid, guests: Type.Array(ObservedGuest) }), Type.Object({}), {
      changes: { 3: { request: eachMember('guests', withoutBlame) } },
    }),

    desiredBindings: call(
      Type.Object({ agentId: Uuid, ids: nullable(Type.Array(Uuid)), unsettledOnly: Type.Boolean() }),
      Type.Object({ bindings: Type.Array(DesiredBinding) }),
      { formerly: { name: 'wantedBindings', until: 1 } },
    ),
    reportBindings: call(Type.Object({ agentId: Uuid, bindings: Type.Array(ObservedBinding) }), Type.Object({}), {
      changes: { 3: { request: eachMember('bindings', withoutBlame) } },
    }),

    /** By the address a guest asks from. `not-found` when no instance has it on that network. */
    instanceMetadata: call(Type.Object({ networkId: Uuid, address: Type.String() }), InstanceMetadata),
    /** The same by the guest, with its ports, for what a host writes for it (the config drive). `not-found` when this agent has no such guest. */
    guestMetadata: call(Type.Object({ agentId: Uuid, guestId: Uuid }), GuestMetadata, { since: 3 }),
  },
});
