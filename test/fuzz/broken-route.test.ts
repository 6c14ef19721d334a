import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, expect, it } from 'vitest';
import type { DeclaredApi } from '../../api/apis.ts';
import { computeService } from '../../api/compute/service.ts';
import { always } from '../../api/http/by-version.ts';
import { looseQuery, object, several, string, wrapped } from '../../api/http/parameter-types.ts';
import { type Route, route } from '../../api/http/route.ts';
import { serveApi } from '../../api/http/serve-api.ts';
import { NOBODY } from '../../api/identity/caller.ts';
import { aPolicy } from '../support/a-policy.ts';
import { defaultRequestBudgets } from '../support/default-budgets.ts';
import { fuzz } from './fuzz.ts';
import { IdPool } from './id-pool.ts';

const anybody = aPolicy('os_compute_api:things');
let app: FastifyInstance | undefined;
afterEach(() => app?.close());

async function faultsOf(broken: Route): Promise<readonly string[]> {
  app = Fastify() as unknown as FastifyInstance;
  app.decorateRequest('context');
  const api: DeclaredApi = { service: computeService, routes: [broken] };
  const tokens = { verify: () => ({ ...NOBODY, userId: 'u', projectId: 'p', isAdmin: true }) };
  serveApi(app, { ...api, tokens, publicUrl: 'http://api', budgets: defaultRequestBudgets(), checkResponses: true });
  const { faults } = await fuzz({
    app,
    apis: [api],
    tokens: ['token'],
    pool: new IdPool(),
    requests: 2_000,
    seed: 1,
    parallel: 1,
  });
  return faults.map(({ fault }) => fault);
}

it('finds a handler that fails on a text outside ASCII', async () => {
  const broken = route<{ thing: { name: string } }>({
    method: 'POST',
    path: '/things',
    policy: anybody,
    body: always(wrapped('thing', object({ name: string }, ['name']))),
    response: always('empty'),
    summary: 'Makes a thing.',
    handle: ({ body }) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the fault is the point.
      if (!/^[\x00-\x7f]*$/.test(body.thing.name)) throw new Error('cannot be written');
    },
  });
  expect((await faultsOf(broken)).join()).toContain('status 500');
});

it('finds a list that is longer than the page', async () => {
  const broken = route({
    method: 'GET',
    path: '/things',
    policy: anybody,
    query: always(looseQuery({ limit: several(string) })),
    response: always(object({ things: { type: 'array' } })),
    summary: 'Lists things.',
    handle: () => ({ things: Array.from({ length: 1_500 }, (_, index) => index) }),
  });
  expect((await faultsOf(broken)).join()).toMatch(/1500 things where \d+ were asked for/);
});

it('finds an answer that its schema does not know', async () => {
  const broken = route({
    method: 'GET',
    path: '/things/:id',
    policy: anybody,
    response: always(object({ thing: string }, ['thing'])),
    summary: 'Shows a thing.',
    handle: ({ params }) => ({ thing: /^.?$/u.test(params.id ?? '') ? 1 : '' }),
  });
  expect((await faultsOf(broken)).join()).toContain('status 500');
});

it('finds a handler that forgets to check its policy', async () => {
  const broken = route({
    method: 'DELETE',
    path: '/things/:id',
    policy: anybody,
    authorizes: 'handler',
    status: 204,
    response: always('empty'),
    summary: 'Deletes a thing.',
    handle: () => undefined,
  });
  expect((await faultsOf(broken)).join()).toContain('status 500');
});
