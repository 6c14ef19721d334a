import { MOVE_SERVER, type MoveServerParams } from '#platform/contracts/global-operations.ts';
import { MOVE_IN, MOVE_OUT, MOVE_OUTPUTS, type MoveStepName } from '#platform/contracts/moves.ts';
import { schedulingRequestOf } from '#platform/contracts/scheduling-request.ts';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { getHomeWithBuild } from '#platform/directory/stores/homes/get-homes.ts';
import { closeMove, handOverHome, reserveTarget } from '#platform/directory/stores/homes/moving.ts';
import { addOrphanedPlacement } from '#platform/directory/stores/orphaned-placements.ts';
import { portsOfServer } from '#platform/directory/stores/server-networks.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import {
  defineOperation,
  done,
  type Step,
  type StepContext,
  StepRefused,
  type StepResult,
  wait,
} from '#platform/operations/definition.ts';
import type { GlobalDeps } from '../deps.ts';
import { movedInstance } from '../moving/moved-instance.ts';
import {
  actorOf,
  doorOf,
  moveCallOf,
  options,
  refusedByCell,
  sourceReached,
  targetReached,
  tellSource,
  tellTarget,
} from '../moving/tell-cells.ts';
import { noValidHost } from '../placing/no-valid-host.ts';
import { beginDeletingArrived } from './delete-arrived.ts';

type Context = StepContext<MoveServerParams, DirectoryTx>;
type MoveStep = Step<MoveServerParams, GlobalDeps, DirectoryTx> & { readonly name: MoveStepName };

/** How many further hosts the target cell may try. */
const ALTERNATES = 3;
/** How soon it is asked again, ms. */
const RECHECK_MS = 250;
const FOR_SOURCE = wait(RECHECK_MS, 'the source cell');
const FOR_TARGET = wait(RECHECK_MS, 'the target cell');
/** How often a cell that does not answer is tried before the move goes back; with the back-off between, some two minutes. */
const RETRY_ATTEMPTS = 30;
/** How often a target that does not answer is told to give up, before the reconciler of orphaned placements takes over. */
const MAX_ABORT_ATTEMPTS = 8;

const NOTHING_TO_UNDO = { reason: 'the undo of `stop` and `place` tells both cells to give their part up' };
const ONLY_FORWARD = { reason: 'the home is in the target cell: there is only the way forward' };
const RETRIED = { attempts: RETRY_ATTEMPTS };

const begin: MoveStep = { name: 'begin', do: beginOut, undo: releaseSource, ...RETRIED };
const place: MoveStep = { name: 'place', do: placeIn, undo: releaseClaim, ...RETRIED };
const prepare: MoveStep = { name: 'prepare', do: prepareIn, undo: NOTHING_TO_UNDO, ...RETRIED };
/** Undone before `place`, so that the server runs again in its old cell whether or not the other cell answers. */
const stop: MoveStep = { name: 'stop', do: stopOut, undo: abortOut, ...RETRIED };
const transfer: MoveStep = { name: 'copy', do: transferDisks, undo: NOTHING_TO_UNDO, ...RETRIED };
const fence: MoveStep = { name: 'fence', do: fenceOut, undo: NOTHING_TO_UNDO, ...RETRIED };
const arrive: MoveStep = { name: 'arrive', do: arriveIn, undo: NOTHING_TO_UNDO, ...RETRIED };
const handOver: MoveStep = { name: 'hand-over', do: flipHome, undo: ONLY_FORWARD, pointOfNoReturn: true };
const start: MoveStep = { name: 'start', do: startIn, undo: ONLY_FORWARD };
/** As soon as the source answers to `release`, however long its cleanup takes: from then on it records no further delete. */
const carryDelete: MoveStep = { name: 'carry-delete', do: takeDeleteOver, undo: ONLY_FORWARD };
const release: MoveStep = { name: 'release', do: releaseOut, undo: ONLY_FORWARD };

/** A cold move to another cell; decision 0005. */
export const moveServer = defineOperation<typeof MOVE_SERVER.params, GlobalDeps, DirectoryTx>({
  ...MOVE_SERVER,
  steps: [begin, place, prepare, stop, transfer, fence, arrive, handOver, start, carryDelete, release],
});

