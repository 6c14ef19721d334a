import Fastify from 'fastify';
import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { unauthenticated } from '../../../../api/http/authenticate.ts';
import { computeFaults, networkFaults } from '../../../../api/http/fault-formats.ts';
import { mountApi } from '../../../../api/http/mount-api.ts';
import { NOBODY } from '../../../../api/identity/caller.ts';

const Body = Type.Object({ name: Type.String(), size: Type.Optional(Type.Integer()) }, { additionalProperties: false });

function anApp() {
  const app = Fastify();
  app.decorateRequest('context');
  const tokens = {
    verify: (token: string) => {
      if (token !== 'good' && token !== 'unscoped') throw unauthenticated();
      return { ...NOBODY, userId: 'u', projectId: token === 'good' ? 'p' : '' };
    },
  };
  for (const [prefix, faults] of [
    ['/compute', computeFaults],
    ['/network', networkFaults],
  ] as const) {
    mountApi(app, {
      prefix,
      faults,
      tokens,
      scope: 'project',
      requestIdHeader: 'x-compute-request-id',
      open: (request) => request.url === `${prefix}/open`,
      routes: (api) => {
        api.get('/open', async (request) => ({ user: request.context.userId }));
        api.get('/mine', async (request) => ({ project: request.context.projectId }));
        api.post('/things', { schema: { body: Body } }, async (request) => request.body);
        api.delete('/things', async (_request, reply) => reply.code(204).send());
        api.get('/broken', async () => {
          throw new Error('secret detail');
        });
        api.get('/refused', async () => {
          throw Object.assign(new Error("Data too long for column 'secret'"), { errno: 1406 });
        });
        api.get('/away', async () => {
          throw new VolvoxError('unavailable', 'Not now.');
        });
      },
    });
  }
  return app;
}
const good = { 'x-auth-token': 'good' };
const json = { ...good, 'content-type': 'application/json' };

test('only open paths need no token; a token without a project is not enough', async () => {
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
    itemNotFound: { code: 404, message: 'The resource could not be found.' },
  });
  const wrong = await app.inject({ url: '/compute/mine', method: 'POST', headers: good });
  expect([wrong.statusCode, wrong.headers.allow]).toEqual([405, 'GET, HEAD']);
});

test('bodies: malformed, unknown keys, missing keys, empty on DELETE, other types', async () => {
  const app = anApp();
  const post = (payload: string, headers: Record<string, string> = json) =>
    app.inject({ url: '/compute/things', method: 'POST', headers, payload });
  expect((await post('{')).json().badRequest.message).toBe('Malformed request body');
  expect((await post('{"name":"a","x":1}')).json().badRequest.message).toBe("Unrecognized attribute(s) 'x'");
  expect((await post('{}')).json().badRequest.message).toBe("'name' is required");
  expect((await post('{"name":"a","size":"1"}')).json().badRequest.message).toMatch(/^Invalid input for 'size'/);
  expect((await post('name=a', { ...good, 'content-type': 'text/plain' })).statusCode).toBe(415);
  const deleted = await app.inject({ url: '/compute/things', method: 'DELETE', headers: json });
  expect(deleted.statusCode).toBe(204);
});

test('a value that the database refuses is the request’s mistake, without the words of the database', async () => {
  const answer = await anApp().inject({ url: '/network/refused', headers: good });
  expect([answer.statusCode, answer.body.includes('secret')]).toEqual([400, false]);
});
