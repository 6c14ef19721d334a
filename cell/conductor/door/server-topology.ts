import type { doorContract } from '#platform/contracts/door.ts';
import type { Handlers } from '#platform/rpc/server.ts';
import { ownPartsOf } from '../../database/stores/claims.ts';
import type { ConductorParts } from '../parts.ts';
import { liveInstance } from './instances.ts';

/** What the claim of its guest has of its host. VolvoxError not-found, moved. */
export const serverTopology = (parts: ConductorParts): Pick<Handlers<typeof doorContract>, 'serverTopology'> => ({
  serverTopology: async ({ uuid }) => {
    const { read } = parts.database;
    const { guestId } = await liveInstance(read, uuid);
    const { placement = null } = guestId === null ? {} : await ownPartsOf(read, guestId);
    return { placement };
  },
});
