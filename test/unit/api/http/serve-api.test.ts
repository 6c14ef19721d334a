import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { computeService } from '../../../../api/compute/service.ts';
import { actionRoute } from '../../../../api/http/action-route.ts';
import { always } from '../../../../api/http/by-version.ts';
import {
  limitAndMarker,
  looseQuery,
  name,
  object,
  strictQuery,
  wrapped,
} from '../../../../api/http/parameter-types.ts';
import { action, type Route, route } from '../../../../api/http/route.ts';
import { serveApi } from '../../../../api/http/serve-api.ts';
import { type Caller, NOBODY } from '../../../../api/identity/caller.ts';
import { aPolicy, isAdmin } from '../../../support/a-policy.ts';
import { defaultRequestBudgets } from '../../../support/default-budgets.ts';

const PROJECT = '6f70656e737461636b20342065766572';
const member: Caller = { ...NOBODY, userId: 'u', projectId: PROJECT, roles: ['member', 'reader'] };

const createThing = wrapped('thing', object({ name }, ['name']));
const routes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/things',
    policy: aPolicy('os_compute_api:things'),
    query: { 1: looseQuery(limitAndMarker), 75: strictQuery(limitAndMarker) },
    response: always({}),
    summary: 'Lists things.',
    handle: ({ version, query, links }) => ({ minor: version.minor, query, link: links.self('things', '1') }),
  }),
  route<{ thing: { name: string } }>({
    method: 'POST',
    path: '/things',
    status: { 1: 200, 2: 201 },
    body: { 1: createThing },
    policy: aPolicy('os_compute_api:things:create'),
    response: always({}),
    summary: 'Makes a thing.',
    handle: ({ body }) => body,
  }),
  route({
    method: 'DELETE',
    path: '/things/:id',
    policy: aPolicy('os_compute_api:things:delete', isAdmin),
    status: 204,
    response: always('empty'),
    summary: 'Deletes a thing.',
    handle: () => undefined,
  }),
  route({
    method: 'GET',
    path: '/others',
    policy: aPolicy('others'),
    query: { 1: looseQuery({ fields: { type: 'array' } }) },
    fields: 'others',
    response: { 1: wrapped('others', { type: 'array', items: object({ id: {}, size: {} }, ['id', 'size']) }) },
    summary: 'Lists others.',
    handle: () => ({ others: [{ id: '1', size: 2 }] }),
  }),
  route({
    method: 'DELETE',
    path: '/others/:id',
    policy: aPolicy('others:delete', isAdmin, (rule) => new VolvoxError('forbidden', `no ${rule} for you`)),
    status: 204,
    response: always('empty'),
    summary: 'Deletes another.',
    handle: () => undefined,
  }),
  actionRoute('/things/:id/action', [
    action({
      name: 'poke',
      since: 5,
      status: 202,
      policy: aPolicy('os_compute_api:things:poke'),
      response: always('empty'),
      summary: 'Pokes.',
      handle: () => undefined,
    }),
  ]),
];

let app: FastifyInstance | undefined;
afterEach(async () => app?.close());

