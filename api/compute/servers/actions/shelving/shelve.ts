import { SHELVE_RULE } from '#platform/states/shelve-rules.ts';
import type { ApiDeps } from '../../../../deps.ts';
import { always } from '../../../../http/by-version.ts';
import { authorize, policy } from '../../../../http/policy.ts';
import { type ApiRequest, action } from '../../../../http/route.ts';
import { actWithImage } from '../images/server-image.ts';
import { mustAllow } from '../must-allow.ts';
import { looseBody } from '../named-body.ts';
import { placedServer } from '../placed-server.ts';

const POLICY = policy('os_compute_api:os-shelve:shelve');
const MAX_NAME = 255;
const SUFFIX = '-shelved';

export const shelve = (deps: ApiDeps) =>
  action({
    name: 'shelve',
    policy: POLICY,
    authorizes: 'handler',
    status: 202,
    body: always(looseBody('shelve')),
    response: always('empty'),
    summary: 'Stops a server, keeps its disk as an image, and frees its host.',
    handle: (request) => beginShelve(deps, request),
  });

/** @throws VolvoxError conflict, quota-exceeded (of images), not-found. */
async function beginShelve(deps: ApiDeps, request: ApiRequest): Promise<void> {
  const { instance } = await placedServer(deps, request, 'shelve');
  authorize(POLICY, request.caller, { projectId: instance.projectId });
  mustAllow(SHELVE_RULE, instance, 'shelve');
  const name = `${instance.name.slice(0, MAX_NAME - SUFFIX.length)}${SUFFIX}`;
  await actWithImage(deps, request, { action: 'shelve', policy: POLICY, instance }, { name, kind: 'shelve' });
}
