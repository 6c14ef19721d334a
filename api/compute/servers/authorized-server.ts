import type { Instance } from '#platform/objects/instance.ts';
import type { ApiDeps } from '../../deps.ts';
import { authorizeOwner, type Policy } from '../../http/policy.ts';
import type { ApiRequest } from '../../http/route.ts';
import { findInstance } from './find-server.ts';

/** The server of the path, once the caller may do this. @throws VolvoxError not-found, forbidden; unavailable when its cell does not answer. */
export const authorizedServer = async (
  deps: Pick<ApiDeps, 'directory' | 'cells' | 'caches' | 'sightings'>,
  request: ApiRequest,
  rule: Policy,
): Promise<Instance> =>
  authorizeOwner(rule, request.caller, await findInstance(deps, request, request.params.id ?? ''));
