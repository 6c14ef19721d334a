import { randomUUID } from 'node:crypto';
import type { MoveInOrder } from '#platform/contracts/door-moves.ts';
import { MOVE_IN } from '#platform/contracts/moves.ts';
import { fromJson } from '#platform/database/json-column.ts';
import { resourcesOf } from '#platform/objects/resources.ts';
import { type StepContext, StepRefused } from '#platform/operations/definition.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { buildOf } from '../../database/stores/arriving-instances.ts';
import { type ClaimRefusal, insertClaims, releaseClaims, takeRoom } from '../../database/stores/claims.ts';
import { dismiss, type GuestOnHost, guestsOf } from '../../database/stores/guests.ts';
import { type HostInHand, hostsInHand } from '../../database/stores/hosts.ts';
import { findMoveIn, lockMoveIn, type MoveInRow, writeProgress } from '../../database/stores/moves-in.ts';
import {
  type BindingOnHost,
  bindingsOf,
  bindingsOfGuests,
  insertBindings,
  wishBindings,
} from '../../database/stores/port-bindings.ts';
import { isMade, portsInTheWay } from '../../database/stores/target-guests.ts';
import type { CellParts } from '../parts.ts';
import { MOST_HOSTS } from './build.ts';
import { bindingsFor } from './copies.ts';
import { beside, superseded } from './superseded.ts';

/** A step's context, as far as places are concerned. */
export type MoveInContext = StepContext<{ readonly moveId: string }, CellTx>;

/** The move as it is, on the host that is in hand. */
export interface MoveInHand {
  readonly row: MoveInRow;
  readonly order: MoveInOrder;
  readonly guestId: string;
  readonly host: HostInHand;
  /** null: not made yet. */
  readonly guest: GuestOnHost | null;
  /** The ports of the copy. */
  readonly ports: readonly BindingOnHost[];
}

/** @throws StepRefused when the move was aborted, or is not this operation's any more. */
export async function lookAtMove(context: MoveInContext, parts: CellParts): Promise<MoveInHand> {
  const { read } = parts.database;
  const row = await findMoveIn(read, context.params.moveId);
  if (row === null || row.operation_id !== context.operationId || MOVE_IN.hasEnded(row.reached)) throw superseded();
  if (row.ordered === 'abort') throw new StepRefused('The move was aborted.');
  const { instance, guest_id: guestId, host_id: hostId } = row;
  if (instance === null || guestId === null || hostId === null) throw superseded();
  const [hosts, copies, ports] = await Promise.all([
    hostsInHand(read, [hostId]),
    guestsOf(read, context.subject),
    bindingsOfGuests(read, [guestId]),
  ]);
  const host = hosts.get(hostId);
  if (host === undefined) throw new StepRefused(`There is no host ${hostId} in this cell any more.`);
  const guest = copies.find((copy) => copy.id === guestId) ?? null;
  return { row, order: fromJson<MoveInOrder>(instance), guestId, host, guest, ports };
}

/**
 * The first statement of each transaction that goes on with the copy in hand: locks the row of the move.
 * @throws StepRefused when the move is over, or another worker has come further, or gone to another copy, meanwhile.
 */
export async function keepInHand(
  tx: CellTx,
  context: MoveInContext,
  hand: MoveInHand,
  writes: Parameters<typeof writeProgress>[2] | null = null,
): Promise<void> {
  const { moveId } = context.params;
  const row = await lockMoveIn(tx, moveId);
  const asSeen = row?.guest_id === hand.guestId && row.reached === hand.row.reached;
  if (row?.operation_id !== context.operationId || !asSeen) throw superseded();
  if (writes !== null) await writeProgress(tx, moveId, writes, context.now);
}

/** A step's transaction, which says how far the move has come when it commits. */
export async function reaching(context: MoveInContext, parts: CellParts, work: (tx: CellTx) => Promise<unknown>) {
  const committed = await context.inTransaction(work);
  parts.moves.ring();
  return committed;
}

/** Hosts that are tried, best first. */
export const moveInCandidates = (order: MoveInOrder): readonly string[] =>
  [...new Set([order.hostId, ...order.alternates])].slice(0, MOST_HOSTS);

