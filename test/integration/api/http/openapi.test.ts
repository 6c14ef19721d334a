import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import { buildApi } from '../../../../api/app.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { defaultRequestBudgets } from '../../../support/default-budgets.ts';

/** Nothing of it is called: only documents are asked for. */
const deps = {
  log: silentLogger,
  budgets: { requests: defaultRequestBudgets() },
  config: { publicUrl: 'http://volvox.test', trustedProxies: [], region: 'RegionOne', imageMaxMb: 1 },
  directory: {},
  tokens: {},
  cells: { all: () => [] },
} as unknown as ApiDeps;
const app = buildApi(deps);
beforeAll(() => app.ready());
afterAll(() => app.close());

it.each([
  ['/identity/openapi.json', '/v3/auth/tokens', 'post'],
  ['/image/openapi.json', '/v2/images', 'post'],
  ['/network/openapi.json', '/v2.0/networks', 'post'],
  ['/federation/openapi.json', '/v1/cells', 'post'],
  ['/compute/v2.1/openapi.json', '/servers', 'post'],
])('%s describes %s without a token', async (document, path, method) => {
  const reply = await app.inject({ url: document });
  expect(reply.statusCode).toBe(200);
  const { openapi, paths } = reply.json();
  expect(openapi).toBe('3.1.0');
  expect(paths[path]?.[method], Object.keys(paths).join(' ')).toBeDefined();
});

it('only the document itself is open', async () => {
  expect((await app.inject({ url: '/network/v2.0/networks' })).statusCode).toBe(401);
});
