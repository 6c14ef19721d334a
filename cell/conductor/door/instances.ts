import { randomUUID } from 'node:crypto';
import type { Actor } from '#platform/contracts/actor.ts';
import type { RequestOf, ResponseOf } from '#platform/contracts/contract.ts';
import type { doorContract, InstancePage, InstancePatch } from '#platform/contracts/door.ts';
import { changedMeanwhile } from '#platform/errors/changed-meanwhile.ts';
import { deletedInCell } from '#platform/errors/deleted-in-cell.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { changedPorts, groupsOfPorts } from '#platform/objects/changed-ports.ts';
import type { Instance } from '#platform/objects/instance.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { regroupedPorts } from '#platform/objects/regrouped-ports.ts';
import { loadedBuild } from '#platform/objects/user-data.ts';
import { WrittenAnswer } from '#platform/rpc/written-answer.ts';
import { lockedInstance } from '#platform/states/locked-instance.ts';
import type { CellReader } from '../../database/cell-database.ts';
import { instanceJson } from '../../database/stores/instance-json.ts';
import { listInstanceRows } from '../../database/stores/instance-list.ts';
import {
  buildWrites,
  findInstance,
  type InstanceRowOnHost,
  type InstanceWrites,
  portWrites,
  toInstance,
  writeAtVersion,
} from '../../database/stores/instances.ts';
import { recordDone } from '../../database/stores/operation-log.ts';
import { type ChangedBinding, changeBindings } from '../../database/stores/port-changes.ts';
import { wasReleased } from '../../database/stores/released-builds.ts';
import type { ConductorParts } from '../parts.ts';
import { hasMoved, passHandOver, unlessFenced } from './hand-over.ts';

/** How often a change is tried when other writers change the instance at the same moment. */
const MAX_TRIES = 10;

/** @throws VolvoxError not-found, also for a deleted instance; moved when the instance was released to another cell. */
export async function liveInstance(read: CellReader, uuid: string): Promise<InstanceRowOnHost> {
  const row = await findInstance(read, uuid);
  if (row?.presence === 'left' || (row === null && (await wasReleased(read, uuid)))) throw hasMoved(uuid);
  if (row === null) throw new VolvoxError('not-found', `Instance ${uuid} could not be found.`);
  if (row.deletedAt !== null) throw deletedInCell(uuid);
  return row;
}

export const getInstance = async (parts: ConductorParts, uuid: string): Promise<WrittenAnswer<Instance>> =>
  new WrittenAnswer(instanceJson(await liveInstance(parts.database.read, uuid), parts.cell.name, 'all'));

type ListCall = (typeof doorContract)['calls']['listInstances'];

export async function listInstances(
  parts: ConductorParts,
  page: InstancePage,
  signal: AbortSignal,
): Promise<WrittenAnswer<ResponseOf<ListCall>>> {
  const rows = await listInstanceRows(parts.database, page, signal);
  const guestData = page.withUserData === true ? 'user data' : 'none';
  const instances = rows.map((row) => instanceJson(row, parts.cell.name, guestData));
  return new WrittenAnswer(`{"instances":[${instances.join()}]}`);
}

/**
 * Changes members of an instance that its user may set. With `ifVersion` it changes only the version that the caller has read.
 * @throws VolvoxError conflict when the instance is locked for this actor and the patch changes members that the lock covers; conflict,
 * with `details` {version} of the instance now, when it is not at `ifVersion` any more.
 */
export async function updateInstance(
  parts: ConductorParts,
  { uuid, patch, ifVersion, actor }: RequestOf<(typeof doorContract)['calls']['updateInstance']>,
  inTime: () => void = () => undefined,
): Promise<Instance> {
  const { database, clock, cell, agents } = parts;
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    await passHandOver(parts, uuid);
    const row = await liveInstance(database.read, uuid);
    if (patch.metadata !== undefined && row.lockedBy !== null && !actor.isAdmin) throw lockedInstance(uuid);
    if (ifVersion !== undefined && row.version !== ifVersion) throw changedSince(uuid, row.version);
    const build = patched(loadedBuild(row), patch);
    let bindings: readonly ChangedBinding[] = [];
    const written = await unlessFenced(parts, uuid, async (tx) => {
      const isWritten = await writeAtVersion(tx, uuid, row.version, writesOf(build, patch), clock.now());
      if (isWritten) bindings = await changeBindings(tx, patch.ports ?? [], clock.now());
      inTime();
      return isWritten;
    });
    if (written) agents.wakeEach(bindings, ({ networkAgentId }) => networkAgentId);
    if (written) return toInstance(await liveInstance(database.read, uuid), cell.name);
  }
  throw changedMeanwhile(`Instance ${uuid}`, 'is being');
}

const changedSince = (uuid: string, version: number): VolvoxError =>
  new VolvoxError(
    'conflict',
    `Instance ${uuid} was changed since it was read. Read it again, and repeat the request.`,
    { details: { version } },
  );

function patched(build: InstanceBuild, { ports: changes, ...patch }: InstancePatch): InstanceBuild {
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
  const { securityGroups: after = build.securityGroups } = patch;
  if (changes === undefined)
    return { ...build, ...given, ports: regroupedPorts(build.ports, build.securityGroups, after) };
  const ports = changedPorts(build.ports, changes);
  return { ...build, ...given, ports, securityGroups: groupsOfPorts(ports, [...after, ...build.securityGroups]) };
}

const writesOf = (build: InstanceBuild, patch: InstancePatch): InstanceWrites => ({
  ...buildWrites(build),
  ...(patch.ports === undefined ? {} : portWrites(build)),
});

/**
 * Locks or unlocks an instance. Locking a locked instance again changes nothing (Nova's compute API), and an owner cannot remove the lock
 * of an admin. @throws VolvoxError forbidden, conflict.
 */
export async function lockInstance(
  parts: ConductorParts,
  request: { uuid: string; locked: boolean; reason: string | null; actor: Actor },
  inTime: () => void = () => undefined,
): Promise<void> {
  const { uuid, actor } = request;
  const { database, clock } = parts;
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    await passHandOver(parts, uuid);
    const row = await liveInstance(database.read, uuid);
    const isOwner = actor.projectId === row.projectId;
    if (request.locked && row.lockedBy !== null && isOwner) return;
    if (row.lockedBy === 'admin' && !actor.isAdmin) {
      throw new VolvoxError('forbidden', `Instance ${uuid} is locked by an admin; only an admin unlocks it.`);
    }
    const writes = request.locked
      ? { lockedBy: isOwner ? ('owner' as const) : ('admin' as const), lockReason: request.reason }
      : { lockedBy: null, lockReason: null };
    const written = await unlessFenced(parts, uuid, async (tx) => {
      if (!(await writeAtVersion(tx, uuid, row.version, writes, clock.now()))) return false;
      const { requestId, userId, projectId } = actor;
      const kind = request.locked ? 'lock' : 'unlock';
      const logged = { id: randomUUID(), kind, subject: uuid, params: {}, requestId, userId, projectId };
      const isRecorded = await recordDone(tx, logged, clock.now());
      inTime();
      return isRecorded;
    });
    if (written) return;
  }
  throw changedMeanwhile(`Instance ${uuid}`, 'is being');
}