export interface Place {
  readonly hostId: string;
  readonly guestId: string;
}

/** Takes room on the first of these hosts that has it. @returns why the best one has none. */
export async function takePlace(
  tx: CellTx,
  order: MoveInOrder,
  hostIds: readonly string[],
): Promise<Place | ClaimRefusal | null> {
  const { uuid, flavor, serverGroup: group } = order.instance;
  const guestId = randomUUID();
  let refusal: ClaimRefusal | null = null;
  for (const hostId of hostIds) {
    const claim = { guestId, hostId, instanceUuid: uuid, group, resources: resourcesOf(flavor) };
    const why = await takeRoom(tx, claim);
    if (why === null) {
      await insertClaims(tx, [claim]);
      return { hostId, guestId };
    }
    refusal ??= why;
  }
  return refusal;
}

const portsOf = (order: MoveInOrder, { guestId, hostId }: Place) =>
  bindingsFor(buildOf(order.instance), guestId, hostId, order.epoch);

/** Asks for the ports of the copy, once; not while those of an earlier copy are still on the host. @returns whether it did. */
export async function plugIfFree(tx: CellTx, order: MoveInOrder, place: Place, now: number): Promise<boolean> {
  if (await portsInTheWay(tx, order.uuid, place.hostId, place.guestId)) return false;
  if ((await bindingsOfGuests(tx, [place.guestId])).length > 0) return false;
  await insertBindings(tx, portsOf(order, place), now);
  return true;
}

/**
 * Leaves the host in hand for the next candidate that has room.
 * @returns the new place. @throws StepRefused with `why` when there is none; all is then as before.
 */
export async function goElsewhere(
  context: MoveInContext,
  parts: CellParts,
  hand: MoveInHand,
  why: string,
): Promise<void> {
  const { order, row, guestId } = hand;
  const candidates = moveInCandidates(order);
  const rest = candidates.slice(candidates.indexOf(hand.host.id) + 1);
  context.log.warn({ host: hand.host.name, reason: why }, 'this host cannot take the moved server');
  const changed = await beside(parts, context, async (tx) => {
    await keepInHand(tx, context, hand);
    const place = await takePlace(tx, order, rest);
    if (place === null || 'reason' in place) throw new StepRefused(why);
    const freed = await giveUpCopy(tx, row.instance_uuid, guestId, context.now);
    await plugIfFree(tx, order, place, context.now);
    await keepInHand(tx, context, hand, { host_id: place.hostId, guest_id: place.guestId });
    return [...freed, place.hostId];
  });
  parts.hosts.changed(changed);
  await tellAgents(parts, context.subject);
}

/**
 * Gives a copy and its ports up: what was made of it goes as its agents say so, and its claim with it; one that was not made gives its
 * claim back at once. @returns the hosts that changed.
 */
export async function giveUpCopy(
  tx: CellTx,
  instanceUuid: string,
  guestId: string,
  now: number,
): Promise<readonly string[]> {
  await wishBindings(tx, [guestId], { present: false, leaving: true }, now);
  if (!(await isMade(tx, guestId))) return releaseClaims(tx, [guestId]);
  await dismiss(tx, instanceUuid, now, guestId);
  return [];
}

/** Wakes the agents that have something to do with the instance and do not fail at it: those try again by themselves. */
export async function tellAgents(parts: CellParts, instanceUuid: string): Promise<void> {
  const { read } = parts.database;
  const [copies, ports] = await Promise.all([guestsOf(read, instanceUuid), bindingsOf(read, instanceUuid)]);
  const idle = (row: { settled: number; error: string | null }) => row.settled === 0 && row.error === null;
  parts.agents.wakeEach(copies.filter(idle), (copy) => copy.compute_agent_id);
  parts.agents.wakeEach(ports.filter(idle), (port) => port.network_agent_id);
}

/** How many ports the copy is to have. */
export const portsWanted = ({ order, guestId, host }: MoveInHand): number =>
  portsOf(order, { guestId, hostId: host.id }).length;
