import { done, wait } from '#platform/operations/definition.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { releaseClaims } from '../../database/stores/claims.ts';
import { type GuestOnHost, guestsOf, markAbsent } from '../../database/stores/guests.ts';
import type { InstanceWrites } from '../../database/stores/instances.ts';
import { UNHEARD_MS } from '../../database/stores/lingering-guests.ts';
import { bindingsOfGuests, setDesiredBindings } from '../../database/stores/port-bindings.ts';
import { advanceMigration } from '../../database/stores/server-migrations.ts';
import type { CellParts } from '../parts.ts';
import { type CellContext, LOOK_AGAIN_MS } from './cell-operation.ts';
import { troubleOf } from './guest-trouble.ts';
import { inLeasedTransaction, updateAsOwner } from './superseded.ts';

/* The way back of the operations that make a second guest of an instance (second-guest.ts). */

type Context = CellContext<{ readonly targetGuestId: string }>;

/**
 * The last undo: releases the instance with these columns; the migration has failed. `also` runs in the same transaction, if the operation still owns the instance.
 * The claim of a target that exists is released when the target is gone.
 */
export async function releaseTarget(
  context: Context,
  parts: CellParts,
  writes: InstanceWrites,
  also: (tx: CellTx) => Promise<unknown> = async () => undefined,
) {
  const { targetGuestId } = context.params;
  const guests = await guestsOf(parts.database.read, context.subject);
  const bindings = await bindingsOfGuests(parts.database.read, [targetGuestId]);
  const hosts = await inLeasedTransaction(parts, context, async (tx) => {
    const mine = await updateAsOwner(tx, context, { taskState: null, operationId: null, ...writes });
    if (mine) await also(tx);
    await advanceMigration(tx, context.operationId, { status: 'error' }, context.now);
    if (!mine || guests.some((guest) => guest.id === targetGuestId)) return [];
    await setDesiredBindings(tx, [targetGuestId], { present: false, leaving: true }, context.now);
    return releaseClaims(tx, [targetGuestId]);
  });
  parts.hosts.changed(hosts);
  parts.agents.wakeEach(bindings, (binding) => binding.networkAgentId);
  return done();
}

/**
 * Removes the target and waits until it is gone, so that the two guests never run at once. It does not wait for an agent that is silent or
 * fails. The desired state is committed first and stays: a host that comes back does not start the target and has no port for
 * it, and an agent tries again.
 */
export async function removeTarget(context: Context, parts: CellParts) {
  const guests = await guestsOf(parts.database.read, context.subject);
  const target = guests.find((guest) => guest.id === context.params.targetGuestId);
  if (target === undefined) return done();
  if (target.role !== 'leaving')
    await inLeasedTransaction(parts, context, (tx) => markAbsent(tx, context.subject, context.now, target.id));
  parts.agents.wake(target.computeAgentId, [target.id]);
  const hopeless = target.role === 'leaving' && isHopeless(target, context.now);
  if (target.hostAnswers && !hopeless) return wait(LOOK_AGAIN_MS, `host ${target.hostName} to remove the new guest`);
  await unplug(context, parts, target);
  return done();
}

/** Whether the agent has failed for good to reach the desired state of a guest, or has not reported on it for long. */
export const isHopeless = (guest: Pick<GuestOnHost, 'error' | 'errors' | 'changedAt'>, now: number): boolean =>
  troubleOf(guest) !== null || now - guest.changedAt > UNHEARD_MS;

async function unplug(context: Context, parts: CellParts, guest: GuestOnHost) {
  await inLeasedTransaction(parts, context, (tx) =>
    setDesiredBindings(tx, [guest.id], { present: false, leaving: true }, context.now),
  );
  const bindings = await bindingsOfGuests(parts.database.read, [guest.id]);
  parts.agents.wakeEach(bindings, (binding) => binding.networkAgentId);
}
