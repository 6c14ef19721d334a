import { type Static, Type } from 'typebox';
import type { DiskSource, MovedInstance } from '#platform/contracts/door-moves.ts';
import { fromJson } from '#platform/database/json-column.ts';
import type { GuestSpec } from '#platform/objects/guest.ts';
import { Uuid } from '#platform/objects/scalars.ts';
import {
  defineOperation,
  done,
  type Step,
  type StepContext,
  StepRefused,
  wait,
} from '#platform/operations/definition.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { buildOf, occupant, removeArriving } from '../../database/stores/arriving-instances.ts';
import { removeEndedOperations } from '../../database/stores/ended-operations.ts';
import { insertGuests, type StoredSpec } from '../../database/stores/guests.ts';
import { endMoveIn, isMoveInOver, lockMoveIn } from '../../database/stores/moves-in.ts';
import { isMade, renewTarget, targetSpec } from '../../database/stores/target-guests.ts';
import type { CellParts } from '../parts.ts';
import { guestSpec } from './copies.ts';
import { arriveHere, reveal, startGuest } from './move-in-arrival.ts';
import {
  giveUpCopy,
  goElsewhere,
  keepInHand,
  lookAtMove,
  type MoveInHand,
  plugIfFree,
  portsWanted,
  reaching,
  tellAgents,
} from './move-in-places.ts';
import { nextCopying, nextPreparation } from './next-move-in.ts';

/** The row of `moves_in` says all else. `label`: the name in the action log. */
const Params = Type.Object({ moveId: Uuid, label: Type.Literal('migrate') });
export type MoveInParams = Static<typeof Params>;
type Context = StepContext<MoveInParams, CellTx>;
type MoveInStep = Step<MoveInParams, CellParts, CellTx>;

const LOOK_AGAIN_MS = 3_000;
/** While it waits for what wakes nobody. */
const LOOK_SOON_MS = 500;
/** How long something of an earlier copy may stay in the way, ms. */
const OCCUPIED_MS = 600_000;

const WITH_PREPARE = { reason: 'The undo of `prepare` gives back all there is, in one transaction.' };
const NOTHING = { reason: 'It only waits for the move.' };
const FORWARD = { reason: 'The home is here: there is only the way forward.' };

const prepare: MoveInStep = { name: 'prepare', do: prepareHost, undo: giveEverythingBack };
const awaitCopy: MoveInStep = {
  name: 'await-copy',
  do: awaitOrder(['copy', 'arrive', 'start'], 'source'),
  undo: NOTHING,
};
const copyDisks: MoveInStep = { name: 'copy-disks', do: fetchDisks, undo: WITH_PREPARE };
const awaitArrival: MoveInStep = { name: 'await-arrival', do: awaitOrder(['arrive', 'start'], 'moved'), undo: NOTHING };
const arrive: MoveInStep = { name: 'arrive', do: arriveHere, undo: WITH_PREPARE };
/** `start` is ordered when the directory names this cell, and an abort is refused from then on. */
const awaitStart: MoveInStep = {
  name: 'await-start',
  do: awaitOrder(['start'], null),
  undo: NOTHING,
  pointOfNoReturn: true,
};

/**
 * The target's part of a move between cells (decision 0005). The door made claim, ports and this operation in one transaction; what comes
 * after goes as far as the move lets it.
 */
export const moveIn = defineOperation<typeof Params, CellParts, CellTx>({
  kind: 'moveIn',
  params: Params,
  deadline: { ms: 86_400_000, policy: 'forward' },
  follows: ({ moveId }) => moveId,
  steps: [
    prepare,
    awaitCopy,
    copyDisks,
    awaitArrival,
    arrive,
    awaitStart,
    { name: 'reveal', do: reveal, undo: FORWARD },
    { name: 'start-guest', do: startGuest, undo: FORWARD },
  ],
});

/** @param brings what comes with the order, and has to be there too. */
function awaitOrder(orders: readonly string[], brings: 'source' | 'moved' | null): MoveInStep['do'] {
  return async (context, parts) => {
    const { row } = await lookAtMove(context, parts);
    const ordered = orders.includes(row.ordered) && (brings === null || row[brings] !== null);
    return ordered ? done() : wait(LOOK_AGAIN_MS, `the move to order ${orders[0]}`);
  };
}

async function prepareHost(context: Context, parts: CellParts) {
  const hand = await lookAtMove(context, parts);
  const { host, ports, row, order, guestId } = hand;
  const occupied = await isOccupied(context, parts, hand);
  const next = nextPreparation(
    { host, ports, portsWanted: portsWanted(hand), occupied, since: row.changed_at },
    context.now,
  );
  switch (next.kind) {
    case 'ready':
      return reaching(context, parts, (tx) => keepInHand(tx, context, guestId, { reached: 'prepare' }));
    case 'elsewhere':
      await goElsewhere(context, parts, hand, next.why);
      return wait(LOOK_AGAIN_MS);
    case 'plug':
      await parts.database.transaction(async (tx) => {
        await keepInHand(tx, context, guestId);
        await plugIfFree(tx, order, { guestId, hostId: host.id }, context.now);
      });
      await tellAgents(parts, context.subject);
      return wait(LOOK_SOON_MS, 'ports');
    default:
      await tellAgents(parts, context.subject);
      return wait(occupied ? LOOK_SOON_MS : LOOK_AGAIN_MS, next.kind === 'wait' ? next.waitingFor : null);
  }
}

