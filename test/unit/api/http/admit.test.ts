import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { computeService } from '../../../../api/compute/service.ts';
import { actionRoute } from '../../../../api/http/action-route.ts';
import type { PolicySource } from '../../../../api/http/authenticate.ts';
import { always } from '../../../../api/http/by-version.ts';
import { authorize, policy } from '../../../../api/http/policy.ts';
import { action, route } from '../../../../api/http/route.ts';
import { serveApi } from '../../../../api/http/serve-api.ts';
import { NOBODY } from '../../../../api/identity/caller.ts';
import { DEFAULT_POLICIES } from '../../../../api/policies/policy-set.ts';
import { readPolicyFile } from '../../../../api/policies/read-policy-file.ts';
import { defaultRequestBudgets } from '../../../support/default-budgets.ts';

const CREATE = policy('os_compute_api:os-aggregates:create');
const DELETE = policy('os_compute_api:servers:delete');
const LOCK = policy('os_compute_api:os-lock-server:lock');
const shared = { response: always('empty' as const), summary: 'Is tested.' };

let app: FastifyInstance;
let handled: string[] = [];
afterEach(() => app.close());

/** The owner of a thing is in its id. */
const routes = [
  route({
    ...shared,
    method: 'POST',
    path: '/aggregates',
    policy: CREATE,
    since: 5,
    handle: () => void handled.push('create'),
  }),
  route({
    ...shared,
    method: 'DELETE',
    path: '/servers/:id',
    policy: DELETE,
    authorizes: 'handler',
    handle: ({ caller, params: { id = '' } }) => {
      handled.push('delete');
      authorize(DELETE, caller, { projectId: id });
    },
  }),
  actionRoute('/servers/:id/action', [
    action({ ...shared, name: 'lock', policy: LOCK, authorizes: 'handler', handle: () => void handled.push('lock') }),
  ]),
];

function serve(roles: readonly string[], policies: PolicySource = { current: DEFAULT_POLICIES }): void {
  handled = [];
  app = Fastify() as unknown as FastifyInstance;
  app.decorateRequest('context');
  const caller = { ...NOBODY, userId: 'u', projectId: 'own', roles, isAdmin: roles.includes('admin') };
  serveApi(app, {
    ...{ service: computeService, routes, policies, publicUrl: 'http://api' },
    tokens: { verify: () => caller },
    budgets: defaultRequestBudgets(),
  });
}
const ask = async (method: 'POST' | 'DELETE', path: string, payload?: string, version = '2.5') => {
  const headers = {
    'x-auth-token': 't',
    'openstack-api-version': `compute ${version}`,
    ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
  };
  return (
    await app.inject({ method, url: `/compute/v2.1${path}`, headers, ...(payload === undefined ? {} : { payload }) })
  ).statusCode;
};

describe('before a body is read', () => {
  it('a caller without the role is refused', async () => {
    serve(['member']);
    expect(await ask('POST', '/aggregates', '{"not": json')).toBe(403);
    expect(await ask('POST', '/aggregates', 'x'.repeat(200_000))).toBe(403);
    await app.close();
    serve(['admin']);
    expect(await ask('POST', '/aggregates', '{"not": json')).toBe(400);
  });

  it('the version decides first', async () => {
    serve(['member']);
    expect(await ask('POST', '/aggregates', '{"not": json', '2.4')).toBe(404);
    expect(await ask('POST', '/aggregates', '{"not": json', '2.9999')).toBe(406);
  });
});

describe('before anything is looked for', () => {
  it('a caller who passes for no target is refused', async () => {
    serve(['reader']);
    expect(await ask('DELETE', '/servers/own')).toBe(403);
    expect(await ask('POST', '/servers/own/action', '{"lock": null}')).toBe(403);
    expect(handled).toEqual([]);
  });

  it('one who passes for some target is not', async () => {
    serve(['member']);
    expect(await ask('DELETE', '/servers/own')).toBe(200);
    expect(await ask('DELETE', '/servers/other')).toBe(403);
    expect(await ask('POST', '/servers/own/action', '{"lock": null}')).toBe(200);
    expect(handled).toEqual(['delete', 'delete', 'lock']);
  });
});

describe('a policy file', () => {
  const policiesOf = (text: string): PolicySource => ({ current: readPolicyFile(text, 'f').policies });

  it('decides instead of the table, also at once when it changes', async () => {
    const source = { current: DEFAULT_POLICIES };
    serve(['builder'], source);
    expect(await ask('DELETE', '/servers/own')).toBe(403);
    source.current = policiesOf(
      '"os_compute_api:servers:delete": "role:builder and project_id:%(project_id)s"',
    ).current;
    expect(await ask('DELETE', '/servers/own')).toBe(200);
    expect(await ask('DELETE', '/servers/other')).toBe(403);
  });

  it('says who is an admin', async () => {
    serve(['cloud_admin'], policiesOf('context_is_admin: "role:cloud_admin"'));
    expect(await ask('POST', '/aggregates', '{}')).toBe(200);
    await app.close();
    serve(['admin'], policiesOf('context_is_admin: "role:cloud_admin"'));
    expect(await ask('POST', '/aggregates', '{}')).toBe(403);
  });
});
