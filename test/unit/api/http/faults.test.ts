import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { computeService } from '../../../../api/compute/service.ts';
import { unauthenticated } from '../../../../api/http/authenticate.ts';
import { always } from '../../../../api/http/by-version.ts';
import { object, string } from '../../../../api/http/parameter-types.ts';
import type { ApiRequest, Route } from '../../../../api/http/route.ts';
import { serveApi } from '../../../../api/http/serve-api.ts';
import { plainSentence } from '../../../../api/http/validation-message.ts';
import { NOBODY } from '../../../../api/identity/caller.ts';
import { networkService } from '../../../../api/network/service.ts';
import { aPolicy } from '../../../support/a-policy.ts';
import { defaultRequestBudgets } from '../../../support/default-budgets.ts';

const thing = always(object({ name: string, size: { type: 'integer' } }, ['name']));
const common = { policy: aPolicy('things'), response: always({}), summary: 'Is tested.' };
const get = (path: string, handle: (request: ApiRequest) => unknown, more: Partial<Route> = {}): Route => ({
  ...common,
  ...more,
  method: 'GET',
  path,
  handle,
});
const fails = (error: Error) => () => {
  throw error;
};
const routes: readonly Route[] = [
  get('/open', ({ caller }) => ({ user: caller.userId }), { token: 'none' }),
  get('/mine', ({ caller }) => ({ project: caller.projectId })),
  { ...common, method: 'POST', path: '/things', body: thing, handle: ({ body }) => body },
  { ...common, method: 'DELETE', path: '/things', status: 204, response: always('empty'), handle: () => undefined },
  get('/broken', fails(new Error('secret detail'))),
  get('/refused', fails(Object.assign(new Error("Data too long for column 'secret'"), { errno: 1406 }))),
  get('/quoted', fails(new VolvoxError('not-found', `There is no ${'😀'.repeat(50_000)}.`))),
  get('/away', fails(new VolvoxError('unavailable', 'Not now.'))),
];

function anApp() {
  const app = Fastify();
  app.decorateRequest('context');
  const tokens = {
    verify: (token: string) => {
      if (token !== 'good' && token !== 'unscoped') throw unauthenticated();
      return { ...NOBODY, userId: 'u', projectId: token === 'good' ? 'p' : '' };
    },
  };
  for (const service of [{ ...computeService, sentence: plainSentence }, networkService]) {
    serveApi(app, {
      service: { ...service, bases: [''] },
      routes,
      tokens,
      budgets: defaultRequestBudgets(),
      publicUrl: 'http://api',
    });
  }
  return app;
}
const good = { 'x-auth-token': 'good' };
const json = { ...good, 'content-type': 'application/json' };

test('only open routes need no token; a token without a project is not enough', async () => {
  const app = anApp();
  expect((await app.inject('/compute/open')).json()).toEqual({ user: '' });
  expect((await app.inject('/compute/mine')).statusCode).toBe(401);
  expect((await app.inject({ url: '/compute/mine', headers: { 'x-auth-token': 'bad' } })).json().error.code).toBe(401);
  expect((await app.inject({ url: '/compute/mine', headers: { 'x-auth-token': 'unscoped' } })).statusCode).toBe(403);
  const answer = await app.inject({ url: '/compute/mine', headers: good });
  expect(answer.json()).toEqual({ project: 'p' });
  expect(answer.headers['x-compute-request-id']).toBe(answer.headers['x-openstack-request-id']);
});

test('each API fails in its own words, and tells nothing of our own faults', async () => {
  const app = anApp();
  const compute = await app.inject({ url: '/compute/broken', headers: good });
  expect([compute.statusCode, Object.keys(compute.json())]).toEqual([500, ['computeFault']]);
  expect(compute.body).not.toContain('secret detail');
  expect((await app.inject({ url: '/network/broken', headers: good })).json().NeutronError.type).toBe(
    'InternalServerError',
  );
  const away = await app.inject({ url: '/compute/away', headers: good });
  expect([away.statusCode, away.headers['retry-after']]).toEqual([503, '1']);
  expect((await app.inject({ url: '/compute/none', headers: good })).json()).toEqual({
    itemNotFound: { code: 404, message: 'The resource could not be found. No route answers GET /compute/none.' },
  });
  const wrong = await app.inject({ url: '/compute/mine', method: 'POST', headers: good });
  expect([wrong.statusCode, wrong.headers.allow]).toEqual([405, 'GET, HEAD']);
});

test('bodies: malformed, unknown keys, missing keys, empty on DELETE, other types', async () => {
  const app = anApp();
  const post = (payload: string, headers: Record<string, string> = json) =>
    app.inject({ url: '/compute/things', method: 'POST', headers, payload });
  expect((await post('{')).json().badRequest.message).toBe('Malformed request body');
  expect((await post('{"name":"a","x":1}')).json().badRequest.message).toBe(
    "Unrecognized attribute(s) 'x'; expected in the body: name (required), size",
  );
  expect((await post('{}')).json().badRequest.message).toBe(
    "'name' is required; expected in the body: 'name', a string",
  );
  expect((await post('{"name":"a","size":"1"}')).json().badRequest.message).toMatch(/^Invalid input for 'size'/);
  expect((await post('name=a', { ...good, 'content-type': 'text/plain' })).statusCode).toBe(415);
  const deleted = await app.inject({ url: '/compute/things', method: 'DELETE', headers: json });
  expect(deleted.statusCode).toBe(204);
});

test('a value that the database refuses is the request’s mistake, without the words of the database', async () => {
  const answer = await anApp().inject({ url: '/network/refused', headers: good });
  expect([answer.statusCode, answer.body.includes('secret')]).toEqual([400, false]);
});

test('a refusal that quotes a long text of the request is cut between characters', async () => {
  for (const api of ['compute', 'network']) {
    const answer = await anApp().inject({ url: `/${api}/quoted`, headers: good });
    const [{ message }] = Object.values(answer.json()) as [{ message: string }];
    expect([answer.statusCode, [...message].length]).toEqual([404, 1_001]);
    expect(message).toMatch(/^There is no (😀)+…$/u);
  }
});
