import { type Static, Type } from 'typebox';
import { InjectedFile } from '../objects/block-device.ts';
import { DesiredGuest, ObservedGuest } from '../objects/guest.ts';
import { HostReport } from '../objects/host.ts';
import { JsonValue } from '../objects/json-value.ts';
import { Network, Port, SegmentType } from '../objects/network.ts';
import { DesiredBinding, ObservedBinding } from '../objects/port-binding.ts';
import { Count, Name, nullable, StringMap, Timestamp, Uuid } from '../objects/scalars.ts';
import { TaggedDevice } from '../objects/tagged-devices.ts';
import { AgentDefinitions, AgentKnows } from './agent-definitions.ts';
import { addedMember, call, changedMember, contract, eachMember, LONG_ANSWER_BYTES } from './contract.ts';

/**
 * What the agents of a cell ask of its conductor. An agent is a process that drives one or more hosts; it is woken through the
 * queue `agent-<agentId>` (a job carries the ids whose desired state changed), and asks for everything again when the queue
 * lost it.
 *
 * Versions:
 * 7: parts of a guest (platform/objects/guest-parts.ts). Either side first: an older agent is not told of them, and the conductor takes its
 *    report on a guest that has some for a failure, with words. A guest with disks that its user asked for (`spec.disks`) has parts. Metadata tells
 *    of the type of the key, of files, tagged devices, names of disks and vendor data; either side first. `guestPassword`, `setGuestPassword`:
 *    conductors first; an older one answers `unsupported`, and guests get 503. Network agents say which hosts take definitions, and ask for
 *    `definitions`; conductors first: an older one answers `unsupported`, and groups that an agent does not know allow nothing. Subports of
 *    trunks (`parent` of a binding): an older agent is not told of them, and their trunks stay in BUILD.
 *    Compute agents tell the NUMA nodes of a host, and a guest may have a `placement`; either side first: no such guest goes to a host of an older agent.
 *    They tell the devices of a host, and a guest may have `devices`; either side first, for the same reason.
 *    They say which types of networks a host carries; either side first: without it a host carries any.
 *    Compute agents may tell the `metrics` of a host; either side first: without them filters and weighers of metrics know nothing of it.
 * 6: certificates of agents: `issueCertificate`, `renewCertificate`. Conductors first: an older one answers `unsupported`, and its agents go on
 *    with the certificates that they have.
 * 5: `renewKey`. Conductors first: an older one answers `unsupported`, and its agents keep their keys.
 * 4: An agent has a key of its own, which `join` gives it; conductors first. `announce` and `heartbeat` answer with the public keys of the cell,
 *    by which agents check disk tickets and the conductor's calls. `instanceMetadata` names the agent that asks, and answers for its hosts only.
 *    An agent of version 3 has no key of its own: it shows the key that the agents of its cell share, and is served as long as
 *    `cell.agentKey` is set on the conductor. Its disk tickets are signed with that key. The release that drops version 3 drops the shared key.
 * 3: a host may say that it has a `problem`, and an error whose fault it is (`blame`); `guestMetadata`. Conductors first: an older one schedules
 *    to a host that has a problem, and answers `unsupported` for the new call.
 * 2: `desiredGuests` and `desiredBindings`, which were `wantedGuests` and `wantedBindings`; either side first.
 * 1: first form.
 */
/** In a job on the queue of a network agent, in place of an id: `definitions` has something new for it. */
export const DEFINITIONS_CHANGED = 'definitions';

const AGENT_KINDS = ['compute', 'network'] as const;
export type AgentKind = (typeof AGENT_KINDS)[number];
const Kind = Type.Union([Type.Literal('compute'), Type.Literal('network')]);

/** SHA-256 in hex. */
const KeyHash = Type.String({ pattern: '^[0-9a-f]{64}$' });

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
  /** Absent: `ssh`. */
  keyType: Type.Optional(Type.String()),
  /** Files that the user gave. Absent: none. */
  files: Type.Optional(Type.Array(InjectedFile)),
  /** Devices that the user tagged. Absent: none. */
  devices: Type.Optional(Type.Array(TaggedDevice)),
  /** EC2's names of the disks (`ami`, `root`, `ephemeral0`, `swap`) and the guest's. Absent: of a root disk alone. */
  blockDeviceNames: Type.Optional(StringMap),
  /** What the operator tells all guests. Absent: nothing. */
  vendorData: Type.Optional(Type.Record(Type.String(), JsonValue)),
});
export type InstanceMetadata = Static<typeof InstanceMetadata>;

/** What a guest may learn, and the ports that it has. */
export const GuestMetadata = Type.Object({
  instance: InstanceMetadata,
  ports: Type.Array(Type.Object({ port: Port, network: Network })),
});
export type GuestMetadata = Static<typeof GuestMetadata>;

