import type { Static } from 'typebox';
import type { MoveEstimate } from '#platform/contracts/door-moves.ts';
import { isVolvoxError } from '#platform/errors/volvox-error.ts';
import type { Flavor } from '#platform/objects/flavor.ts';
import { type InstanceRowOnHost, toInstance } from '../../database/stores/instances.ts';
import { placeOfGuest } from '../../database/stores/moves-out.ts';
import type { ConductorParts } from '../parts.ts';
import { movableGuest } from './begin-move-out.ts';
import { liveInstance } from './instances.ts';

type Estimate = Static<typeof MoveEstimate>;

const GIB = 2 ** 30;
const MIB = 2 ** 20;

/** The disks that a move would have to transfer, and whether it could begin now. Changes nothing. @throws VolvoxError not-found, moved. */
export async function estimateMove(parts: ConductorParts, uuid: string, signal: AbortSignal): Promise<Estimate> {
  const row = await liveInstance(parts.database.read, uuid);
  const instance = toInstance(row, parts.cell.name);
  const [refusal, disks] = await Promise.all([refusalOf(parts, row), disksOf(parts, row, signal)]);
  return { instance, refusal, disks: disks ?? disksOfFlavor(instance.flavor) };
}

async function refusalOf(parts: ConductorParts, row: InstanceRowOnHost): Promise<string | null> {
  try {
    await movableGuest(parts.database.read, row);
    return null;
  } catch (error) {
    if (isVolvoxError(error, 'conflict')) return error.message;
    throw error;
  }
}

/** The disks as the host's agent knows them; null when it does not answer, does not know them, or is of a release without this call. */
async function disksOf(
  parts: ConductorParts,
  row: InstanceRowOnHost,
  signal: AbortSignal,
): Promise<Estimate['disks'] | null> {
  const guestId = row.guestId;
  const place = guestId === null ? null : await placeOfGuest(parts.database.read, guestId);
  if (guestId === null || place === null || !place.hostUp) return null;
  try {
    const compute = await parts.computes.at(place);
    return (await compute.guestDisks({ guestId }, { signal })).disks;
  } catch (error) {
    if (!isVolvoxError(error)) throw error;
    parts.log.info(
      { instance: row.uuid, host: place.hostName, reason: error.message },
      'disks are estimated from the flavor',
    );
    return null;
  }
}

/** An upper bound: every disk of the flavor, full. */
function disksOfFlavor(flavor: Flavor): Estimate['disks'] {
  const sizes = { root: flavor.diskGb * GIB, ephemeral: flavor.ephemeralGb * GIB, swap: flavor.swapMb * MIB };
  return Object.entries(sizes)
    .filter(([, bytes]) => bytes > 0)
    .map(([name, bytes]) => ({ name, virtualBytes: bytes, bytes }));
}
