import { changedMeanwhile } from '#platform/errors/changed-meanwhile.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { lockedInstance } from '#platform/states/locked-instance.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { type GuestOnHost, guestsOf } from '../../database/stores/guests.ts';
import { findInstance, type InstanceRow, writeAtVersion } from '../../database/stores/instances.ts';
import { handOverOf } from '../../database/stores/moves-out.ts';
import { recordDone, subjectOf } from '../../database/stores/operation-log.ts';
import type { BindingOnHost } from '../../database/stores/port-bindings.ts';
import { wasReleased } from '../../database/stores/released-builds.ts';
import { findAction } from '../actions/index.ts';
import type { ActRequest, AnyAction, Effect } from '../actions/server-action.ts';
import { VersionConflict } from '../actions/version-conflict.ts';
import type { ConductorParts } from '../parts.ts';
import { checkState } from './check-state.ts';
import { arriving, hasMoved, passHandOver } from './hand-over.ts';

/** How often a request is tried when other writers change the instance at the same moment. */
const MAX_TRIES = 5;
/** The instance is being handed over to another cell: the request waits for the outcome. */
class HandingOver extends Error {}

interface Begun {
  readonly operationId: string;
  readonly wake: readonly GuestOnHost[];
  readonly ports: readonly BindingOnHost[];
  /** Operations to wake, because they have something to do now. */
  readonly operations: readonly string[];
  readonly hosts: readonly string[];
}

/**
 * Begins an action: one transaction checks the state and writes the new task state, the desired state of the guests, and the operation.
 * A repeated request, recognised by its `operationId`, changes nothing.
 * @param inTime is called before the commit, and throws when the caller has been told that nothing was done.
 * @throws VolvoxError unsupported when this cell does not offer the action; invalid; not-found; moved when the instance was released to
 * another cell; conflict, with Nova's message and `details` {attribute, state, method}.
 */
export async function act(
  parts: ConductorParts,
  request: ActRequest,
  inTime: () => void = () => undefined,
): Promise<{ operationId: string }> {
  const action = findAction(request.kind);
  if (action === undefined) {
    throw new VolvoxError('unsupported', `Cell ${parts.cell.name} does not offer the action ${request.kind} yet.`, {
      details: { action: request.kind },
    });
  }
  const wrong = action.accepts(request.params);
  if (wrong !== null) throw new VolvoxError('invalid', `door.act: params of ${request.kind}: ${wrong}`);
  for (let attempt = 1; ; attempt++) {
    try {
      const begun = await parts.database.transaction(async (tx) => {
        const written = await begin(tx, parts, action, request);
        inTime();
        return written;
      });
      parts.hosts.changed(begun.hosts);
      parts.agents.wakeEach(begun.wake, (guest) => guest.computeAgentId);
      parts.agents.wakeEach(begun.ports, (binding) => binding.networkAgentId);
      for (const id of begun.operations) parts.engine.wake(id);
      return { operationId: begun.operationId };
    } catch (error) {
      // A repeated request: the state does not fit because the first one changed it.
      if (
        isVolvoxError(error, 'conflict') &&
        (await subjectOf(parts.database.read, request.operationId)) === request.uuid
      ) {
        return { operationId: request.operationId };
      }
      const mayTryAgain = error instanceof VersionConflict || error instanceof HandingOver;
      if (!mayTryAgain) throw error;
      if (error instanceof HandingOver) await passHandOver(parts, request.uuid);
      if (attempt >= MAX_TRIES) {
        throw changedMeanwhile(`Instance ${request.uuid}`, 'is being');
      }
    }
  }
}

/**
 * @throws HandingOver when the request has to wait for the end of a hand-over.
 * @throws VersionConflict when the instance was changed since it was read.
 */
async function begin(tx: CellTx, parts: ConductorParts, asked: AnyAction, request: ActRequest): Promise<Begun> {
  const { uuid, operationId, kind, params, actor } = request;
  const instance = await presentInstance(tx, uuid);
  if (instance.operationId === operationId) return joined(operationId, false);
  if (instance.lockedBy !== null && !actor.isAdmin && asked.ignoresLock !== true) {
    throw lockedInstance(uuid, kind);
  }
  const action = asked.instead?.(params, instance, parts) ?? asked;
  await checkMove(tx, action, instance);
  const earlier = (await action.join?.(tx, parts, request, instance)) ?? null;
  if (earlier !== null) return joined(earlier.operationId, earlier.wake);
  const rule = action.rule(params, instance);
  checkState(instance, rule, kind);
  if (action.joinsItself === true && instance.taskState === rule.taskState && instance.operationId !== null) {
    return joined(instance.operationId, true);
  }
  const now = parts.clock.now();
  const owner = action.operation === null ? null : operationId;
  const writes = { operationId: owner, taskState: rule.taskState, ...action.writes?.(params, instance) };
  if (!(await writeAtVersion(tx, uuid, instance.version, writes, now))) throw new VersionConflict();
  const guests = await guestsOf(tx, uuid);
  const effect = await action.begin(tx, { params, instance, guests, operationId, actor, now });
  if (!(await writeOperation(tx, parts, action, request, effect))) {
    throw new VolvoxError('conflict', `Operation ${operationId} exists already.`);
  }
  const interrupted = instance.operationId === null ? [] : [instance.operationId];
  const toWake = owner !== null && effect.wake.length === 0 ? [operationId] : [];
  const { wake, ports = [], hosts } = effect;
  return { operationId, wake, ports, operations: [...interrupted, ...toWake], hosts };
}

const joined = (operationId: string, wake: boolean): Begun => ({
  operationId,
  wake: [],
  ports: [],
  operations: wake ? [operationId] : [],
  hosts: [],
});

async function presentInstance(tx: CellTx, uuid: string): Promise<InstanceRow> {
  const instance = await findInstance(tx, uuid);
  if (instance?.presence === 'left' || (instance === null && (await wasReleased(tx, uuid)))) throw hasMoved(uuid);
  if (instance === null || instance.vmState === 'deleted') {
    throw new VolvoxError('not-found', `Instance ${uuid} could not be found.`);
  }
  return instance;
}

/** While a move brings an instance or hands it over, only an action that can join the move may begin. */
async function checkMove(tx: CellTx, action: AnyAction, instance: InstanceRow): Promise<void> {
  const { uuid, presence, operationId: owner } = instance;
  const joins = action.join !== undefined;
  if (presence === 'arriving' && (!joins || owner === null)) throw arriving(uuid);
  if (!joins && instance.taskState === 'migrating' && (await handOverOf(tx, uuid)) !== null) throw new HandingOver();
}

/** @returns false when an operation with this id exists already. */
async function writeOperation(
  tx: CellTx,
  { engine, clock }: ConductorParts,
  action: AnyAction,
  { uuid, operationId: id, actor }: ActRequest,
  { params }: Effect,
): Promise<boolean> {
  const { requestId, userId, projectId } = actor;
  const operation = { id, kind: action.kind, subject: uuid, params, requestId, userId, projectId };
  return action.operation === null ? recordDone(tx, operation, clock.now()) : engine.begin(tx, operation);
}