async function beginOut(context: Context, deps: GlobalDeps): Promise<StepResult> {
  return (await sourceReached(context, deps, 'begin')) === null ? FOR_SOURCE : done();
}

/** The last step back: the source releases the instance, if the undo of `stop` has not done that already. */
async function releaseSource(context: Context, deps: GlobalDeps): Promise<StepResult> {
  if (!(await sourceGaveUp(context, deps))) return FOR_SOURCE;
  return context.inTransaction((tx) => closeMove(tx, context.params.uuid, context.operationId, deps.clock.now()));
}

async function placeIn(context: Context, deps: GlobalDeps): Promise<StepResult> {
  const { params } = context;
  const { directory, clock } = deps;
  const said = await doorOf(params.fromCellId, deps)
    .getInstance({ uuid: params.uuid }, options(context))
    .catch(refusedByCell);
  const instance = await asTheDirectorySays(context, deps, said);
  const epoch = await reserveTarget(directory, params.uuid, context.operationId, params.toCellId, clock.now());
  if (epoch === null) throw new StepRefused('This move no longer handles the server.');
  const before = instance.vmState === 'stopped' ? 'stopped' : 'active';
  const refused = new Map<string, string>();
  for (;;) {
    const decision = await deps.decide(
      schedulingRequestOf(instance, {
        alternates: ALTERNATES,
        onlyCellId: params.toCellId,
        requestedHost: params.host,
        ignoreHostIds: [...refused.keys()],
      }),
    );
    const [first, ...others] = decision.candidates;
    if (first === undefined) {
      const name = deps.cells.find(params.toCellId)?.name ?? params.toCellId;
      if (decision.silentCells.includes(name)) throw new VolvoxError('unavailable', `${name} does not answer.`);
      const said = [...refused.values()].map((reason) => ({
        cellName: 'the cell',
        reason,
        outcome: 'refused' as const,
      }));
      throw new StepRefused(noValidHost(decision, said, clock.now()).message);
    }
    const request = {
      ...moveCallOf(context),
      epoch,
      instance,
      hostId: first.hostId,
      alternates: others.map(({ hostId }) => hostId),
      zone: first.zone,
      before,
      actor: actorOf(context),
    } as const;
    const answer = await doorOf(params.toCellId, deps).beginMoveIn(request, options(context)).catch(refusedByCell);
    if (answer.accepted) return done(MOVE_OUTPUTS.of('place', { epoch, before }));
    if (answer.reason === 'stale-epoch') throw new StepRefused(answer.message);
    for (const { hostId } of decision.candidates) refused.set(hostId, answer.message);
  }
}

/**
 * The target releases its claim, ports and disks. If it does not answer, the reconciler of orphaned placements tells it later that the
 * epoch is over; meanwhile the server runs in its old cell.
 */
async function releaseClaim(context: Context, deps: GlobalDeps): Promise<StepResult> {
  const { uuid, toCellId } = context.params;
  const { directory, clock } = deps;
  // The step may have died before it recorded the epoch that it reserved.
  const epoch = await reserveTarget(directory, uuid, context.operationId, toCellId, clock.now());
  if (epoch === null) return done();
  const placed = MOVE_OUTPUTS.of('place', { epoch, before: 'active' });
  try {
    const known = { ...context, outputs: { ...context.outputs, place: placed } };
    const status = await tellTarget(known, deps, 'abort');
    return MOVE_IN.hasGivenUp(status.reached) ? done() : FOR_TARGET;
  } catch (error) {
    if (context.attempt < MAX_ABORT_ATTEMPTS) throw error;
    return context.inTransaction((tx) =>
      addOrphanedPlacement(tx, { instanceUuid: uuid, cellId: toCellId, epoch }, clock.now()),
    );
  }
}

async function prepareIn(context: Context, deps: GlobalDeps): Promise<StepResult> {
  return (await targetReached(context, deps, 'prepare')) ? done() : FOR_TARGET;
}

