import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { stateConflict } from '#platform/states/state-conflict.ts';
import type { VmState } from '#platform/states/vm-state.ts';
import type { ApiDeps } from '../../../deps.ts';
import { always } from '../../../http/by-version.ts';
import { ignoredQuery, object, strictQuery, uuid, wrapped } from '../../../http/parameter-types.ts';
import { policy } from '../../../http/policy.ts';
import { emptyList, shape } from '../../../http/response-types.ts';
import { type Route, route } from '../../../http/route.ts';
import { authorizedServer } from '../authorized-server.ts';

const SHARES_LIST = policy('os_compute_api:os-server-shares:index');
const SHARES_SHOW = policy('os_compute_api:os-server-shares:show');
const SHARES_CREATE = policy('os_compute_api:os-server-shares:create');
const SHARES_DELETE = policy('os_compute_api:os-server-shares:delete');

const tag = { type: 'string', minLength: 1, maxLength: 255, pattern: '^[a-zA-Z0-9-]*$' };
const createShareBody = always(wrapped('share', object({ share_id: uuid, tag }, ['share_id'])));
const query = always(strictQuery({}));

interface NewShare {
  readonly share: { readonly share_id: string };
}

/** `/servers/{id}/shares` in a region without a service for shares: no server has one, and none is found. */
export const shareRoutes = (deps: ApiDeps): readonly Route[] => [
  route({
    method: 'GET',
    path: '/servers/:id/shares',
    since: 97,
    summary: 'Lists the shares of a server: there are none.',
    policy: SHARES_LIST,
    authorizes: 'handler',
    query,
    response: always(shape({ shares: emptyList })),
    handle: async (request) => {
      await authorizedServer(deps, request, SHARES_LIST);
      return { shares: [] };
    },
  }),
  route<NewShare>({
    method: 'POST',
    path: '/servers/:id/shares',
    since: 97,
    status: 201,
    summary: 'Attaches a share to a stopped server: there is no service for shares, 404.',
    policy: SHARES_CREATE,
    authorizes: 'handler',
    query: ignoredQuery,
    body: createShareBody,
    response: always('empty'),
    handle: async (request) => {
      mustBeIn(await authorizedServer(deps, request, SHARES_CREATE), ['stopped'], 'create share');
      throw shareNotFound(request.body.share.share_id);
    },
  }),
  route({
    method: 'GET',
    path: '/servers/:id/shares/:share',
    since: 97,
    summary: 'Shows a share of a server: there are none, 404.',
    policy: SHARES_SHOW,
    authorizes: 'handler',
    query,
    response: always('empty'),
    handle: async (request) => {
      await authorizedServer(deps, request, SHARES_SHOW);
      throw shareNotFound(request.params.share);
    },
  }),
  route({
    method: 'DELETE',
    path: '/servers/:id/shares/:share',
    since: 97,
    summary: 'Detaches a share from a stopped server: there are none, 404.',
    policy: SHARES_DELETE,
    authorizes: 'handler',
    query: ignoredQuery,
    response: always('empty'),
    handle: async (request) => {
      mustBeIn(await authorizedServer(deps, request, SHARES_DELETE), ['stopped', 'error'], 'delete share');
      throw shareNotFound(request.params.share);
    },
  }),
];

/** Only the state counts, whatever is in progress. */
function mustBeIn({ uuid: server, vmState }: Instance, states: readonly VmState[], method: string): void {
  if (states.includes(vmState)) return;
  throw stateConflict(
    method,
    server,
    { attribute: 'vm_state', state: vmState },
    { vmStates: states, taskStates: 'any' },
  );
}

const shareNotFound = (id: string | undefined): VolvoxError =>
  new VolvoxError('not-found', `Share ${id} could not be found. This region has no service for shares.`);
