import { type Static, Type } from 'typebox';
import { Claim, ClaimPage } from '../objects/claim.ts';
import { Definition, DefinitionKey, KnownDefinition } from '../objects/definitions.ts';
import { GuestStats } from '../objects/guest.ts';
import { GuestPlacement } from '../objects/guest-placement.ts';
import { Host } from '../objects/host.ts';
import { Image } from '../objects/image.ts';
import { Fault, Instance, InstanceAction } from '../objects/instance.ts';
import { InstanceBuild } from '../objects/instance-build.ts';
import { PortChange } from '../objects/network.ts';
import { NetworkAgent } from '../objects/network-agent.ts';
import { OPERATION_STATES, OperationView } from '../objects/operation.ts';
import { PortOnHost } from '../objects/port-binding.ts';
import { Count, Name, nullable, oneOf, StringMap, Timestamp, Uuid } from '../objects/scalars.ts';
import { MigrationPage, ServerMigration } from '../objects/server-migration.ts';
import { Actor } from './actor.ts';
import { addedMember, call, contract, eachMember, LONG_ANSWER_BYTES, renamedMember } from './contract.ts';
import { actChange, groupsChange, updateChange } from './door-actions.ts';
import { instanceChange, instancesChange } from './door-instances.ts';
import {
  Finding,
  MoveEstimate,
  MoveInAdvance,
  MoveInRequest,
  MoveInStatus,
  MoveOutRequest,
  MoveOutStatus,
  PresentInstance,
  QuarantinedInstance,
} from './door-moves.ts';
import { operationChange, operationsChange } from './door-operations.ts';

/**
 * The door of a cell: all that the global tier may ask of it. Every call that changes something is idempotent, by the uuid
 * of what it makes or by `operationId`; when its answer is lost it may be sent again.
 *
 * Versions:
 * 9: `preventAction`. Either side first: an older cell answers `unsupported`, and a late request may still begin its action there.
 *    task states that version 8 does not know (door-instances.ts). Either side first: an older caller is told that nothing is being done.
 *    `updateInstance` changes security groups and ports. Cells first: for an older cell that change is `unsupported`.
 *    `findConsole`, `triggerCrashDump`, `setAdminPassword`, and the stream of a console (console-streams.ts). Cells first: an older cell answers
 *    `unsupported`.
 *    The filter `ranBetween`: an older cell answers `unsupported`.
 *    notices of images; they stay open for an older caller. Either side first.
 *    A build may have block devices and files. Cells first: an older cell makes the disks of the flavor, and its guests get no files.
 *    `putDefinitions` and `knownDefinitions`. Cells first: an older cell answers `unsupported`, and its hosts take no definitions.
 *    `listNetworkAgents`: an older cell answers `unsupported`.
 *    The filter `ranBetween`, `listMigrations`, `forgetService` and `serverPassword`: an older cell answers `unsupported`.
 *    `listClaims`, `serverTopology`: an older cell answers `unsupported`.
 *    A host tells the types of networks that it carries; either side first: without it a host carries any. It tells its NUMA nodes and what is
 *    used of them; either side first: without it no server that asks for nodes, dedicated CPUs or pages goes there.
 *    A host tells its devices and which of them are used; either side first: without it no server that asks for devices goes there.
 *    A host tells its `ioOps`; either side first: without it a host counts as idle.
 *    A host tells its `metrics`; either side first: without them it has none.
 *    `withImageProperties` of watchHosts and listHosts; either side first: an older cell does not tell the properties.
 *    A host tells when it is tried again after failed builds; either side first: without it a host is not tried.
 * 8: `guestStats`. Cells first: an older cell answers `unsupported`.
 * 7: `addJoinToken` answers with the fingerprint of the authorities of a cell that issues certificates; either side first.
 * 6: keys of agents: `addJoinToken`, `revokeHost`, `rotateSigningKey`. Cells first: an older cell answers `unsupported`.
 * 5: a host may have a `problem`; either side first.
 * 4: other names. `requests` of createInstances was `orders`; `keepQuarantined` of moveOut was `keepAside`; `listPresent`, `quarantine`,
 *    `listQuarantined` and `removeQuarantined` were `listHeld`, `setAside`, `listAside` and `forgetAside`. Either side first.
 * 3: `act` takes any kind of action and params that the action checks, so that a new action needs no new version; `updateInstance` may carry the
 *    version of the instance that was read. Either side first: an older cell answers `unsupported` for a new action, and takes the last of two updates.
 *    Lists of instances carry no user data unless they are asked for it (`withUserData`); either side first.
 * 2: moves between cells (moveOut, moveIn), `resolveOperation`, overdue operations, what a returning cell asks (notice homes-asked, listPresent, quarantine), findings;
 *    cells first: the global tier offers moves only between cells that speak it.
 * 1: first form.
 */