const MAX_REPORT_LENGTH = 64 * 1024;
const isBounded = (report: HostReport): boolean => JSON.stringify(report).length <= MAX_REPORT_LENGTH;

/** What a cell tells of a host is what its agent reports, and a long list of hosts counts as no answer. So one host cannot silence its cell. */
const BoundedReport = Type.Refine(HostReport, isBounded, () => 'must have 64 KiB of JSON at most');

/** How a network agent names a host: its compute agent reports the rest. What has more members is a report, and is checked as one. */
const NamedHost = Type.Object(
  {
    name: Name,
    problem: HostReport.properties.problem,
    takesDefinitions: Type.Optional(Type.Boolean()),
    tagsFrames: Type.Optional(Type.Boolean()),
    /** The types of networks that the host carries; absent: any. */
    segmentTypes: Type.Optional(Type.Array(SegmentType)),
  },
  { additionalProperties: false },
);

/** See platform/tls/certificate-request.ts. */
const certificateRequest = {
  publicKey: Type.String({ maxLength: 1_000 }),
  proof: Type.String({ maxLength: 1_000 }),
  /** Under which others reach the agent: those from which it calls, or which the operator named in its token. Those of loopback need no mention. */
  addresses: Type.Array(Type.String({ maxLength: 64 }), { maxItems: 8 }),
};
/** PEM: the certificate with the one of the cell's authority after it, and the authorities that processes of the cell believe. */
const Certificate = Type.Object({ certificate: Type.String(), authorities: Type.String() });

const withoutParts = addedMember('parts');
/** What version 7 tells of an instance besides. */
const withoutMore = {
  down: (value: unknown): unknown => {
    const { keyType: _key, files: _files, devices: _devices, ...others } = value as InstanceMetadata;
    const { blockDeviceNames: _names, vendorData: _vendor, ...rest } = others;
    return rest;
  },
  up: (value: unknown): unknown => value,
};
/** An older agent would give a subport a tap of its own. */
const withoutSubports = {
  down: (bindings: unknown) => (bindings as DesiredBinding[]).filter(({ parent }) => parent === undefined),
  up: (bindings: unknown) => bindings,
};
const withoutBlame = changedMember('error', addedMember('blame'));

/** A guest on a host of the agent, by the address that it asks from. */
const GuestAddress = Type.Object({ agentId: Uuid, networkId: Uuid, address: Type.String({ maxLength: 64 }) });

/** SPKI in base64 of the Ed25519 keys with which the conductor signs; two while they change. */
const PublicKeys = Type.Array(Type.String());
const withPublicKeys = {
  response: {
    down: addedMember('publicKeys').down,
    up: (value: unknown) => ({ ...(value as object), publicKeys: [] }),
  },
};
const withAsker = {
  request: {
    down: addedMember('agentId').down,
    up: (value: unknown) => ({ ...(value as object), agentId: null }),
  },
};

/**
 * Every call but `join` says which agent makes it. A caller with a key of its own is that agent and no other, and reaches only what is on
 * the hosts that its key is bound to.
 * @throws VolvoxError forbidden: the call names another agent, or a host that the caller's key is not bound to.
 */