async function request(
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  options: { body?: unknown; headers?: Record<string, string> } = {},
) {
  app = Fastify() as unknown as FastifyInstance;
  app.decorateRequest('context');
  serveApi(app, {
    service: computeService,
    routes,
    tokens: { verify: () => member },
    budgets: defaultRequestBudgets(),
    publicUrl: 'http://api',
    checkResponses: true,
  });
  const answer = await app.inject({
    method,
    url,
    headers: {
      'x-auth-token': 't',
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(options.body === undefined
      ? {}
      : { payload: typeof options.body === 'string' ? options.body : JSON.stringify(options.body) }),
  });
  const body = answer.body === '' ? undefined : answer.json();
  return { status: answer.statusCode, headers: answer.headers, body };
}

const asking = (version: string) => ({ headers: { 'openstack-api-version': `compute ${version}` } });

describe('paths and refusals', () => {
  it('finds nothing under an empty id', async () => {
    const answer = await request('DELETE', '/compute/v2.1/things/');
    expect(answer.status).toBe(404);
  });

  it('refuses in the words of the rule', async () => {
    expect((await request('DELETE', '/compute/v2.1/things/1')).body.forbidden.message).toMatch(
      /^Policy doesn't allow os_compute_api:things:delete to be performed\./,
    );
    expect((await request('DELETE', '/compute/v2.1/others/1')).body.forbidden.message).toMatch(
      /^no others:delete for you\. The policy others:delete /,
    );
  });

  it('shows the fields that are asked for', async () => {
    expect((await request('GET', '/compute/v2.1/others')).body).toEqual({ others: [{ id: '1', size: 2 }] });
    expect((await request('GET', '/compute/v2.1/others?fields=size')).body).toEqual({ others: [{ size: 2 }] });
  });
});

describe('microversions', () => {
  it('is 2.1 without a header and names itself in both headers', async () => {
    const answer = await request('GET', '/compute/v2.1/things');
    expect(answer.body.minor).toBe(1);
    expect(answer.headers['openstack-api-version']).toBe('compute 2.1');
    expect(answer.headers['x-openstack-nova-api-version']).toBe('2.1');
    expect(answer.headers.vary).toContain('X-OpenStack-Nova-API-Version');
  });

  it('takes both headers and `latest`', async () => {
    expect((await request('GET', '/compute/v2.1/things', asking('2.60'))).body.minor).toBe(60);
    const old = { headers: { 'x-openstack-nova-api-version': '2.30' } };
    expect((await request('GET', '/compute/v2.1/things', old)).body.minor).toBe(30);
    expect((await request('GET', '/compute/v2.1/things', asking('latest'))).body.minor).toBe(104);
  });

  it('refuses malformed versions with 400 and those not offered with 406', async () => {
    expect((await request('GET', '/compute/v2.1/things', asking('2.x'))).status).toBe(400);
    const answer = await request('GET', '/compute/v2.1/things', asking('2.999'));
    expect(answer.status).toBe(406);
    expect(answer.body.computeFault.message).toMatch(/^Version 2\.999 is not supported by the API\. Minimum is 2\.1/);
  });

  it('is 404 outside the microversions of an operation', async () => {
    const answer = await request('POST', '/compute/v2.1/things/1/action', { body: { poke: null } });
    expect(answer.status).toBe(404);
    expect(answer.body.itemNotFound.message).toBe(
      "API version '2.1' is not supported on this method. It is offered from 2.5; choose with OpenStack-API-Version.",
    );
  });
});

describe('paths', () => {
  it('takes the project of the token in the path, and no other', async () => {
    const answer = await request('GET', `/compute/v2.1/${PROJECT}/things`);
    expect(answer.body.link.href).toBe(`http://api/compute/v2.1/${PROJECT}/things/1`);
    expect((await request('GET', '/compute/v2.1/0123456789abcdef/things')).status).toBe(400);
  });

  it('drops unknown keys and names no version under /v2', async () => {
    const answer = await request('POST', '/compute/v2/things', { body: { thing: { name: 'a', colour: 'red' } } });
    expect(answer.body).toEqual({ thing: { name: 'a' } });
    expect(answer.headers['openstack-api-version']).toBeUndefined();
  });
});

describe('validation', () => {
  const post = async (body: unknown) =>
    (await request('POST', '/compute/v2.1/things', { body })).body.badRequest.message;

  it('words what is wrong as Nova does', async () => {
    expect(await post({ thing: { name: 'a', colour: 'red' } })).toBe(
      "Invalid input for field/attribute thing. Value: {'name': 'a', 'colour': 'red'}. Additional properties are not allowed ('colour' was unexpected); expected: name (required)",
    );
    expect(await post({ thing: {} })).toBe(
      "Invalid input for field/attribute thing. Value: {}. 'name' is a required property; expected: 'name', a string of 1 to 255 characters in the format 'name'",
    );
    expect(await post({ thing: { name: 1 } })).toBe(
      "Invalid input for field/attribute thing.name. Value: 1. 1 is not of type 'string'; expected: a string of 1 to 255 characters in the format 'name'",
    );
    expect(await post({ thing: { name: '' } })).toMatch(/'' is too short; expected: a string of 1 to 255 characters/);
    expect(await post('{nonsense')).toContain('Malformed request body');
  });

  it('ignores unknown query parameters until they are refused', async () => {
    const loose = await request('GET', '/compute/v2.1/things?limit=2&colour=red');
    expect(loose.body.query).toEqual({ limit: ['2'] });
    const strict = await request('GET', '/compute/v2.1/things?colour=red', asking('2.75'));
    expect(strict.body.badRequest.message).toBe(
      "Additional properties are not allowed ('colour' was unexpected); expected in the query: limit, marker",
    );
    const wrong = await request('GET', '/compute/v2.1/things?limit=-1');
    expect(wrong.body.badRequest.message).toBe(
      "Invalid input for query parameters limit. Value: -1. '-1' does not match '^[0-9]*$'; expected: an integer of at least 0 or text of an integer of at least 0",
    );
  });
});

describe('actions and policy', () => {
  it('chooses the action by the only key of the body', async () => {
    const act = (body: unknown) => request('POST', '/compute/v2.1/things/1/action', { body, ...asking('2.5') });
    expect((await act({ poke: null })).status).toBe(202);
    expect((await act({ stroke: null })).body.badRequest.message).toContain('There is no such action: stroke');
    expect((await act({ poke: null, stroke: null })).body.badRequest.message).toBe(
      'Malformed request body: expected an object with one member, the name of the action.',
    );
  });

  it('names the rule that forbids', async () => {
    const answer = await request('DELETE', '/compute/v2.1/things/1');
    expect(answer.status).toBe(403);
    expect(answer.body.forbidden.message).toMatch(
      /^Policy doesn't allow os_compute_api:things:delete to be performed\. The policy .* this token has the roles member, reader\.$/,
    );
  });

  it('answers success statuses by microversion', async () => {
    const body = { thing: { name: 'a' } };
    expect((await request('POST', '/compute/v2.1/things', { body })).status).toBe(200);
    expect((await request('POST', '/compute/v2.1/things', { body, ...asking('2.2') })).status).toBe(201);
  });
});