async function stopOut(context: Context, deps: GlobalDeps): Promise<StepResult> {
  return (await sourceReached(context, deps, 'stop')) === null ? FOR_SOURCE : done();
}

async function abortOut(context: Context, deps: GlobalDeps): Promise<StepResult> {
  return (await sourceGaveUp(context, deps)) ? done() : FOR_SOURCE;
}

async function sourceGaveUp(context: Context, deps: GlobalDeps): Promise<boolean> {
  const { reached } = await tellSource(context, deps, 'abort');
  return MOVE_OUT.hasGivenUp(reached);
}

/** Asks the source each time, so that the ticket is fresh however long the disk transfer takes. */
async function transferDisks(context: Context, deps: GlobalDeps): Promise<StepResult> {
  const status = await sourceReached(context, deps, 'stop');
  if (status === null || status.source === null) return FOR_SOURCE;
  return (await targetReached(context, deps, 'copy', { source: status.source })) ? done() : FOR_TARGET;
}

async function fenceOut(context: Context, deps: GlobalDeps): Promise<StepResult> {
  return (await sourceReached(context, deps, 'fence')) === null ? FOR_SOURCE : done();
}

async function arriveIn(context: Context, deps: GlobalDeps): Promise<StepResult> {
  const status = await sourceReached(context, deps, 'fence');
  if (status === null || status.moved === null) return FOR_SOURCE;
  const instance = await asTheDirectorySays(context, deps, status.moved.instance);
  const moved = { ...status.moved, instance };
  return (await targetReached(context, deps, 'arrive', { moved })) ? done() : FOR_TARGET;
}

async function asTheDirectorySays({ params }: Context, { directory }: GlobalDeps, said: Instance): Promise<Instance> {
  const home = await getHomeWithBuild(directory.read, params.uuid);
  if (home === null) throw new StepRefused('The server does not exist any more.');
  return movedInstance(said, home, params.epoch, await portsOfServer(directory.read, params.uuid));
}

/** Home and epoch flip together with the record that they did. Before it every failure goes back, after it everything goes forward. */
function flipHome(context: Context, { clock }: GlobalDeps): Promise<StepResult> {
  return context.inTransaction(async (tx) => {
    const { uuid, fromCellId: cellId, epoch } = context.params;
    const from = { operationId: context.operationId, cellId, epoch };
    if (!(await handOverHome(tx, uuid, from, clock.now())))
      throw new StepRefused('The server is not where the move began any more.');
  });
}

/** `gone`: a user has deleted it in its new cell. If it cannot be started there, its status is ERROR there. */
async function startIn(context: Context, deps: GlobalDeps): Promise<StepResult> {
  const { reached, message } = await tellTarget(context, deps, 'start');
  if (reached === 'start') return done(MOVE_OUTPUTS.of('start', { trouble: message }));
  if (reached === 'gone') return done(MOVE_OUTPUTS.of('start', { trouble: null }));
  if (reached === 'undone') throw new Error(`the target cell has undone its part after the hand-over: ${message}`);
  return FOR_TARGET;
}

/** If the server could not be started in its new cell, the old one quarantines its guest, and an operator decides. */
function tellReleased(context: Context, deps: GlobalDeps) {
  const started = MOVE_OUTPUTS.read(context, 'start');
  if (started === undefined) throw new Error('nobody has asked the target to start the server yet');
  return tellSource(context, deps, 'release', started.trouble !== null);
}

/** If a user deleted the server while it was fenced, it is deleted in the cell where it lives now. */
async function takeDeleteOver(context: Context, deps: GlobalDeps): Promise<StepResult> {
  const { deleteRequested } = await tellReleased(context, deps);
  const { toCellId: cellId } = context.params;
  return context.inTransaction(async (tx) => {
    if (deleteRequested) await beginDeletingArrived(tx, context, { cellId }, deps.clock.now());
  });
}

async function releaseOut(context: Context, deps: GlobalDeps): Promise<StepResult> {
  const { reached } = await tellReleased(context, deps);
  if (reached !== 'release' && reached !== 'gone') return FOR_SOURCE;
  return context.inTransaction((tx) => closeMove(tx, context.params.uuid, context.operationId, deps.clock.now()));
}
