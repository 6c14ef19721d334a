import { randomUUID } from 'node:crypto';
import type { ActionParams, Actor } from '#platform/contracts/door.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { ACTION_RULES, type ActionKind } from '#platform/states/server-actions.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { dismiss, type GuestOnHost, guestsOf, wish } from '../../database/stores/guests.ts';
import { findInstance, type InstanceRow, writeAtVersion } from '../../database/stores/instances.ts';
import { releaseLooseEnds } from '../../database/stores/loose-ends.ts';
import { wasReleased } from '../../database/stores/released-builds.ts';
import type { ConfirmResizeParams } from '../operations/confirm-resize.ts';
import { isPowerAction, POWER_ACTIONS, type PowerParams } from '../operations/power.ts';
import type { ResizeParams } from '../operations/resize.ts';
import type { RevertResizeParams } from '../operations/revert-resize.ts';
import type { ConductorParts } from '../parts.ts';
import { checkState } from './check-state.ts';
import { arriving, deleteInHandOver, deleteOnArrival, hasMoved, passHandOver } from './hand-over.ts';

export interface ActRequest {
  readonly uuid: string;
  readonly operationId: string;
  readonly kind: ActionKind;
  readonly params: ActionParams;
  readonly actor: Actor;
}

/** How often it is looked again when somebody changes the instance at the same moment. */
const MOST_TRIES = 5;
class Outrun extends Error {}
/** It moves, and may just be handed over to another cell. */
class Moving extends Error {}

interface Begun {
  readonly operationId: string;
  /** Copies whose agents can begin before the operation is looked at. */
  readonly wake: readonly GuestOnHost[];
  /** Operations that have something to do now. */
  readonly operations: readonly string[];
  readonly hosts: readonly string[];
}

/**
 * Begins an action: one transaction checks the state and writes the new task state, what is wanted of the copy, and the operation.
 * @throws VolvoxError not-found; moved when it was released to be placed elsewhere; conflict, with Nova's words and `details` {attribute, state, method}.
 */
export async function act(parts: ConductorParts, request: ActRequest): Promise<{ operationId: string }> {
  let moves = false;
  for (let attempt = 1; ; attempt++) {
    try {
      if (moves) await passHandOver(parts, request.uuid);
      const begun = await parts.database.transaction((tx) => begin(tx, parts, request, moves));
      parts.hosts.changed(begun.hosts);
      parts.agents.wakeEach(begun.wake, (copy) => copy.compute_agent_id);
      for (const id of begun.operations) parts.engine.wake(id);
      return { operationId: begun.operationId };
    } catch (error) {
      if (isVolvoxError(error, 'conflict') && (await alreadyBegun(parts, request))) {
        return { operationId: request.operationId };
      }
      if (error instanceof Moving) {
        moves = true;
        continue;
      }
      if (!(error instanceof Outrun)) throw error;
      if (attempt >= MOST_TRIES) {
        throw new VolvoxError('conflict', `Instance ${request.uuid} is being changed by somebody else.`);
      }
    }
  }
}

/** The same request came before: its effect is what made the state unfit for it. */
async function alreadyBegun(parts: ConductorParts, request: ActRequest): Promise<boolean> {
  const row = await parts.database.read
    .selectFrom('operations')
    .select('subject')
    .where('id', '=', request.operationId)
    .executeTakeFirst();
  return row?.subject === request.uuid;
}

/**
 * @param passed it was waited for the verdict of a hand-over already.
 * @throws Moving when that is to be done first.
 */