/** That one call of `listNetworkAgents` asks about. */
const MAX_NETWORKS_OF_AGENTS = 10_000;

/** Of each list in a call of `putDefinitions`. */
const MAX_DEFINITIONS = 1_000;

export const CellDescription = Type.Object({
  cellId: Uuid,
  name: Type.String(),
  release: Type.String(),
  /** ok: answers in time. */
  sql: Type.Union([Type.Literal('ok'), Type.Literal('down')]),
  redis: Type.Union([Type.Literal('ok'), Type.Literal('down')]),
  hosts: Count,
  hostsUp: Count,
  instances: Count,
  now: Timestamp,
});
export type CellDescription = Static<typeof CellDescription>;

/** One instance to make here, on `hostId` or else on one of the alternates, which are hosts of this cell, best first. */
export const BuildRequest = Type.Object({
  build: InstanceBuild,
  epoch: Count,
  hostId: Uuid,
  alternates: Type.Array(Uuid),
  zone: nullable(Type.String()),
});
export type BuildRequest = Static<typeof BuildRequest>;

/**
 * accepted: instance, claim, bindings and build operation are committed (also if they already were, at this epoch).
 * refused: nothing was written; `reason` says why (capacity, host-unknown, host-down, host-disabled, host-problem, network-needs,
 * group-policy, stale-epoch).
 */
export const BuildAnswer = Type.Union([
  Type.Object({ uuid: Uuid, accepted: Type.Literal(true), hostId: Uuid }),
  Type.Object({ uuid: Uuid, accepted: Type.Literal(false), reason: Type.String(), message: Type.String() }),
]);
export type BuildAnswer = Static<typeof BuildAnswer>;

export const SORT_KEYS = [
  'access_ip_v4',
  'access_ip_v6',
  'auto_disk_config',
  'availability_zone',
  'config_drive',
  'created_at',
  'display_description',
  'display_name',
  'host',
  'hostname',
  'image_ref',
  'instance_type_id',
  'kernel_id',
  'key_name',
  'launch_index',
  'launched_at',
  'locked',
  'locked_by',
  'node',
  'power_state',
  'progress',
  'project_id',
  'ramdisk_id',
  'root_device_name',
  'task_state',
  'terminated_at',
  'updated_at',
  'user_id',
  'uuid',
  'vm_state',
] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** Every condition that is given must hold. Strings match exactly unless the name ends in Regex (SQL REGEXP, as Nova). */
export const InstanceFilter = Type.Object({
  projectId: Type.Optional(Type.String()),
  userId: Type.Optional(Type.String()),
  uuids: Type.Optional(Type.Array(Uuid)),
  nameRegex: Type.Optional(Type.String()),
  hostname: Type.Optional(Type.String()),
  host: Type.Optional(Type.String()),
  node: Type.Optional(Type.String()),
  flavorId: Type.Optional(Type.String()),
  imageId: Type.Optional(Type.String()),
  keyName: Type.Optional(Type.String()),
  availabilityZone: Type.Optional(Type.String()),
  /** Pairs from `statesOfStatus`; taskStates null: any without a special status. */
  states: Type.Optional(
    Type.Array(Type.Object({ vmState: Type.String(), taskStates: nullable(Type.Array(Type.String())) })),
  ),
  vmStates: Type.Optional(Type.Array(Type.String())),
  taskStates: Type.Optional(Type.Array(nullable(Type.String()))),
  powerState: Type.Optional(Type.String()),
  locked: Type.Optional(Type.Boolean()),
  /** true: with those that are soft-deleted, as Nova counts them to both. */
  deleted: Type.Optional(Type.Boolean()),
  softDeleted: Type.Optional(Type.Boolean()),
  changesSince: Type.Optional(Timestamp),
  changesBefore: Type.Optional(Timestamp),
  createdAt: Type.Optional(Timestamp),
  launchedAt: Type.Optional(Timestamp),
  terminatedAt: Type.Optional(Timestamp),
  ipRegex: Type.Optional(Type.String()),
  ip6Regex: Type.Optional(Type.String()),
  descriptionRegex: Type.Optional(Type.String()),
  reservationId: Type.Optional(Type.String()),
  launchIndex: Type.Optional(Count),
  progress: Type.Optional(Count),
  configDrive: Type.Optional(Type.Boolean()),
  diskConfig: Type.Optional(Type.String()),
  accessIpV4: Type.Optional(Type.String()),
  accessIpV6: Type.Optional(Type.String()),
  tagsAll: Type.Optional(Type.Array(Type.String())),
  tagsAny: Type.Optional(Type.Array(Type.String())),
  notTagsAll: Type.Optional(Type.Array(Type.String())),
  notTagsAny: Type.Optional(Type.Array(Type.String())),
  metadata: Type.Optional(StringMap),
  /** Launched before `end`, and not deleted before `start`. */
  ranBetween: Type.Optional(Type.Object({ start: Timestamp, end: Timestamp })),
});
export type InstanceFilter = Static<typeof InstanceFilter>;

