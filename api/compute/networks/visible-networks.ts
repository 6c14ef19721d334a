import {
  getNetwork,
  listNetworks,
  type NetworkRecord,
  type NetworkViewer,
} from '#platform/directory/stores/networks.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../deps.ts';
import type { ApiRequest } from '../../http/route.ts';

/** These lists have no pages, so they end here. */
const MAX_NETWORKS = 1_000;

type Deps = Pick<ApiDeps, 'directory'>;

/**
 * The networks that the viewer may use, by name. @param external only those that reach the outside.
 * @throws VolvoxError too-large when there are more than a list without pages can carry.
 */
export async function visibleNetworks(
  { directory }: Deps,
  viewer: NetworkViewer,
  { external = false } = {},
): Promise<readonly NetworkRecord[]> {
  const networks = await listNetworks(directory.read, viewer, {
    filters: external ? [{ member: 'external', anyOf: [true] }] : [],
    sort: [
      { member: 'name', descending: false },
      { member: 'id', descending: false },
    ],
    after: null,
    limit: MAX_NETWORKS + 1,
  });
  if (networks.length <= MAX_NETWORKS) return networks;
  throw new VolvoxError(
    'too-large',
    `There are more than ${MAX_NETWORKS} networks. List them in the Network API, which has pages.`,
  );
}

/** The network of the request's path. @throws VolvoxError not-found also when the caller may not know of it. */
export async function findNetwork({ directory }: Deps, { caller, params }: ApiRequest): Promise<NetworkRecord> {
  return getNetwork(directory.read, caller, params.id ?? '').catch((error: unknown) => {
    throw isVolvoxError(error, 'not-found')
      ? new VolvoxError('not-found', `Network not found. No network ${params.id} is visible to this project.`)
      : error;
  });
}