/**
 * Whether a row of the instance is in the way of the one that is to arrive: of a move out of this cell, or into it, that is not cleared away.
 * @throws StepRefused when it is no such row, or stays too long.
 */
async function isOccupied(context: Context, parts: CellParts, { row }: MoveInHand): Promise<boolean> {
  const there = await occupant(parts.database.read, context.subject);
  if (there === null || there.operation_id === context.operationId) return false;
  if (there.presence === 'here') throw new StepRefused('The cell has this instance already.');
  if (context.now - row.changed_at > OCCUPIED_MS)
    throw new StepRefused('What an earlier move left of this instance is still in the cell.');
  return true;
}

async function fetchDisks(context: Context, parts: CellParts) {
  const hand = await lookAtMove(context, parts);
  const { host, ports, guest, guestId, row } = hand;
  const source = row.source === null ? null : diskSourceOf(fromJson<DiskSource>(row.source));
  if (guest === null) {
    await parts.database.transaction(async (tx) => {
      await keepInHand(tx, context, guestId);
      await makeGuest(tx, context, parts, hand, source);
    });
    await tellAgents(parts, context.subject);
    return wait(LOOK_AGAIN_MS, 'disks');
  }
  const spec = await targetSpec(parts.database.read, guestId);
  if (spec === null) throw new StepRefused('The copy was sent away.');
  const next = nextCopying({ host, guest, ports, source: compareSources(spec.diskSource, source) }, context.now);
  switch (next.kind) {
    case 'ready':
      return reaching(context, parts, (tx) => keepInHand(tx, context, guestId, { reached: 'copy' }));
    case 'elsewhere':
      await goElsewhere(context, parts, hand, next.why);
      return wait(LOOK_SOON_MS);
    case 'renew':
      await parts.database.transaction(async (tx) => {
        await keepInHand(tx, context, guestId);
        await renewTarget(tx, guestId, { ...spec, diskSource: source }, context.now);
      });
      break;
    default:
  }
  await tellAgents(parts, context.subject);
  return wait(LOOK_AGAIN_MS, 'disks');
}

const diskSourceOf = (source: DiskSource): NonNullable<GuestSpec['diskSource']> => ({ ...source, otherCell: true });

type Source = GuestSpec['diskSource'];
function compareSources(told: Source, known: Source): 'same' | 'other-ticket' | 'other-address' {
  if (told?.url !== known?.url || told?.guestId !== known?.guestId) return 'other-address';
  return told?.ticket === known?.ticket ? 'same' : 'other-ticket';
}

async function makeGuest(tx: CellTx, context: Context, parts: CellParts, hand: MoveInHand, diskSource: Source) {
  const { order, guestId, host } = hand;
  const build = buildOf(order.instance);
  const spec: StoredSpec = { ...guestSpec(build, build.flavor, diskSource), instanceName: order.instance.instanceName };
  const guest = {
    id: guestId,
    instanceUuid: context.subject,
    hostId: host.id,
    role: 'target',
    epoch: order.epoch,
    power: 'stopped',
    gracefulStopMs: parts.settings.gracefulStopMs,
    spec,
  } as const;
  if (!(await isMade(tx, guestId))) await insertGuests(tx, [guest], context.now);
}

/**
 * The only undo there is, and it is one transaction with the end of the operation: claim, ports, guest and row go, and the move is told so.
 * Agents are not waited for: the guest never ran, and what is left of it goes with its claim when they answer.
 */
async function giveEverythingBack(context: Context, parts: CellParts) {
  const { moveId } = context.params;
  let freed: readonly string[] = [];
  const committed = await reaching(context, parts, async (tx) => {
    freed = [];
    const row = await lockMoveIn(tx, moveId);
    if (row === null || row.operation_id !== context.operationId || isMoveInOver(row.reached)) return;
    if (await removeArriving(tx, context.subject, context.operationId)) {
      const log = row.moved === null ? [] : fromJson<MovedInstance>(row.moved).operations;
      await removeEndedOperations(
        tx,
        context.subject,
        log.map((entry) => String(entry.id)),
      );
    }
    if (row.guest_id !== null) freed = await giveUpCopy(tx, context.subject, row.guest_id, context.now);
    await endMoveIn(tx, moveId, 'undone', context.reason, context.now);
  });
  parts.hosts.changed(freed);
  await tellAgents(parts, context.subject);
  return committed;
}
