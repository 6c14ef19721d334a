import { createFindingStore } from '#platform/audit/finding-store.ts';
import type { doorContract } from '#platform/contracts/door.ts';
import type { Handlers } from '#platform/rpc/server.ts';
import { listPresent } from '../../database/stores/present-instances.ts';
import { listQuarantined } from '../../database/stores/quarantined-instances.ts';
import type { ConductorParts } from '../parts.ts';
import { quarantine, removeQuarantined } from './quarantine.ts';

type Calls = 'listPresent' | 'quarantine' | 'listQuarantined' | 'removeQuarantined' | 'listFindings';

/** Calls for a cell that was out of touch (decision 0006), and the findings of its auditors. */
export const homes = (parts: ConductorParts): Pick<Handlers<typeof doorContract>, Calls> => ({
  listPresent: async ({ after, limit }) => ({ instances: await listPresent(parts.database.read, after, limit) }),
  quarantine: async ({ instances }) => {
    for (const { uuid, epoch, reason } of instances) await quarantine(parts, uuid, epoch, reason);
    return {};
  },
  listQuarantined: async () => ({ instances: await listQuarantined(parts.database.read) }),
  removeQuarantined: async ({ uuid, epoch }) => {
    await removeQuarantined(parts, uuid, epoch);
    return {};
  },
  listFindings: async () => ({ findings: await createFindingStore(parts.database).list() }),
});
