import Fastify, { type FastifyInstance, type InjectOptions } from 'fastify';
import { afterEach, expect, it } from 'vitest';
import { computeService } from '../../../../api/compute/service.ts';
import { unauthenticated } from '../../../../api/http/authenticate.ts';
import { always } from '../../../../api/http/by-version.ts';
import { arrayOf, metadata, name, object, tag, wrapped } from '../../../../api/http/parameter-types.ts';
import { type Route, route } from '../../../../api/http/route.ts';
import { serveApi } from '../../../../api/http/serve-api.ts';
import { NOBODY } from '../../../../api/identity/caller.ts';
import { aPolicy } from '../../../support/a-policy.ts';
import { defaultRequestBudgets } from '../../../support/default-budgets.ts';

const anybody = aPolicy('os_compute_api:things');
const thing = object({ name, tags: arrayOf(tag), metadata }, []);
const routes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/things',
    policy: anybody,
    body: always(wrapped('thing', thing)),
    response: always(wrapped('thing', thing)),
    summary: 'Makes a thing.',
    handle: ({ body }) => body,
  }),
  route({
    method: 'GET',
    path: '/things',
    policy: anybody,
    response: always(object({ things: arrayOf(thing) })),
    summary: 'Lists things.',
    handle: () => ({ things: [] }),
  }),
];

let app: FastifyInstance | undefined;
afterEach(() => app?.close());

async function send(options: InjectOptions) {
  app = Fastify({ routerOptions: { ignoreTrailingSlash: false } }) as unknown as FastifyInstance;
  app.decorateRequest('context');
  const verify = (token: string) => {
    if (token !== 't') throw unauthenticated();
    return { ...NOBODY, userId: 'u', projectId: 'p' };
  };
  serveApi(app, {
    service: computeService,
    routes,
    tokens: { verify },
    budgets: defaultRequestBudgets(),
    publicUrl: 'http://api',
    checkResponses: true,
  });
  const answer = await app.inject({
    url: '/compute/v2.1/things',
    ...options,
    headers: { 'x-auth-token': 't', ...options.headers },
  });
  return { status: answer.statusCode, headers: answer.headers, text: answer.body };
}
const post = (payload: string, headers: Record<string, string> = {}) => send({ method: 'POST', payload, headers });
const json = { 'content-type': 'application/json' };

it('takes a body without a content type as JSON (D1)', async () => {
  expect(await post('{"thing":{"name":"a"}}')).toMatchObject({ status: 200, text: '{"thing":{"name":"a"}}' });
});

it('refuses a body of another type', async () => {
  expect((await post('{"thing":{}}', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
});

it('names where tokens are made when it refuses one (D4)', async () => {
  const answer = await send({ headers: { 'x-auth-token': 'forged' } });
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toBe('Keystone uri="http://api/identity"');
});

it('refuses nesting that no reader bears (C14)', async () => {
  const answer = await post(`{"thing":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, json);
  expect(answer.status).toBe(400);
  expect(answer.text).toContain('nested more than 64 levels');
});

it('refuses the key __proto__ and takes constructor as an ordinary one (C13)', async () => {
  expect((await post('{"thing":{"metadata":{"__proto__":"x"}}}', json)).status).toBe(400);
  const body = '{"thing":{"metadata":{"constructor":"x","toString":"y"}}}';
  expect(await post(body, json)).toMatchObject({ status: 200, text: body });
});

it('counts characters, not code units (D2)', async () => {
  expect((await post(JSON.stringify({ thing: { name: '😀'.repeat(255) } }), json)).status).toBe(200);
  expect((await post(JSON.stringify({ thing: { name: '😀'.repeat(256) } }), json)).status).toBe(400);
});

it('names the path and quotes at most 200 characters of a wrong value (D5)', async () => {
  const answer = await post(JSON.stringify({ thing: { tags: ['x'.repeat(50_000)] } }), json);
  expect(answer.status).toBe(400);
  expect(answer.text).toContain('thing.tags[0]');
  expect(answer.text.length).toBeLessThan(800);
});

it('ends a body at 112 KiB with 413 (D5)', async () => {
  expect((await post(JSON.stringify({ thing: { name: 'x'.repeat(114_688) } }), json)).status).toBe(413);
});

it('takes no empty id for a list (F22)', async () => {
  expect((await send({ url: '/compute/v2.1/things' })).status).toBe(200);
  expect((await send({ url: '/compute/v2.1/things/' })).status).toBe(404);
});
