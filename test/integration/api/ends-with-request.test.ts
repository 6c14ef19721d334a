import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Secret } from '#platform/config/secret.ts';
import { addCell } from '#platform/directory/stores/cells.ts';
import { createDoorKeySeal } from '#platform/directory/stores/door-keys.ts';
import { serveApis } from '../../../api/apis.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { type ComputeApp, createComputeApp } from './compute/compute-app.ts';

interface Asked {
  readonly call: string;
  readonly signal: AbortSignal | undefined;
}
const asked: Asked[] = [];

/** Each call lasts until its request ends. */
const lasting = new Proxy(
  {},
  {
    get:
      (_target, call: string) =>
      (_request: unknown, { signal }: { signal?: AbortSignal } = {}) =>
        new Promise((_resolve, reject) => {
          asked.push({ call, signal });
          signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
        }),
  },
);
const CELL = randomUUID();
const cell = { id: CELL, name: 'slow', url: 'http://slow.test', enabled: true, door: lasting };
const cells = { all: () => [cell], find: () => cell, of: () => cell };

let api: ComputeApp;
let app: FastifyInstance;
let url = '';
beforeAll(async () => {
  api = await createComputeApp({ cells: cells as never, scheduler: lasting as never });
  const seal = createDoorKeySeal(new Secret('a signing key of some length, for tests'));
  const key = 'the key of the door of the slow cell';
  await api.deps.directory.transaction((tx) =>
    addCell(tx, seal, { id: CELL, name: 'slow', url: cell.url, key }, Date.now()),
  );
  await api.send('admin', 'POST /os-aggregates', '2.1', { aggregate: { name: 'one' } });
  app = Fastify() as unknown as FastifyInstance;
  app.decorateRequest('context');
  serveApis(app, api.deps, ['compute', 'federation']);
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await app.close();
  await api.close();
});
beforeEach(() => {
  asked.length = 0;
});

const COMPUTE = '/compute/v2.1';
test.each([
  ['GET', `${COMPUTE}/os-hypervisors`, 'listHosts'],
  ['GET', `${COMPUTE}/os-hypervisors/detail`, 'listHosts'],
  ['GET', `${COMPUTE}/os-hypervisors/statistics`, 'listHosts'],
  ['GET', `${COMPUTE}/os-hypervisors/1`, 'listHosts'],
  ['GET', `${COMPUTE}/os-hypervisors/1/uptime`, 'listHosts'],
  ['GET', `${COMPUTE}/os-hypervisors/h/search`, 'listHosts'],
  ['GET', `${COMPUTE}/os-hypervisors/h/servers`, 'listHosts'],
  ['GET', `${COMPUTE}/os-services`, 'listServices'],
  ['GET', `${COMPUTE}/os-services`, 'describe'],
  ['GET', `${COMPUTE}/os-availability-zone`, 'listServices'],
  ['GET', `${COMPUTE}/os-availability-zone/detail`, 'listServices'],
  ['GET', `${COMPUTE}/servers/detail?all_tenants=1&status=ACTIVE`, 'listInstances'],
  ['POST', `${COMPUTE}/os-aggregates/1/action`, 'listHosts', { add_host: { host: 'h' } }],
  ['PUT', `${COMPUTE}/os-services/disable`, 'listServices', { host: 'h', binary: 'nova-compute' }],
  ['GET', '/federation/v1/hosts', 'listHosts'],
  ['GET', '/federation/v1/findings', 'listFindings'],
  ['GET', '/federation/v1/aside', 'listQuarantined'],
  ['GET', '/federation/v1/operations', 'listOperations'],
  ['GET', `/federation/v1/operations/${CELL}`, 'getOperation'],
  ['GET', '/federation/v1/cells', 'describe'],
] as const)('%s %s: what cells are asked ends when the client has gone (%s)', async (method, path, call, body?) => {
  const gone = new AbortController();
  const answer = fetch(`${url}${path}`, {
    method,
    signal: gone.signal,
    headers: { 'x-auth-token': 'admin', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => null);
  await waitUntil('the cell to be asked', () => asked.some((one) => one.call === call));
  expect(asked.every(({ signal }) => signal !== undefined && !signal.aborted)).toBe(true);
  gone.abort();
  await answer;
  await waitUntil('the calls to end', () => asked.every(({ signal }) => signal?.aborted === true));
});
