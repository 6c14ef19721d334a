import type { ApiDeps } from '../../../deps.ts';
import { always } from '../../../http/by-version.ts';
import { policy } from '../../../http/policy.ts';
import { action } from '../../../http/route.ts';
import { deleteServer } from '../delete/delete-server.ts';
import { looseBody } from './named-body.ts';

const POLICY = policy('os_compute_api:os-deferred-delete:force');

/** Also of a server whose cell does not answer, or that is in no cell yet. */
export const forceDelete = (deps: ApiDeps) =>
  action({
    name: 'forceDelete',
    policy: POLICY,
    authorizes: 'handler',
    status: 202,
    body: always(looseBody('forceDelete')),
    response: always('empty'),
    summary: 'Deletes a server for good, even where deleted servers can be restored.',
    handle: (request) => deleteServer(deps, request, request.params.id ?? '', { isForced: true, policy: POLICY }),
  });
