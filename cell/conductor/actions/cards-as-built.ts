import { loadedBuild } from '#platform/objects/user-data.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { type DesiredGuestState, specOf } from '../../database/stores/guests.ts';
import type { InstanceRow } from '../../database/stores/instances.ts';
import { nicOf, portsWithNetwork } from '../operations/guests.ts';

/**
 * For an action that interrupts a detachment: the port stays the server's, so its guest has the card again. Empty when no port was being
 * detached. An attachment needs nothing: its port is in the build, and the global tier takes it back (`withdraw-port.ts`).
 */
export async function cardsAsBuilt(
  tx: CellTx,
  instance: InstanceRow,
  guestId: string,
): Promise<Pick<DesiredGuestState, 'spec'>> {
  if (instance.taskState !== 'detaching-interface') return {};
  return { spec: { ...(await specOf(tx, guestId)), nics: portsWithNetwork(loadedBuild(instance)).map(nicOf) } };
}