export const agentContract = contract({
  name: 'agent',
  version: 7,
  oldest: 1,
  calls: {
    /**
     * Spends a one-time token, which is also the credential of this call: from now on the secret with this SHA-256 (hex) is a key of the agent.
     * A token is good for one agent of each kind, on the hosts that it names. It may be repeated with the same agent and hash. An earlier
     * key of the agent stays valid until the new one was used.
     * @throws VolvoxError unauthenticated: the token is wrong, too old, or was spent by another agent. forbidden: the agent drives
     * hosts that the token does not name.
     */
    join: call(
      Type.Object({
        token: Type.String(),
        agentId: Uuid,
        kind: Kind,
        keyHash: KeyHash,
      }),
      Type.Object({ cellId: Uuid, cellName: Type.String(), hosts: Type.Array(Type.String()) }),
      { since: 4, withoutCertificate: true },
    ),
    /**
     * From now on the secret with this SHA-256 (hex) is a key of the agent too, bound to the hosts of the key that this call shows. That key stays
     * valid until some seconds after the first use of the new one. It may be repeated with the same hash.
     * @throws VolvoxError conflict: the agent got another key in the last ten minutes and has not used it. unauthenticated: the call does not
     * show a valid key of the agent's own.
     */
    renewKey: call(Type.Object({ agentId: Uuid, keyHash: KeyHash }), Type.Object({}), { since: 5 }),
    /**
     * The first certificate of an agent that has joined, by the token that it joined with, which is also the credential of this call. It may
     * be repeated while the token is valid.
     * @throws VolvoxError unauthenticated: the agent has not joined with this token; forbidden: an address is not its own; unsupported: the
     * cell issues no certificates.
     */
    issueCertificate: call(
      Type.Object({ token: Type.String(), agentId: Uuid, kind: Kind, ...certificateRequest }),
      Certificate,
      { since: 6, withoutCertificate: true },
    ),
    /** The next certificate of an agent, by its key over a connection with the present one. @throws VolvoxError as `issueCertificate`. */
    renewCertificate: call(Type.Object({ agentId: Uuid, ...certificateRequest }), Certificate, { since: 6 }),
    /** Says who this agent is and which hosts it drives; repeated as the heartbeat. The set of hosts given is the whole set. */
    announce: call(
      Type.Object({
        agentId: Uuid,
        kind: Kind,
        /** Where its own contract is served (compute: console output, guest data). */
        url: Type.String({ maxLength: 255 }),
        startedAt: Timestamp,
        release: Type.String({ maxLength: 64 }),
        hosts: Type.Array(Type.Union([BoundedReport, NamedHost])),
      }),
      Type.Object({ cellId: Uuid, cellName: Type.String(), heartbeatMs: Count, publicKeys: PublicKeys }),
      {
        changes: {
          3: { request: eachMember('hosts', addedMember('problem')) },
          4: withPublicKeys,
          7: {
            request: eachMember(
              'hosts',
              addedMember('takesDefinitions', 'tagsFrames', 'segmentTypes', 'nodes', 'devices', 'metrics'),
            ),
          },
        },
      },
    ),
    /** The short heartbeat, when nothing of the announcement changed. `known: false`: announce again. */
    heartbeat: call(Type.Object({ agentId: Uuid }), Type.Object({ known: Type.Boolean(), publicKeys: PublicKeys }), {
      changes: { 4: withPublicKeys },
    }),

    /** The desired state of guests on the hosts of a compute agent: of these; or (ids null) of all, or of all that are not settled. */
    desiredGuests: call(
      Type.Object({ agentId: Uuid, ids: nullable(Type.Array(Uuid)), unsettledOnly: Type.Boolean() }),
      Type.Object({ guests: Type.Array(DesiredGuest) }),
      {
        formerly: { name: 'wantedGuests', until: 1 },
        changes: { 7: { response: eachMember('guests', withoutParts) } },
      },
    ),
    reportGuests: call(Type.Object({ agentId: Uuid, guests: Type.Array(ObservedGuest) }), Type.Object({}), {
      changes: {
        3: { request: eachMember('guests', withoutBlame) },
        7: { request: eachMember('guests', withoutParts) },
      },
    }),

    desiredBindings: call(
      Type.Object({ agentId: Uuid, ids: nullable(Type.Array(Uuid)), unsettledOnly: Type.Boolean() }),
      Type.Object({ bindings: Type.Array(DesiredBinding) }),
      {
        formerly: { name: 'wantedBindings', until: 1 },
        changes: { 7: { response: changedMember('bindings', withoutSubports) } },
      },
    ),
    reportBindings: call(Type.Object({ agentId: Uuid, bindings: Type.Array(ObservedBinding) }), Type.Object({}), {
      changes: { 3: { request: eachMember('bindings', withoutBlame) } },
    }),

    /**
     * What the ports on the hosts of a network agent need of security groups (docs/decisions/0030), as what is new to the agent. A job with
     * the id `DEFINITIONS_CHANGED` says that something is. An answer has 50,000 members and changes of members at most, or one group if that alone
     * has more; rules are told once. So it grows with the ports on the agent's hosts, not with the members of their groups.
     */
    definitions: call(Type.Object({ agentId: Uuid, knows: AgentKnows }), AgentDefinitions, {
      since: 7,
      deadlineMs: 20_000,
      maxAnswerBytes: LONG_ANSWER_BYTES,
    }),

    /**
     * By the address a guest asks from. `not-found` when no guest on a host of this agent has it on that network. `agentId` null: an agent of
     * version 3, which has no key of its own.
     */
    instanceMetadata: call(
      Type.Object({ agentId: nullable(Uuid), networkId: Uuid, address: Type.String() }),
      InstanceMetadata,
      { changes: { 4: withAsker, 7: { response: withoutMore } } },
    ),
    /** The same by the guest, with its ports, for what a host writes for it (the config drive). `not-found` when this agent has no such guest. */
    guestMetadata: call(Type.Object({ agentId: Uuid, guestId: Uuid }), GuestMetadata, {
      since: 3,
      changes: { 7: { response: changedMember('instance', withoutMore) } },
    }),

    /** The password that the guest with this address has posted; empty: none. `not-found` as `instanceMetadata`. */
    guestPassword: call(GuestAddress, Type.Object({ password: Type.String() }), { since: 7 }),
    /** @throws VolvoxError conflict when it has posted one; not-found as `instanceMetadata`. */
    setGuestPassword: call(
      Type.Object({ ...GuestAddress.properties, password: Type.String({ maxLength: 1020 }) }),
      Type.Object({}),
      { since: 7 },
    ),
  },
});