export const InstanceSort = Type.Object({
  key: oneOf(SORT_KEYS),
  direction: Type.Union([Type.Literal('asc'), Type.Literal('desc')]),
});
export type InstanceSort = Static<typeof InstanceSort>;

/**
 * A page of a sorted list. `sort` always ends with uuid. `after` is exclusive: the values of the sort keys of the last
 * instance already shown, in the order of `sort` (so the instance itself need not be here).
 */
export const InstancePage = Type.Object({
  filter: InstanceFilter,
  sort: Type.Array(InstanceSort),
  after: nullable(Type.Array(Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]))),
  limit: Type.Integer({ minimum: 1, maximum: 1000 }),
  /** Lists carry no user data (`userData` is null) unless they are asked for it. */
  withUserData: Type.Optional(Type.Boolean()),
});
export type InstancePage = Static<typeof InstancePage>;

export const InstancePatch = Type.Object({
  name: Type.Optional(Type.String()),
  description: Type.Optional(nullable(Type.String())),
  hostname: Type.Optional(Type.String()),
  accessIpV4: Type.Optional(nullable(Type.String())),
  accessIpV6: Type.Optional(nullable(Type.String())),
  diskConfig: Type.Optional(Type.Union([Type.Literal('AUTO'), Type.Literal('MANUAL')])),
  /** The zone it must stay in when it moves; null: any (microversion 2.104). Where it is now does not change. */
  availabilityZone: Type.Optional(nullable(Type.String())),
  /** Replaces all of it. */
  metadata: Type.Optional(StringMap),
  tags: Type.Optional(Type.Array(Type.String())),
  /** The groups of all its ports; a port keeps those that only it has. */
  securityGroups: Type.Optional(InstanceBuild.properties.securityGroups),
  /**
   * What ports are now. Then `securityGroups` gives the names of groups, and changes no port. A port that the instance has not changes nothing, nor
   * does an older revision.
   */
  ports: Type.Optional(Type.Array(PortChange)),
});
export type InstancePatch = Static<typeof InstancePatch>;

/**
 * What the global tier has to learn, kept until it is acknowledged; order does not matter.
 * instance-deleted: its guest is gone from its host; quota, ports and home can be released.
 * build-failed: none of the candidate hosts worked; the instance stays `building` until `releaseBuild` or `buryBuild` answers it.
 * homes-asked: the cell was out of touch and asks which of its instances are at home here; `listPresent` has them, `quarantine` answers.
 *   It is about no instance: `instanceUuid` is zero, `epoch` 0.
 * image-saved: the image `imageId`, which the API made for the instance, has its bytes.
 * image-unneeded: the instance needs it no longer, or will never upload its bytes.
 * resize-ended: the instance may reserve less quota, because its resize was confirmed. A global tier of an older release leaves it open.
 */
export const Notice = Type.Object({
  id: Uuid,
  kind: oneOf([
    'instance-deleted',
    'build-failed',
    'homes-asked',
    'image-saved',
    'image-unneeded',
    'resize-ended',
  ] as const),
  instanceUuid: Uuid,
  epoch: Count,
  fault: nullable(Fault),
  imageId: Type.Optional(Uuid),
  createdAt: Timestamp,
});
export type Notice = Static<typeof Notice>;

