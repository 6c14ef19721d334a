import type { DirectoryReader, DirectoryTx } from '#platform/directory/directory.ts';
import type { PortRecord } from '#platform/directory/stores/ports.ts';
import { subportsOfTrunks, trunkOfSubport, trunksOfParents } from '#platform/directory/stores/trunks.ts';
import type { VolvoxError } from '#platform/errors/volvox-error.ts';
import { conflicting } from '../policy.ts';
import { trunkDetailsView } from './view.ts';

export type TrunkDetails = ReturnType<typeof trunkDetailsView>;

/** What ports that are parents show of their trunks, by port. */
export async function trunkDetailsOf(
  read: DirectoryReader,
  portIds: readonly string[],
): Promise<ReadonlyMap<string, TrunkDetails>> {
  const trunks = await trunksOfParents(read, portIds);
  const subports = await subportsOfTrunks(
    read,
    trunks.map(({ id }) => id),
  );
  return new Map(trunks.map((trunk) => [trunk.portId, trunkDetailsView(trunk, subports)]));
}

/** The transaction has locked the port. @throws VolvoxError conflict when the port is in a trunk. */
export async function requireNoTrunk(tx: DirectoryTx, { id }: PortRecord): Promise<void> {
  const own = await trunkOfSubport(tx, id);
  if (own !== null) throw usedAsSubport(id, own.id);
  const [trunk] = await trunksOfParents(tx, [id]);
  if (trunk === undefined) return;
  throw conflicting(`Port ${id} is currently a parent port for trunk ${trunk.id}.`, 'PortInUseAsTrunkParent');
}

export const usedAsSubport = (id: string, trunkId: string): VolvoxError =>
  conflicting(`Port ${id} is currently a subport for trunk ${trunkId}.`, 'PortInUseAsSubPort');
