import { type Static, Type } from 'typebox';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { giveUpHome, recordHome } from '#platform/directory/stores/home-transitions.ts';
import { getHome, ROUTE_BUILD } from '#platform/directory/stores/instance-homes.ts';
import { isVolvoxError, messageOf } from '#platform/errors/volvox-error.ts';
import { Uuid } from '#platform/objects/scalars.ts';
import { defineOperation, done, type StepContext, type StepResult, wait } from '#platform/operations/definition.ts';
import type { GlobalDeps } from '../deps.ts';
import { noAnswerInTime } from '../placing/no-valid-host.ts';
import { type Placing, placeBuild } from '../placing/place-build.ts';

/** Takes an accepted build into a cell, or buries it with the reasons why there is no host. */
export const RouteBuildParams = Type.Object({
  uuid: Uuid,
  /** Cells that had it before and could not build it. */
  triedCellIds: Type.Optional(Type.Array(Uuid)),
});
export type RouteBuildParams = Static<typeof RouteBuildParams>;

type Context = StepContext<RouteBuildParams, DirectoryTx>;

/** How soon silent cells, or a silent scheduler, are asked again, ms. */
const RECHECK_MS = 1_000;

export const routeBuild = defineOperation<typeof RouteBuildParams, GlobalDeps, DirectoryTx>({
  kind: ROUTE_BUILD.kind,
  params: RouteBuildParams,
  deadlineMs: ROUTE_BUILD.deadlineMs,
  steps: [
    { name: 'place', do: place, undo: giveUp, attempts: 20, timeoutMs: 60_000 },
    // From here on the cell has it: whatever comes next is for its home to deal with, so there is no way back.
    {
      name: 'record-home',
      do: record,
      undo: { reason: 'one transaction: it is recorded, or it is not' },
      attempts: 1_000,
      pointOfNoReturn: true,
    },
    { name: 'honour-delete', do: honourDelete, undo: { reason: 'what the user deleted stays deleted' } },
  ],
});

async function place(context: Context, deps: GlobalDeps): Promise<StepResult> {
  const { params, requestId, log } = context;
  const placing = await placeBuild(
    { uuid: params.uuid, requestId, triedCellIds: params.triedCellIds ?? [], log },
    deps,
  );
  if (placing.outcome === 'later') {
    log.info({ reason: placing.reason }, 'not placed yet');
    return wait(RECHECK_MS);
  }
  return done(placing);
}

/** Taken back by telling the user; a copy that a cell may have made is a stray and is forgotten there. */
async function giveUp(context: Context, { clock }: GlobalDeps): Promise<StepResult> {
  const fault = noAnswerInTime(context.reason, clock.now());
  return context.inTransaction(async (tx) => {
    const home = await getHome(tx, context.params.uuid);
    const cellId = home?.placingCellId ?? null;
    const mayHoldIt = cellId === null ? null : { cellId, askedAt: clock.now() };
    await giveUpHome(tx, context.params.uuid, fault, mayHoldIt, clock.now());
  });
}

async function record(context: Context, { clock }: GlobalDeps): Promise<StepResult> {
  const placed = placingOf(context);
  if (placed.outcome !== 'placed') return done();
  return context.inTransaction(async (tx) => {
    const home = await recordHome(tx, context.params.uuid, placed, clock.now());
    return { deleteRequested: home?.deleteRequested === true && home.state === 'homed' };
  });
}

/** The user deleted it while it was on the way: it is deleted as soon as it has arrived. */
async function honourDelete(context: Context, { cells }: GlobalDeps): Promise<StepResult> {
  const placed = placingOf(context);
  const recorded = context.outputs['record-home'] as { deleteRequested?: boolean } | undefined;
  if (placed.outcome !== 'placed' || recorded?.deleteRequested !== true) return done();
  const { operationId, requestId, userId, projectId } = context;
  const actor = { userId: userId ?? '', projectId: projectId ?? '', isAdmin: true, requestId };
  try {
    const door = cells.find(placed.cellId)?.door;
    if (door === undefined) return wait(RECHECK_MS);
    await door.act({ uuid: context.params.uuid, operationId, kind: 'delete', params: {}, actor }, { requestId });
    return done();
  } catch (error) {
    if (isVolvoxError(error, 'not-found')) return done();
    context.log.info({ reason: messageOf(error) }, 'the cell was not told yet that this is deleted');
    return wait(RECHECK_MS);
  }
}

const placingOf = (context: Context): Placing => context.outputs.place as Placing;
