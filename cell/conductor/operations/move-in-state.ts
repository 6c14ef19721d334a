import { randomUUID } from 'node:crypto';
import type { MoveInRequest } from '#platform/contracts/door-moves.ts';
import { MOVE_IN } from '#platform/contracts/moves.ts';
import { fromJson } from '#platform/database/json-column.ts';
import { deviceRequestsOf } from '#platform/objects/device-request.ts';
import { networkNeedsOf } from '#platform/objects/network-needs.ts';
import { topologyOf } from '#platform/objects/requested-topology.ts';
import { resourcesOf } from '#platform/objects/resources.ts';
import { StepRefused } from '#platform/operations/definition.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { buildOf } from '../../database/stores/arriving-instances.ts';
import { type ClaimRefusal, claimCapacity, insertClaims, releaseClaims } from '../../database/stores/claims.ts';
import { type GuestOnHost, guestsOf, markAbsent } from '../../database/stores/guests.ts';
import { type OperatedHost, readHosts } from '../../database/stores/hosts.ts';
import { findMoveIn, lockMoveIn, type MoveInRow, writeProgress } from '../../database/stores/moves-in.ts';
import {
  type BindingOnHost,
  bindingsOf,
  bindingsOfGuests,
  insertBindings,
  setDesiredBindings,
} from '../../database/stores/port-bindings.ts';
import { isMade, portsInTheWay } from '../../database/stores/target-guests.ts';
import type { CellParts } from '../parts.ts';
import { MAX_HOSTS } from './build.ts';
import type { CellContext } from './cell-operation.ts';
import { bindingsFor } from './guests.ts';
import { inLeasedTransaction, superseded } from './superseded.ts';

/** The part of a step's context that these functions use. */
export type MoveInContext = CellContext<{ readonly moveId: string }>;

/** The state of the move on the host that it uses now. */
export interface MoveInState {
  readonly row: MoveInRow;
  readonly request: MoveInRequest;
  readonly guestId: string;
  readonly host: OperatedHost;
  /** null: not created yet. */
  readonly guest: GuestOnHost | null;
  /** The ports of the guest. */
  readonly ports: readonly BindingOnHost[];
}

/** @throws StepRefused when the move was aborted, or belongs to another operation. */
export async function lookAtMove(context: MoveInContext, parts: CellParts): Promise<MoveInState> {
  const { read } = parts.database;
  const row = await findMoveIn(read, context.params.moveId);
  if (row === null || row.operationId !== context.operationId || MOVE_IN.hasEnded(row.reached)) throw superseded();
  if (row.requested === 'abort') throw new StepRefused('The move was aborted.');
  const { instance, guestId, hostId } = row;
  if (instance === null || guestId === null || hostId === null) throw superseded();
  const [hosts, guests, ports] = await Promise.all([
    readHosts(read, [hostId]),
    guestsOf(read, context.subject),
    bindingsOfGuests(read, [guestId]),
  ]);
  const host = hosts.get(hostId);
  if (host === undefined) throw new StepRefused(`This cell does not have host ${hostId} any more.`);
  const guest = guests.find((guest) => guest.id === guestId) ?? null;
  return { row, request: fromJson<MoveInRequest>(instance), guestId, host, guest, ports };
}

/**
 * The first statement of each transaction that works on the current guest: locks the row of the move.
 * @throws StepRefused when the move is over, or when another worker has reached a later phase or created another guest in between.
 */
export async function updateMoveIn(
  tx: CellTx,
  context: MoveInContext,
  state: MoveInState,
  writes: Parameters<typeof writeProgress>[2] | null = null,
): Promise<void> {
  const { moveId } = context.params;
  const row = await lockMoveIn(tx, moveId);
  const asSeen = row?.guestId === state.guestId && row.reached === state.row.reached;
  if (row?.operationId !== context.operationId || !asSeen) throw superseded();
  if (writes !== null) await writeProgress(tx, moveId, writes, context.now);
}

/** A step's transaction, which writes the reached phase of the move when it commits. */
export async function reaching(context: MoveInContext, parts: CellParts, work: (tx: CellTx) => Promise<unknown>) {
  const committed = await context.inTransaction(work);
  parts.moves.ring();
  return committed;
}

/** Hosts that are tried, best first. */
export const moveInCandidates = (request: MoveInRequest): readonly string[] =>
  [...new Set([request.hostId, ...request.alternates])].slice(0, MAX_HOSTS);

