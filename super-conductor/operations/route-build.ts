import { ROUTE_BUILD, type RouteBuildParams } from '#platform/contracts/global-operations.ts';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { getHome } from '#platform/directory/stores/homes/get-homes.ts';
import { BuildChanged, giveUpHome, recordHome } from '#platform/directory/stores/homes/placing.ts';
import { defineOperation, done, type StepContext, type StepResult, wait } from '#platform/operations/definition.ts';
import type { GlobalDeps } from '../deps.ts';
import { tellLateChanges } from '../placing/late-changes.ts';
import { noAnswerInTime } from '../placing/no-valid-host.ts';
import { type Placing, placeBuild } from '../placing/place-build.ts';
import { beginDeletingArrived } from './delete-arrived.ts';

type Context = StepContext<RouteBuildParams, DirectoryTx>;

/** How soon silent cells, or a silent scheduler, are asked again, ms. */
const RECHECK_MS = 1_000;

/** Places an accepted build in a cell, or buries it with the reasons why no host can take it. */
export const routeBuild = defineOperation<typeof ROUTE_BUILD.params, GlobalDeps, DirectoryTx>({
  ...ROUTE_BUILD,
  // One step: once a cell has taken it, the home is recorded together with the end of the operation. A worker that dies before that
  // leaves a row that names the cell, and the next worker asks that cell first.
  steps: [{ name: 'place', do: place, undo: giveUp, attempts: 20, timeoutMs: 60_000 }],
});

async function place(context: Context, deps: GlobalDeps): Promise<StepResult> {
  const { params, log } = context;
  const placing = await placeBuild({ uuid: params.uuid, triedCellIds: params.triedCellIds ?? [], log }, deps);
  if (placing.outcome === 'ended') return done(placing);
  if (placing.outcome === 'later') {
    log.info({ reason: placing.reason }, 'not placed yet');
    return wait(RECHECK_MS, `a host: ${placing.reason}`);
  }
  const { cellId } = placing;
  for (let { revision } = placing; ; ) {
    try {
      return await record(context, deps, { ...placing, revision });
    } catch (error) {
      if (!(error instanceof BuildChanged)) throw error;
      revision = await tellLateChanges({ uuid: params.uuid, cellId, requestId: context.requestId }, deps);
    }
  }
}

type PlacedOutcome = Extract<Placing, { outcome: 'placed' }>;

/** @throws BuildChanged when the cell has an older build than the directory. */
function record(context: Context, { clock }: GlobalDeps, placing: PlacedOutcome): Promise<StepResult> {
  const work = async (tx: DirectoryTx) => {
    const home = await recordHome(tx, context.params.uuid, placing, clock.now());
    if (home?.state === 'placed' && home.deleteRequested) await beginDeletingArrived(tx, context, placing, clock.now());
    return placing;
  };
  return context.inTransaction(work, { shared: true });
}

/** The undo reports a fault to the user; a guest that a cell may have made is an orphaned placement, and is removed there. */
async function giveUp(context: Context, { clock }: GlobalDeps): Promise<StepResult> {
  const fault = noAnswerInTime(context.reason, clock.now());
  return context.inTransaction(async (tx) => {
    const home = await getHome(tx, context.params.uuid);
    const cellId = home?.placingCellId ?? null;
    const mayHaveIt = cellId === null ? null : { cellId, askedAt: clock.now() };
    await giveUpHome(tx, context.params.uuid, { fault, decision: null }, mayHaveIt, clock.now());
  });
}
