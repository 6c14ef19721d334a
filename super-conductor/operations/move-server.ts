import { MOVE_SERVER, type MoveServerParams } from '#platform/contracts/global-operations.ts';
import { MOVE_IN, MOVE_OUT, MOVE_OUTPUTS, type MoveStepName } from '#platform/contracts/moves.ts';
import { schedulingRequestOf } from '#platform/contracts/scheduling-request.ts';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { closeMove, handOverHome, reserveTarget } from '#platform/directory/stores/homes/moving.ts';
import { addOrphanedPlacement } from '#platform/directory/stores/orphaned-placements.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
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
/** A cell that says nothing is tried so often before the move goes back; with the back-off between, some two minutes. */
const RETRY_ATTEMPTS = 30;
/** A target that says nothing is told so often to give its part up before that is left to the reconciler of strays. */
const TELLS = 8;

const NOTHING_TO_UNDO = { reason: 'the undo of `stop` and `place` tells both cells to give their part up' };
const ONLY_FORWARD = { reason: 'the home is in the target cell: there is only the way forward' };
const withRetryBudget = { attempts: RETRY_ATTEMPTS };

const begin: MoveStep = { name: 'begin', do: beginOut, undo: releaseSource, ...withRetryBudget };
const place: MoveStep = { name: 'place', do: placeIn, undo: releaseClaim, ...withRetryBudget };
const prepare: MoveStep = { name: 'prepare', do: prepareIn, undo: NOTHING_TO_UNDO, ...withRetryBudget };
/** Undone before `place`, so that the server runs again in its old cell whether or not the other cell answers. */
const stop: MoveStep = { name: 'stop', do: stopOut, undo: abortOut, ...withRetryBudget };
const transfer: MoveStep = { name: 'copy', do: transferDisks, undo: NOTHING_TO_UNDO, ...withRetryBudget };
const fence: MoveStep = { name: 'fence', do: fenceOut, undo: NOTHING_TO_UNDO, ...withRetryBudget };
const arrive: MoveStep = { name: 'arrive', do: arriveIn, undo: NOTHING_TO_UNDO, ...withRetryBudget };
const handOver: MoveStep = { name: 'hand-over', do: flipHome, undo: ONLY_FORWARD, pointOfNoReturn: true };
const start: MoveStep = { name: 'start', do: startIn, undo: ONLY_FORWARD };
/** As soon as the source answers to `release`, however long it takes to clear away: from then on it takes no further delete down. */
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

/** The last step back: the source lets the instance go, if `stop` has not brought that about already. */
async function releaseSource(context: Context, deps: GlobalDeps): Promise<StepResult> {
  if (!(await sourceGaveUp(context, deps))) return FOR_SOURCE;
  return context.inTransaction((tx) => closeMove(tx, context.params.uuid, context.operationId, deps.clock.now()));
}

async function placeIn(context: Context, deps: GlobalDeps): Promise<StepResult> {
  const { params } = context;
  const { directory, clock } = deps;
  const instance = await doorOf(params.fromCellId, deps)
    .getInstance({ uuid: params.uuid }, options(context))
    .catch(refusedByCell);
  const epoch = await reserveTarget(directory, params.uuid, context.operationId, params.toCellId, clock.now());
  if (epoch === null) throw new StepRefused('The server is not in the hand of this move any more.');
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
      const said = [...refused.values()].map((reason) => ({ cellName: 'the cell', reason }));
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
 * The target gives room, ports and disks back. One that does not answer is left to the reconciler of strays, which tells it that the
 * epoch is over as soon as it does: the server runs in its old cell meanwhile.
 */
async function releaseClaim(context: Context, deps: GlobalDeps): Promise<StepResult> {
  const { uuid, toCellId } = context.params;
  const { directory, clock } = deps;
  // The step may have died before it said which epoch it kept.
  const epoch = await reserveTarget(directory, uuid, context.operationId, toCellId, clock.now());
  if (epoch === null) return done();
  const placed = MOVE_OUTPUTS.of('place', { epoch, before: 'active' });
  try {
    const known = { ...context, outputs: { ...context.outputs, place: placed } };
    const status = await tellTarget(known, deps, 'abort');
    return MOVE_IN.hasGivenUp(status.reached) ? done() : FOR_TARGET;
  } catch (error) {
    if (context.attempt < TELLS) throw error;
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

/** Asked anew each time, so that the ticket is fresh however long the copy takes. */
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
  return (await targetReached(context, deps, 'arrive', { moved: status.moved })) ? done() : FOR_TARGET;
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

/** `gone`: a user has deleted it in its new cell. One that cannot be started there is an ERROR there. */
async function startIn(context: Context, deps: GlobalDeps): Promise<StepResult> {
  const { reached, message } = await tellTarget(context, deps, 'start');
  if (reached === 'start') return done(MOVE_OUTPUTS.of('start', { trouble: message }));
  if (reached === 'gone') return done(MOVE_OUTPUTS.of('start', { trouble: null }));
  if (reached === 'undone') throw new Error(`the target cell has undone its part after the hand-over: ${message}`);
  return FOR_TARGET;
}

/** A copy of a server that could not be started in its new cell is kept aside in the old one, for a person to decide. */
function tellReleased(context: Context, deps: GlobalDeps) {
  const started = MOVE_OUTPUTS.read(context, 'start');
  if (started === undefined) throw new Error('nobody has asked the target to start the server yet');
  return tellSource(context, deps, 'release', started.trouble !== null);
}

/** What a user deleted while it was fenced is deleted where it lives now. */
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