export const CellService = Type.Object({
  id: Uuid,
  binary: Type.String(),
  host: Type.String(),
  zone: Type.String(),
  enabled: Type.Boolean(),
  disabledReason: nullable(Type.String()),
  forcedDown: Type.Boolean(),
  up: Type.Boolean(),
  updatedAt: nullable(Timestamp),
});
export type CellService = Static<typeof CellService>;

const Empty = Type.Object({});
const ByUuid = Type.Object({ uuid: Uuid });

/** Version 1 does not know `homes-asked`; it stays open for one that does. */
const withoutQuestions = {
  request: {
    down: (value: unknown) => {
      const { waitMs, limit } = value as { waitMs: number; limit: number };
      return { waitMs, limit };
    },
    up: (value: unknown) => ({ ...(value as object), questions: false }),
  },
  response: {
    down: (value: unknown) => {
      const { notices } = value as { notices: Notice[] };
      return { notices: notices.filter(({ kind }) => kind !== 'homes-asked') };
    },
    up: (value: unknown) => value,
  },
};

/** Version 8 knows no notices of images. */
const withoutImages = {
  response: {
    down: (value: unknown) => {
      const { notices } = value as { notices: Notice[] };
      return { notices: notices.filter(({ imageId }) => imageId === undefined) };
    },
    up: (value: unknown) => value,
  },
};

/** Version 2 knows no lists without user data. */
const withoutUserData = {
  request: {
    down: addedMember('withUserData').down,
    up: (value: unknown) => ({ ...(value as InstancePage), withUserData: true }),
  },
};

const withFingerprint = {
  response: {
    down: addedMember('fingerprint').down,
    up: (value: unknown) => ({ ...(value as object), fingerprint: null }),
  },
};
/** `withImageProperties`: hosts tell `imageProperties`, which costs a statement. Absent: no. */
const HostDetail = Type.Object({ withImageProperties: Type.Optional(Type.Boolean()) });

const hostChanges = {
  5: { response: eachMember('hosts', addedMember('problem')) },
  9: {
    request: addedMember('withImageProperties'),
    response: eachMember(
      'hosts',
      addedMember(
        ...(['segmentTypes', 'tagsFrames', 'ioOps', 'buildTrialAt', 'onTrial', 'nodes', 'nodesUsed'] as const),
        ...(['devices', 'devicesUsed', 'metrics', 'imageProperties'] as const),
      ),
    ),
  },
};

