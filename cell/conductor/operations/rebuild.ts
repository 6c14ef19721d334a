import { type Static, Type } from 'typebox';
import { DESIRED_POWERS } from '#platform/objects/guest.ts';
import { GuestParts } from '#platform/objects/guest-parts.ts';
import { InstanceBuild } from '#platform/objects/instance-build.ts';
import { Count, oneOf, Uuid } from '#platform/objects/scalars.ts';
import { done, wait } from '#platform/operations/definition.ts';
import { partsOf, type StoredSpec, setDesired } from '../../database/stores/guests.ts';
import { rebuildWrites } from '../../database/stores/instances.ts';
import { type OperatedGuest, operatedGuest } from '../../database/stores/operated-guest.ts';
import type { CellParts } from '../parts.ts';
import { type CellContext, type CellStep, defineCellOperation, LOOK_AGAIN_MS } from './cell-operation.ts';
import { acceptDiscarded, lostDisks, rebuildsOf } from './discarded-disks.ts';
import { faultJson } from './fault.ts';
import { troubleOf } from './guest-trouble.ts';
import { waitUntilSettled } from './settle-guest.ts';
import { inLeasedTransaction, updateAsOwner } from './superseded.ts';

/** The new desired state, with this rebuild count, was committed with the operation. What was before is here. */
const Params = Type.Object({
  guestId: Uuid,
  count: Count,
  vmState: oneOf(['active', 'stopped']),
  before: Type.Object({
    vmState: oneOf(['active', 'stopped', 'error']),
    power: oneOf(DESIRED_POWERS),
    parts: GuestParts,
  }),
  specBefore: Type.Unsafe<StoredSpec>(Type.Object({})),
  buildBefore: InstanceBuild,
});
export type RebuildParams = Static<typeof Params>;
type Context = CellContext<RebuildParams>;

/** The undo does not wait longer for a host that says nothing, ms. */
const UNHEARD_MS = 60_000;

const step: CellStep<RebuildParams> = {
  name: 'rebuild',
  do: (context, parts) => waitUntilSettled(context, parts, context.params.vmState),
  undo: goBack,
  attempts: 20,
};

export const rebuild = defineCellOperation({
  kind: 'rebuild',
  params: Params,
  // Back: as long as the old disk is there, the user gets the server as it was; afterwards ERROR, and may rebuild it again.
  deadline: { ms: 3_600_000, policy: 'back' },
  steps: [step],
});

/**
 * What the undo of a rebuild does next. ask: the guest is to be as before. restored: it is, its disks were never touched. lost: its old disk
 * is gone, or nobody can say.
 */
type WayBack = 'ask' | 'wait' | 'restored' | 'lost';

/** Pure. `now`: ms since the epoch. */
export function nextWayBack(
  guest: Pick<OperatedGuest, 'parts' | 'observedParts' | 'settled' | 'hostUp' | 'error' | 'errors' | 'changedAt'>,
  count: number,
  now: number,
): WayBack {
  if (rebuildsOf(guest) >= count) return 'lost';
  if (partsOf(guest).rebuild.count >= count) return 'ask';
  if (guest.settled) return 'restored';
  if (!guest.hostUp || troubleOf(guest) !== null || now - guest.changedAt > UNHEARD_MS) return 'lost';
  return 'wait';
}

async function goBack(context: Context, parts: CellParts) {
  const { guestId, count, before, specBefore, buildBefore } = context.params;
  const guest = await operatedGuest(parts.database.read, context.subject, context.now);
  if (guest === null || guest.operationId !== context.operationId || guest.id !== guestId) return done();
  context.at(guest.hostName);
  const way = nextWayBack(guest, count, context.now);
  if (way === 'ask') {
    await inLeasedTransaction(parts, context, async (tx) => {
      // With the build, so that whatever interrupts the way back finds a server that shows what its guest is made of.
      if (!(await updateAsOwner(tx, context, rebuildWrites(buildBefore)))) return;
      await setDesired(tx, guestId, { power: before.power, parts: before.parts, spec: specBefore }, context.now);
    });
  }
  if (way === 'ask' || way === 'wait') {
    parts.agents.wake(guest.computeAgentId, [guestId]);
    return wait(LOOK_AGAIN_MS, `host ${guest.hostName} to go back to the old disk`);
  }
  const fault = faultJson(context.reason, context.now);
  const vmState = way === 'lost' ? 'error' : before.vmState;
  const isLost = lostDisks(guest);
  const committed = await context.inTransaction(async (tx) => {
    const powerState = guest.observedPower;
    const isMine = await updateAsOwner(tx, context, { vmState, powerState, taskState: null, operationId: null, fault });
    if (isMine && isLost) await acceptDiscarded(tx, guest, context.now);
  });
  if (isLost) parts.agents.wake(guest.computeAgentId, [guestId]);
  return committed;
}
