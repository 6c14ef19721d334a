import { randomUUID } from 'node:crypto';
import { isVolvoxError } from '#platform/errors/volvox-error.ts';
import { act } from '../door/act.ts';
import type { ConductorParts } from '../parts.ts';

/** How many servers a reconciler takes at a time. */
export const AT_ONCE = 100;

interface Owned {
  readonly uuid: string;
  readonly projectId: string;
  readonly userId: string;
}

/** Begins an action as if an admin had asked for it. A server that is changed at the same moment is looked at again later. */
export async function actForEach(
  parts: ConductorParts,
  servers: readonly Owned[],
  kind: string,
  params: object = {},
): Promise<void> {
  for (const { uuid, projectId, userId } of servers) {
    const actor = { requestId: `req-${randomUUID()}`, userId, projectId, isAdmin: true };
    await act(parts, { uuid, operationId: randomUUID(), kind, params, actor }).catch((error: unknown) => {
      if (!isVolvoxError(error)) throw error;
      parts.log.debug({ uuid, kind, reason: error.message }, 'an action was not begun now');
    });
  }
}