export const doorContract = contract({
  name: 'door',
  version: 9,
  oldest: 1,
  checksAnswers: true,
  calls: {
    describe: call(Empty, CellDescription, { deadlineMs: 1_000 }),

    /** Hosts that changed after `cursor` (null: all). Waits up to `waitMs` for a change. A host may come twice; `version` decides. */
    watchHosts: call(
      Type.Object({ cursor: nullable(Type.String()), waitMs: Count, ...HostDetail.properties }),
      Type.Object({
        cursor: Type.String(),
        /** True when `hosts` is the whole list, so that hosts not in it are gone. */
        complete: Type.Boolean(),
        hosts: Type.Array(Host),
      }),
      { deadlineMs: 40_000, maxAnswerBytes: LONG_ANSWER_BYTES, changes: hostChanges },
    ),

    createInstances: call(
      Type.Object({ requests: Type.Array(BuildRequest), actor: Actor }),
      Type.Object({ answers: Type.Array(BuildAnswer) }),
      { deadlineMs: 10_000, changes: { 4: { request: renamedMember('requests', 'orders') } } },
    ),
    /**
     * Forgets the instance here up to this epoch, because it is tried elsewhere under a higher one. `onlyFailed`, the answer to
     * build-failed: only while it is a failed build that nobody has deleted; conflict otherwise.
     */
    releaseBuild: call(Type.Object({ uuid: Uuid, epoch: Count, onlyFailed: Type.Optional(Type.Boolean()) }), Empty),
    /** Answer to build-failed: no other candidate either. The instance becomes ERROR with this fault; not-found when it was released. */
    buryBuild: call(Type.Object({ uuid: Uuid, epoch: Count, fault: Fault }), Empty),

    getInstance: call(ByUuid, Instance, { changes: { 9: instanceChange } }),
    listInstances: call(InstancePage, Type.Object({ instances: Type.Array(Instance) }), {
      deadlineMs: 10_000,
      maxAnswerBytes: LONG_ANSWER_BYTES,
      changes: { 3: withoutUserData, 9: instancesChange },
    }),
    /**
     * `ifVersion`: only while the instance is at the version that was read.
     * @throws conflict, with `details` {version} of the instance as it is, when it is at another one.
     */
    updateInstance: call(
      Type.Object({ uuid: Uuid, patch: InstancePatch, ifVersion: Type.Optional(Count), actor: Actor }),
      Instance,
      { expires: true, changes: { 3: updateChange, 9: { ...groupsChange, ...instanceChange } } },
    ),
    lockInstance: call(
      Type.Object({ uuid: Uuid, locked: Type.Boolean(), reason: nullable(Type.String()), actor: Actor }),
      Empty,
      { expires: true },
    ),
    /**
     * Checks the state and commits the operation of an action (cell/conductor/actions). Idempotent by `operationId`.
     * @throws conflict when it may not begin; unsupported, with `details` {action}, when this cell does not offer the action.
     */
    act: call(
      Type.Object({
        uuid: Uuid,
        operationId: Uuid,
        kind: Type.String(),
        params: Type.Record(Type.String(), Type.Unknown()),
        actor: Actor,
      }),
      Type.Object({ operationId: Uuid }),
      { expires: true, changes: { 3: actChange } },
    ),
    /**
     * Asked by a caller that gives an action up: afterwards the action `operationId` has begun, or it never will, however late a request for
     * it arrives. `getOperation` says which: one that never will is `undone`, and ended with this call.
     */
    preventAction: call(Type.Object({ uuid: Uuid, operationId: Uuid, kind: Type.String(), actor: Actor }), Empty, {
      since: 9,
    }),
    consoleOutput: call(
      Type.Object({ uuid: Uuid, /** Lines from the end; null: all that is kept. */ lines: nullable(Type.Integer()) }),
      Type.Object({ output: Type.String() }),
      { deadlineMs: 10_000 },
    ),
    /** What a running guest has used since its machine started. @throws conflict when it does not run; unavailable when its host is down. */
    guestStats: call(ByUuid, Type.Object({ configDrive: Type.Boolean(), stats: GuestStats }), {
      since: 8,
      deadlineMs: 10_000,
    }),
    /**
     * The guest whose console of this type can be opened now (console-streams.ts), with its host's name and its instance's epoch.
     * @throws conflict while the instance is being deleted or moved, or has no guest yet; unsupported when guests have no such console.
     */
    findConsole: call(
      Type.Object({ uuid: Uuid, type: Type.String() }),
      Type.Object({ guestId: Uuid, hostName: Type.String(), epoch: Count }),
      { since: 9 },
    ),
    /**
     * Sends the guest a non-maskable interrupt, on which many systems dump their memory, and writes it into the action log. Not idempotent.
     * @throws conflict when the instance is locked, its state does not allow it, or its guest does not run; unavailable when its host is down.
     */
    triggerCrashDump: call(Type.Object({ uuid: Uuid, operationId: Uuid, actor: Actor }), Empty, {
      since: 9,
      deadlineMs: 10_000,
    }),
    /**
     * Gives the administrator of the guest's system this password, through the guest agent, and writes that into the action log. If the server
     * has an RSA key, the password encrypted for its owner replaces `serverPassword`; it is stored in no other form.
     * @throws as triggerCrashDump; conflict when the machine has no channel to a guest agent, or the agent does not do it; unsupported when no
     * agent answers.
     */
    setAdminPassword: call(
      Type.Object({ uuid: Uuid, operationId: Uuid, password: Type.String(), actor: Actor }),
      Empty,
      { since: 9, deadlineMs: 20_000 },
    ),
    /** The encrypted password that the guest has posted to the metadata service; empty: none. */
    serverPassword: call(ByUuid, Type.Object({ password: Type.String() }), { since: 9 }),
    clearServerPassword: call(ByUuid, Empty, { since: 9 }),
    /** Which CPUs and which memory of its host the guest of a server has; null: any of both. @throws VolvoxError not-found, moved. */
    serverTopology: call(ByUuid, Type.Object({ placement: nullable(GuestPlacement) }), { since: 9 }),
    listActions: call(ByUuid, Type.Object({ actions: Type.Array(InstanceAction) })),

    /** A page of resizes, migrations, evacuations and moves, the newest first. */
    listMigrations: call(MigrationPage, Type.Object({ migrations: Type.Array(ServerMigration) }), { since: 9 }),

    listServices: call(Empty, Type.Object({ services: Type.Array(CellService) })),
    /** The network agents of hosts; with `networkIds` of those that have a port of one of these networks. */
    listNetworkAgents: call(
      Type.Object({ networkIds: nullable(Type.Array(Uuid, { maxItems: MAX_NETWORKS_OF_AGENTS })) }),
      Type.Object({ agents: Type.Array(NetworkAgent) }),
      { since: 9, maxAnswerBytes: LONG_ANSWER_BYTES },
    ),
    updateService: call(
      Type.Object({
        id: Uuid,
        enabled: Type.Optional(Type.Boolean()),
        disabledReason: Type.Optional(nullable(Type.String())),
        forcedDown: Type.Optional(Type.Boolean()),
      }),
      CellService,
    ),
    /** Asks the agents of these hosts to begin to fetch images; `refused`: those that do not, and why. */
    cacheImages: call(
      Type.Object({ hosts: Type.Array(Name), images: Type.Array(Image, { maxItems: 100 }) }),
      Type.Object({ refused: Type.Array(Type.Object({ host: Type.String(), reason: Type.String() })) }),
      { since: 9, deadlineMs: 10_000 },
    ),
    /** Forgets a host or a conductor. @throws not-found; conflict, with the reason, while instances or migrations need the host. */
    forgetService: call(Type.Object({ id: Uuid }), Empty, { since: 9 }),
    listHosts: call(HostDetail, Type.Object({ hosts: Type.Array(Host) }), {
      maxAnswerBytes: LONG_ANSWER_BYTES,
      changes: hostChanges,
    }),
    /** A page of what is claimed on hosts, by guest. */
    listClaims: call(ClaimPage, Type.Object({ claims: Type.Array(Claim) }), {
      since: 9,
      maxAnswerBytes: LONG_ANSWER_BYTES,
    }),
    listOperations: call(
      Type.Object({
        subject: Type.Optional(Type.String()),
        state: Type.Optional(oneOf(OPERATION_STATES)),
        /** Only those that are. */
        overdue: Type.Optional(Type.Boolean()),
        limit: Type.Integer({ minimum: 1, maximum: 1000 }),
      }),
      Type.Object({ operations: Type.Array(OperationView) }),
      { changes: { 2: operationsChange } },
    ),
    getOperation: call(Type.Object({ id: Uuid }), OperationView, { changes: { 2: operationChange } }),
    /** An operator's word on an operation of this cell; see platform/operations/resolve.ts. @throws conflict, with the reason. */
    resolveOperation: call(
      Type.Object({ id: Uuid, direction: oneOf(['forward', 'back'] as const), actor: Actor }),
      OperationView,
      { since: 2 },
    ),

    /** Notices not yet acknowledged, at most `limit`; without those that ask something when `questions` is false. Waits up to `waitMs` for one. */
    watchNotices: call(
      Type.Object({ waitMs: Count, limit: Count, questions: Type.Optional(Type.Boolean()) }),
      Type.Object({ notices: Type.Array(Notice) }),
      { deadlineMs: 40_000, changes: { 2: withoutQuestions, 9: withoutImages } },
    ),
    acknowledgeNotices: call(Type.Object({ ids: Type.Array(Uuid) }), Empty),

    /** Changes nothing. */
    estimateMove: call(ByUuid, MoveEstimate, { since: 2, deadlineMs: 10_000 }),
    /** The source's part of a move; see door-moves.ts. @throws conflict when the instance may not be moved, or for a late worker. */
    moveOut: call(MoveOutRequest, MoveOutStatus, {
      since: 2,
      deadlineMs: 10_000,
      changes: { 4: { request: renamedMember('keepQuarantined', 'keepAside') } },
    }),
    /** Prepares for a moved instance: claim, ports, and the operation `moveIn`, in one transaction; idempotent by move. */
    beginMoveIn: call(MoveInRequest, BuildAnswer, { since: 2, deadlineMs: 10_000 }),
    moveIn: call(MoveInAdvance, MoveInStatus, { since: 2, deadlineMs: 15_000 }),
    /** How far the target's part is, for those who only look. */
    moveInStatus: call(Type.Object({ moveId: Uuid }), MoveInStatus, { since: 2, deadlineMs: 1_000 }),

    /**
     * What the hosts of the cell must know of security groups and ports (docs/decisions/0030). A definition replaces the one of its kind and id
     * that has a lower generation; an equal or a higher one stays. May be repeated, and come in any order.
     */
    putDefinitions: call(
      Type.Object({
        put: Type.Array(Definition, { maxItems: MAX_DEFINITIONS }),
        /** Gone, or no longer needed here. */
        forget: Type.Array(DefinitionKey, { maxItems: MAX_DEFINITIONS }),
      }),
      Empty,
      { since: 9, deadlineMs: 10_000 },
    ),
    /**
     * What of it the cell knows: how many, a checksum (SUM of CRC32 of `kind/id/generation`, in decimal), and a page by kind and id. Limit 0: no
     * page. `takesDefinitions`: a host of the cell does; otherwise the cell needs none.
     */
    knownDefinitions: call(
      Type.Object({ after: nullable(DefinitionKey), limit: Type.Integer({ minimum: 0, maximum: 5_000 }) }),
      Type.Object({
        takesDefinitions: Type.Boolean(),
        count: Count,
        digest: Type.String({ maxLength: 32, pattern: '^[0-9]+$' }),
        known: Type.Array(KnownDefinition),
      }),
      { since: 9, deadlineMs: 10_000 },
    ),

    /** Where these ports are plugged in the cell, as the network agents of their hosts report it. A port that is on two hosts comes twice. */
    portsOnHosts: call(
      Type.Object({ portIds: Type.Array(Uuid, { maxItems: 1_000 }) }),
      Type.Object({ ports: Type.Array(PortOnHost) }),
      { since: 9 },
    ),

    /** What is here and not deleted, by uuid after `after`. */
    listPresent: call(
      Type.Object({ after: nullable(Uuid), limit: Type.Integer({ minimum: 1, maximum: 1000 }) }),
      Type.Object({ instances: Type.Array(PresentInstance) }),
      { since: 2, deadlineMs: 10_000, formerly: { name: 'listHeld', until: 3 } },
    ),
    /** These are at home elsewhere (or nowhere): stopped and quarantined, if they are still here at this epoch. Never deleted. */
    quarantine: call(
      Type.Object({ instances: Type.Array(Type.Object({ uuid: Uuid, epoch: Count, reason: Type.String() })) }),
      Empty,
      { since: 2, deadlineMs: 10_000, formerly: { name: 'setAside', until: 3 } },
    ),
    listQuarantined: call(Empty, Type.Object({ instances: Type.Array(QuarantinedInstance) }), {
      since: 2,
      formerly: { name: 'listAside', until: 3 },
    }),
    /** An operator gives up a quarantined instance: its guest and disks are removed. @throws not-found. */
    removeQuarantined: call(Type.Object({ uuid: Uuid, epoch: Count }), Empty, {
      since: 2,
      formerly: { name: 'forgetAside', until: 3 },
    }),
    /**
     * Lets one agent of each kind join the cell with the token that has this SHA-256 (hex), until `expiresAt`. Its key is bound to these hosts; a
     * name that ends in `*` stands for all that begin like it. The token itself stays with the caller. `fingerprint`: for the text of the
     * token (platform/rpc/join-token.ts).
     */
    addJoinToken: call(
      Type.Object({
        tokenHash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
        hosts: Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }),
        expiresAt: Timestamp,
      }),
      Type.Object({ fingerprint: nullable(Type.String()) }),
      { since: 6, changes: { 7: withFingerprint } },
    ),
    /**
     * Ends the keys of all agents that are bound to this host, and the open tokens for it, within a second. The host is down at once; its guests run on.
     * Agents that drive it with a key that the agents of the cell share are refused too, until they join. `host` may end in `*`.
     * `revoked`: how many keys, tokens and such agents ended; 0 when there were none (any more).
     */
    revokeHost: call(Type.Object({ host: Name }), Type.Object({ revoked: Count }), { since: 6 }),
    /** Makes a new key with which the conductor signs disk tickets and calls of agents. It signs after a minute; the one before stays valid. */
    rotateSigningKey: call(Empty, Empty, { since: 6 }),
    /** What the cell's auditors have found and not repaired. */
    listFindings: call(Empty, Type.Object({ findings: Type.Array(Finding) }), { since: 2 }),
  },
});
