import type { DiskSource } from '#platform/contracts/door-moves.ts';
import { fromJson } from '#platform/database/json-column.ts';
import { deviceRequestsOf } from '#platform/objects/device-request.ts';
import type { GuestSpec } from '#platform/objects/guest.ts';
import { topologyOf } from '#platform/objects/requested-topology.ts';
import { StepRefused, type StepResult, wait } from '#platform/operations/definition.ts';
import { generationOfTicket } from '#platform/rpc/disk-ticket.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { buildOf } from '../../database/stores/arriving-instances.ts';
import { ownPartsOf } from '../../database/stores/claims.ts';
import { insertGuests, type StoredSpec } from '../../database/stores/guests.ts';
import { isMade, renewTarget, targetSpec } from '../../database/stores/target-guests.ts';
import type { CellParts } from '../parts.ts';
import { LOOK_AGAIN_MS, LOOK_SOON_MS } from './cell-operation.ts';
import { guestSpec } from './guests.ts';
import { untilPlugged } from './move-in-host.ts';
import {
  goElsewhere,
  lookAtMove,
  type MoveInContext,
  type MoveInState,
  reaching,
  tellAgents,
  updateMoveIn,
} from './move-in-state.ts';
import { type Copying, nextCopying } from './next-move-in.ts';
import { inLeasedTransaction } from './superseded.ts';

/** Creates the guest, stopped, and waits until its disks are transferred and verified. */
export async function fetchDisks(context: MoveInContext, parts: CellParts): Promise<StepResult> {
  const state = await lookAtMove(context, parts);
  const { host, ports, guest, guestId, row } = state;
  context.at(host.name);
  const source = row.source === null ? null : diskSourceOf(fromJson<DiskSource>(row.source));
  if (guest === null) {
    const pending = await untilPlugged(context, parts, state, null);
    if (pending !== null) return pending;
    await inLeasedTransaction(parts, context, async (tx) => {
      await updateMoveIn(tx, context, state);
      await makeGuest(tx, context, parts, state, source);
    });
    await tellAgents(parts, context.subject);
    return wait(LOOK_AGAIN_MS, 'disks');
  }
  const spec = await targetSpec(parts.database.read, guestId);
  if (spec === null) throw new StepRefused('The guest was removed.');
  const next = nextCopying({ host, guest, ports, source: compareSources(spec.diskSource, source) }, context.now);
  switch (next.kind) {
    case 'ready':
      return reaching(context, parts, (tx) => updateMoveIn(tx, context, state, { reached: 'copy' }));
    case 'elsewhere':
      await goElsewhere(context, parts, state, next.why);
      return wait(LOOK_SOON_MS);
    case 'renew':
      await inLeasedTransaction(parts, context, async (tx) => {
        await updateMoveIn(tx, context, state);
        await renewTarget(tx, guestId, { ...spec, diskSource: source }, context.now);
      });
      break;
    case 'wait':
  }
  await tellAgents(parts, context.subject);
  return wait(LOOK_AGAIN_MS, 'disks');
}

const diskSourceOf = (source: DiskSource): NonNullable<GuestSpec['diskSource']> => ({ ...source, otherCell: true });

type Source = GuestSpec['diskSource'];
function compareSources(told: Source, known: Source): Copying['source'] {
  if (told?.url !== known?.url || told?.guestId !== known?.guestId) return 'other-address';
  if (told?.ticket === known?.ticket) return 'same';
  return generationOf(told) === generationOf(known) ? 'other-ticket' : 'void-ticket';
}
const generationOf = (source: Source) => generationOfTicket(source?.ticket ?? '');

async function makeGuest(tx: CellTx, context: MoveInContext, parts: CellParts, state: MoveInState, diskSource: Source) {
  const { request, guestId, host } = state;
  const build = buildOf(request.instance);
  const asks = topologyOf(build.flavor, build.image.properties) !== null || deviceRequestsOf(build.flavor).length > 0;
  const spec: StoredSpec = {
    ...guestSpec(build, build.flavor, diskSource, asks ? await ownPartsOf(tx, guestId) : {}),
    instanceName: request.instance.instanceName,
  };
  const guest = {
    id: guestId,
    instanceUuid: context.subject,
    hostId: host.id,
    role: 'target',
    epoch: request.epoch,
    power: 'stopped',
    gracefulStopMs: parts.settings.gracefulStopMs,
    spec,
  } as const;
  if (!(await isMade(tx, guestId))) await insertGuests(tx, [guest], context.now);
}
