import type { Notice } from '#platform/contracts/door.ts';
import { openReservation } from '#platform/directory/stores/reservation-changes.ts';
import type { GlobalDeps } from '../deps.ts';

/** What the instance reserves of its project's quota is settled anew by what its cell says (`reconcilers/open-reservations.ts`). */
export const resizeEnded = (
  { id, instanceUuid: uuid }: Notice,
  { directory }: Pick<GlobalDeps, 'directory'>,
): Promise<void> => directory.transaction((tx) => openReservation(tx, { uuid, id }));