async function begin(tx: CellTx, parts: ConductorParts, request: ActRequest, passed: boolean): Promise<Begun> {
  const { uuid, operationId, kind, actor } = request;
  const instance = await findInstance(tx, uuid);
  if (instance?.presence === 'left' || (instance === null && (await wasReleased(tx, uuid)))) throw hasMoved(uuid);
  if (instance === null || instance.vm_state === 'deleted') {
    throw new VolvoxError('not-found', `Instance ${uuid} could not be found.`);
  }
  if (instance.operation_id === operationId) return { operationId, wake: [], operations: [], hosts: [] };
  if (instance.locked_by !== null && !actor.isAdmin) {
    throw new VolvoxError('conflict', `Instance ${uuid} is locked`, { details: { method: kind } });
  }
  const isArriving = instance.presence === 'arriving';
  if (isArriving && (kind !== 'delete' || instance.operation_id === null)) throw arriving(uuid);
  if (kind !== 'delete' && !passed && instance.task_state === 'migrating') throw new Moving();
  const deletion = kind === 'delete' ? await deleteInMove(tx, parts, request, instance) : null;
  if (deletion !== null) return { operationId: deletion, wake: [], operations: [], hosts: [] };
  const rule = ACTION_RULES[kind === 'reboot' && request.params.reboot === 'hard' ? 'rebootHard' : kind];
  checkState(instance, rule, kind);
  if (kind === 'delete' && instance.task_state === 'deleting' && instance.operation_id !== null) {
    return { operationId: instance.operation_id, wake: [], operations: [instance.operation_id], hosts: [] };
  }
  const now = parts.clock.now();
  // What is to be deleted is no failed build any more, so that the global tier can't place it anew, however the delete ends.
  const answered = kind === 'delete' ? { build_failed_at: null } : {};
  const writes = { operation_id: operationId, task_state: rule.taskState, ...answered };
  if (!(await writeAtVersion(tx, uuid, instance.version, writes, now))) throw new Outrun();
  const copies = await guestsOf(tx, uuid);
  const effect = await wishes(tx, request, instance, copies, now);
  const isNew = await parts.engine.begin(tx, {
    id: operationId,
    kind,
    subject: uuid,
    params: effect.params,
    requestId: actor.requestId,
    userId: actor.userId,
    projectId: actor.projectId,
  });
  if (!isNew) throw new VolvoxError('conflict', `Operation ${operationId} has been begun before.`);
  const interrupted = instance.operation_id === null ? [] : [instance.operation_id];
  const toWake = effect.wake.length === 0 ? [operationId] : [];
  return { operationId, wake: effect.wake, operations: [...interrupted, ...toWake], hosts: effect.hosts };
}

/**
 * The delete that waits for the end of a move; null when it need not wait. An instance that moves is owned by its move's operation, from before the
 * fence until whoever waits owns it.
 * @throws Outrun when the move has come further since the instance was read.
 */
async function deleteInMove(
  tx: CellTx,
  parts: ConductorParts,
  request: ActRequest,
  { presence, operation_id: owner }: InstanceRow,
): Promise<string | null> {
  if (owner === null) return null;
  if (presence !== 'arriving') return deleteInHandOver(tx, parts, request);
  const deletion = await deleteOnArrival(tx, parts, request, owner);
  if (deletion === null) throw new Outrun();
  return deletion;
}

interface Effect {
  readonly params: unknown;
  readonly wake: readonly GuestOnHost[];
  readonly hosts: readonly string[];
}

/** What the action wants of the copies at once, and the parameters of its operation. */
async function wishes(
  tx: CellTx,
  request: ActRequest,
  instance: InstanceRow,
  copies: readonly GuestOnHost[],
  now: number,
): Promise<Effect> {
  const { kind, params } = request;
  if (kind === 'delete') {
    await dismiss(tx, instance.uuid, now);
    // Only a resize takes room for a copy before it makes it.
    const interruptsResize = instance.task_state?.startsWith('resize') === true;
    const hosts = interruptsResize ? await releaseLooseEnds(tx, instance.uuid, now) : [];
    return { params: {}, wake: copies, hosts };
  }
  const current = copies.find((copy) => copy.id === instance.guest_id);
  if (current === undefined) {
    throw new VolvoxError('conflict', `Instance ${instance.uuid} has no copy on any host.`, {
      details: { attribute: 'vm_state', state: instance.vm_state, method: kind },
    });
  }
  if (isPowerAction(kind)) {
    const restart = kind === 'reboot' ? { restart: params.reboot ?? 'soft' } : {};
    await wish(tx, current.id, { power: POWER_ACTIONS[kind].power, ...restart }, now);
    const own: PowerParams = { guestId: current.id, before: current.power };
    return { params: own, wake: [current], hosts: [] };
  }
  return { params: resizeParams(request, instance, current, copies), wake: [], hosts: [] };
}

type Resizing = ResizeParams | ConfirmResizeParams | RevertResizeParams;

function resizeParams(
  request: ActRequest,
  instance: InstanceRow,
  current: GuestOnHost,
  copies: readonly GuestOnHost[],
): Resizing {
  const { kind, params } = request;
  const before = (kind === 'resize' ? instance.vm_state : instance.old_vm_state) === 'stopped' ? 'stopped' : 'active';
  if (kind === 'resize') {
    const { flavor, hostId, alternates = [], label = null } = params;
    if (flavor === undefined || hostId === undefined) {
      throw new VolvoxError('invalid', 'door.act: a resize needs flavor and hostId');
    }
    const candidates = [...new Set([hostId, ...alternates])];
    return { flavor, candidates, sourceGuestId: current.id, targetGuestId: randomUUID(), before, label };
  }
  const source = copies.find((copy) => copy.role === 'source');
  if (source === undefined) {
    throw new VolvoxError('conflict', `Instance ${instance.uuid} has no copy from before a resize.`);
  }
  if (kind === 'confirmResize') return { sourceGuestId: source.id };
  return { sourceGuestId: source.id, targetGuestId: current.id, before };
}
