import { createFindingStore } from '#platform/audit/finding-store.ts';
import type { doorContract } from '#platform/contracts/door.ts';
import type { Handlers } from '#platform/rpc/server.ts';
import { listAside } from '../../database/stores/aside-instances.ts';
import { listHeld } from '../../database/stores/held-instances.ts';
import type { ConductorParts } from '../parts.ts';
import { forgetAside, setAside } from './set-aside.ts';

type Calls = 'listHeld' | 'setAside' | 'listAside' | 'forgetAside' | 'listFindings';

/** What a cell that was out of touch asks and is told (decision 0006), and what its auditors found. */
export const homes = (parts: ConductorParts): Pick<Handlers<typeof doorContract>, Calls> => ({
  listHeld: async ({ after, limit }) => ({ instances: await listHeld(parts.database.read, after, limit) }),
  setAside: async ({ instances }) => {
    for (const { uuid, epoch, reason } of instances) await setAside(parts, uuid, epoch, reason);
    return {};
  },
  listAside: async () => ({ instances: await listAside(parts.database.read) }),
  forgetAside: async ({ uuid, epoch }) => {
    await forgetAside(parts, uuid, epoch);
    return {};
  },
  listFindings: async () => ({ findings: await createFindingStore(parts.database).list() }),
});