interface ClaimedHost {
  readonly hostId: string;
  readonly guestId: string;
}

/** Claims capacity on the first of these hosts that has enough. @returns the claim, or why the best host refused it. */
export async function claimHost(
  tx: CellTx,
  request: MoveInRequest,
  hostIds: readonly string[],
): Promise<ClaimedHost | ClaimRefusal | null> {
  const { uuid, flavor, serverGroup: group, networks, ports } = request.instance;
  const guestId = randomUUID();
  const networkNeeds = networkNeedsOf(networks, ports);
  const topology = topologyOf(flavor, request.instance.image.properties);
  const resources = resourcesOf(flavor, topology);
  const devices = deviceRequestsOf(flavor);
  let refusal: ClaimRefusal | null = null;
  for (const hostId of hostIds) {
    const claim = { guestId, hostId, instanceUuid: uuid, group, resources, topology, devices, networkNeeds };
    const outcome = await claimCapacity(tx, claim);
    if (outcome.refusal === null) {
      await insertClaims(tx, [{ ...claim, own: outcome.own }]);
      return { hostId, guestId };
    }
    refusal ??= outcome.refusal;
  }
  return refusal;
}

const portsOf = (request: MoveInRequest, { guestId, hostId }: ClaimedHost) =>
  bindingsFor(buildOf(request.instance), guestId, hostId, request.epoch);

/** Requests the ports of the guest once; not while ports of an earlier guest are still on the host. @returns whether it did. */
export async function plugIfFree(
  tx: CellTx,
  request: MoveInRequest,
  place: ClaimedHost,
  now: number,
): Promise<boolean> {
  if (await portsInTheWay(tx, request.uuid, place.hostId, place.guestId)) return false;
  if ((await bindingsOfGuests(tx, [place.guestId])).length > 0) return false;
  await insertBindings(tx, portsOf(request, place), now);
  return true;
}

/**
 * Gives up the current host for the next candidate that has capacity.
 * @throws StepRefused with `why` when there is none; then nothing has changed.
 */
export async function goElsewhere(
  context: MoveInContext,
  parts: CellParts,
  state: MoveInState,
  why: string,
): Promise<void> {
  const { request, row, guestId } = state;
  const candidates = moveInCandidates(request);
  const rest = candidates.slice(candidates.indexOf(state.host.id) + 1);
  context.log.warn({ host: state.host.name, reason: why }, 'this host cannot take the moved server');
  const changed = await inLeasedTransaction(parts, context, async (tx) => {
    await updateMoveIn(tx, context, state);
    const place = await claimHost(tx, request, rest);
    if (place === null || 'reason' in place) throw new StepRefused(why);
    const freed = await giveUpGuest(tx, row.instanceUuid, guestId, context.now);
    await plugIfFree(tx, request, place, context.now);
    await updateMoveIn(tx, context, state, { hostId: place.hostId, guestId: place.guestId });
    return [...freed, place.hostId];
  });
  parts.hosts.changed(changed);
  await tellAgents(parts, context.subject);
}

/**
 * Gives up a guest and its ports. A guest that exists goes with its claim as its agents report; the claim of a guest that does not exist
 * is released at once. @returns the hosts that changed.
 */
export async function giveUpGuest(
  tx: CellTx,
  instanceUuid: string,
  guestId: string,
  now: number,
): Promise<readonly string[]> {
  await setDesiredBindings(tx, [guestId], { present: false, leaving: true }, now);
  if (!(await isMade(tx, guestId))) return releaseClaims(tx, [guestId]);
  await markAbsent(tx, instanceUuid, now, guestId);
  return [];
}

/** Wakes the agents that have work for the instance. Agents that fail at it are not woken, because they try again by themselves. */
export async function tellAgents(parts: CellParts, instanceUuid: string): Promise<void> {
  const { read } = parts.database;
  const [guests, ports] = await Promise.all([guestsOf(read, instanceUuid), bindingsOf(read, instanceUuid)]);
  const idle = (row: { settled: boolean; error: string | null }) => !row.settled && row.error === null;
  parts.agents.wakeEach(guests.filter(idle), (guest) => guest.computeAgentId);
  parts.agents.wakeEach(ports.filter(idle), (port) => port.networkAgentId);
}

/** The number of ports that the guest is to have. */
export const portsDesired = ({ request, guestId, host }: MoveInState): number =>
  portsOf(request, { guestId, hostId: host.id }).length;
