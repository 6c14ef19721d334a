import type { Actor } from '#platform/contracts/actor.ts';
import type { ApiRequest } from '../../http/route.ts';

/** Who asks, as the door of a cell wants to know it. */
export const actorOf = ({ caller, requestId }: Pick<ApiRequest, 'caller' | 'requestId'>): Actor => ({
  userId: caller.userId,
  projectId: caller.projectId,
  isAdmin: caller.isAdmin,
  requestId,
});
