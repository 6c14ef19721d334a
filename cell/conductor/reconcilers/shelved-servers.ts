import { randomUUID } from 'node:crypto';
import { isVolvoxError } from '#platform/errors/volvox-error.ts';
import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import { shelvedBefore } from '../../database/stores/shelved-instances.ts';
import { act } from '../door/act.ts';
import type { ConductorParts } from '../parts.ts';

const AT_ONCE = 100;

/**
 * A shelved server has been on its host for too long if it was not changed for `shelvedOffloadSeconds`. It leaves the host as if an admin had
 * asked for it; a server that is changed at the same moment is looked at again later.
 */
export const shelvedServersReconciler = (parts: ConductorParts): Reconciler => ({
  name: 'shelved-servers',
  everyMs: 10_000,
  reconcile: async () => {
    const { shelvedOffloadSeconds } = parts.settings;
    if (shelvedOffloadSeconds < 0) return;
    const before = parts.clock.now() - shelvedOffloadSeconds * 1_000;
    for (const { uuid, projectId, userId } of await shelvedBefore(parts.database.read, before, AT_ONCE)) {
      const actor = { requestId: `req-${randomUUID()}`, userId, projectId, isAdmin: true };
      await act(parts, { uuid, operationId: randomUUID(), kind: 'shelveOffload', params: {}, actor }).catch(
        (error: unknown) => {
          if (!isVolvoxError(error)) throw error;
        },
      );
    }
  },
});
