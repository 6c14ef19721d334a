import { type IncomingMessage, request as open } from 'node:http';
import { connect } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { systemClock } from '#platform/time/clock.ts';
import type { BudgetsConfig } from '../../../../api/budgets/config.ts';
import { computeService } from '../../../../api/compute/service.ts';
import { unauthenticated } from '../../../../api/http/authenticate.ts';
import { always } from '../../../../api/http/by-version.ts';
import { route } from '../../../../api/http/route.ts';
import { serveApi } from '../../../../api/http/serve-api.ts';
import { NOBODY } from '../../../../api/identity/caller.ts';
import { identityService } from '../../../../api/identity/service.ts';
import { imageService } from '../../../../api/image/service.ts';
import { networkService } from '../../../../api/network/service.ts';
import { aPolicy } from '../../../support/a-policy.ts';
import { defaultRequestBudgets } from '../../../support/default-budgets.ts';
import { waitUntil } from '../../../support/wait-until.ts';

const anybody = aPolicy('things');
const SERVICES = { compute: computeService, identity: identityService, image: imageService, network: networkService };
const apps: FastifyInstance[] = [];
afterEach(() => Promise.all(apps.splice(0).map((app) => app.close())));

/** Tokens are names of projects. `GET /slow` is answered when the test says so. */
async function anApp(changed: Partial<BudgetsConfig>) {
  const app = Fastify() as unknown as FastifyInstance;
  apps.push(app);
  app.decorateRequest('context');
  const budgets = defaultRequestBudgets(changed, { ...systemClock, now: () => 0 });
  const begun: { readonly project: string; readonly signal: AbortSignal; readonly end: () => void }[] = [];
  const routes = [
    route({
      method: 'GET',
      path: '/slow',
      policy: anybody,
      response: always({}),
      summary: 'Waits.',
      handle: ({ caller, signal }) =>
        new Promise((resolve) => {
          begun.push({ project: caller.projectId, signal, end: () => resolve({}) });
        }),
    }),
    route({
      method: 'POST',
      path: '/late',
      policy: anybody,
      response: always({}),
      summary: 'Has little time.',
      timeoutMs: 50,
      handle: ({ caller, signal }) =>
        new Promise((resolve) => {
          begun.push({ project: caller.projectId, signal, end: () => resolve({}) });
        }),
    }),
    route({
      method: 'GET',
      path: '/fast',
      policy: anybody,
      response: always({}),
      summary: 'Answers.',
      handle: () => ({}),
    }),
  ];
  const checked = Promise.withResolvers<void>();
  const checking: string[] = [];
  // As a repeated Idempotency-Key is answered.
  app.addHook('preHandler', async (request) => {
    if (request.headers['x-answered'] !== undefined) throw new VolvoxError('conflict', 'Answered before.');
  });
  const tokens = {
    verify: async (token: string) => {
      if (token === 'invalid') throw unauthenticated();
      checking.push(token);
      if (token === 'slow') await checked.promise;
      return { ...NOBODY, userId: 'u', projectId: token };
    },
  };
  for (const service of Object.values(SERVICES)) {
    serveApi(app, { service: { ...service, bases: [''] }, routes, tokens, budgets, publicUrl: 'http://api' });
  }
  await app.ready();
  const get = async (token: string, path = '/compute/fast', remoteAddress = '192.0.2.1') => {
    const answer = await app.inject({
      url: path,
      remoteAddress,
      headers: token === '' ? {} : { 'x-auth-token': token },
    });
    return { status: answer.statusCode, retryAfter: answer.headers['retry-after'], body: answer.json() };
  };
  return { app, budgets, begun, get, checking, check: checked.resolve };
}

describe('the request rate', () => {
  const RATE = { requestsPerSecond: 1, requestBurst: 3 };

  it.each([
    ['compute', { overLimit: { code: 429, message: expect.stringContaining('Too many requests') } }],
    ['identity', { error: { code: 429, title: 'Too Many Requests', message: expect.any(String) } }],
    ['image', { code: '429 Too Many Requests', title: 'Too Many Requests', message: expect.any(String) }],
    ['network', { NeutronError: { type: 'HTTPTooManyRequests', message: expect.any(String), detail: '' } }],
  ])('is that of a project, and the %s API says so in its own words', async (api, body) => {
    const { get } = await anApp(RATE);
    const path = `/${api}/fast`;
    for (let n = 0; n < 3; n++) expect((await get('a', path)).status).toBe(200);
    expect(await get('a', path)).toEqual({ status: 429, retryAfter: '1', body });
    expect((await get('b', path)).status).toBe(200);
  });

  it('is that of an address without a valid token, and does not harm those who have one', async () => {
    const { get } = await anApp(RATE);
    expect((await get('')).status).toBe(401);
    expect((await get('invalid')).status).toBe(401);
    expect((await get('invalid', '/compute/nowhere')).status).toBe(401);
    for (const token of ['', 'invalid']) expect(await get(token)).toMatchObject({ status: 429, retryAfter: '1' });
    expect((await get('', '/compute/fast', '192.0.2.2')).status).toBe(401);
    expect((await get('a')).status).toBe(200);
  });
});

describe('a request without a valid token', () => {
  it('is answered before its body was sent, and a large body stays unread', async () => {
    const { app } = await anApp({});
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { 'x-auth-token': 'invalid', 'content-length': 100_000 };
      const sent = open(`${url}/compute/fast`, { method: 'POST', headers });
      sent.on('response', resolve);
      sent.on('error', reject);
      sent.write('{');
    });
    answer.destroy();
    expect([answer.statusCode, answer.headers.connection]).toEqual([401, 'close']);
  });
});

describe('a request with a body', () => {
  it('has an end too: its handler is told, and keeps its turn until it has ended', async () => {
    const { app, begun, budgets } = await anApp({});
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const answer = await fetch(`${url}/compute/late`, {
      method: 'POST',
      headers: { 'x-auth-token': 'a', 'content-type': 'application/json' },
      body: JSON.stringify({ any: 'thing' }),
    });
    expect([answer.status, await answer.text()]).toEqual([504, expect.stringContaining('took too long')]);
    expect(begun[0]?.signal.aborted).toBe(true);
    expect(budgets.load('write').running).toBe(1);
    begun[0]?.end();
    await waitUntil('its turn to end', () => budgets.load('write').running === 0);
  });
});

describe('requests in flight', () => {
  const BOUNDS = { requestsInFlight: 3, listsInFlightPerProject: 2, requestsWaitingPerProject: 5, maxWaitMs: 20_000 };

  it('leave capacity to other projects, wait in turns, and are refused when too many wait', async () => {
    const { begun, get, budgets } = await anApp(BOUNDS);
    const flood = Array.from({ length: 10 }, () => get('a', '/compute/slow'));
    await waitUntil('a to have its share', () => begun.length === 2 && budgets.load('list').waiting === 5);
    expect((await get('b')).status).toBe(200);
    for (let n = 0; n < 7; n++) {
      await waitUntil('the next one to begin', () => begun.length > n);
      begun[n]?.end();
    }
    const statuses = (await Promise.all(flood)).map(({ status, retryAfter }) => `${status} ${retryAfter ?? ''}`);
    expect(statuses.sort()).toEqual([...Array(7).fill('200 '), ...Array(3).fill('429 1')]);
    expect(budgets.load('list')).toMatchObject({ running: 0, waiting: 0 });
  });

  it('end with their work, and not with their client; who waits is dropped with the client', async () => {
    const { app, begun, budgets } = await anApp({ ...BOUNDS, requestsInFlight: 1, listsInFlightPerProject: 1 });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const begin = () => {
      const sent = open(`${url}/compute/slow`, { headers: { 'x-auth-token': 'a' } });
      sent.on('error', () => undefined);
      sent.end();
      return sent;
    };
    const first = begin();
    await waitUntil('the first to begin', () => begun.length === 1);
    const second = begin();
    await waitUntil('the second to wait', () => budgets.load('list').waiting === 1);
    second.destroy();
    await waitUntil('the second to be dropped', () => budgets.load('list').waiting === 0);
    first.destroy();
    await waitUntil('the handler to be told', () => begun[0]?.signal.aborted === true);
    expect(budgets.load('list').running).toBe(1);
    begun[0]?.end();
    await waitUntil('its turn to end', () => budgets.load('list').running === 0);
    expect(begun).toHaveLength(1);
  });

  it.each([
    ['', {}],
    [', and a hook answers', { 'x-answered': 'yes' }],
  ])('take no turn when the client left while its token was checked%s', async (_what, headers) => {
    const { app, begun, budgets, checking, check } = await anApp({ requestsInFlight: 1 });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const closed = Promise.withResolvers<void>();
    app.server.on('connection', (socket) => socket.once('close', () => closed.resolve()));
    const sent = open(`${url}/compute/slow`, { headers: { 'x-auth-token': 'slow', ...headers } });
    sent.on('error', () => undefined);
    sent.end();
    await waitUntil('the token to be checked', () => checking.length === 1);
    sent.destroy();
    await closed.promise;
    check();
    expect((await app.inject({ url: '/compute/fast', headers: { 'x-auth-token': 'a' } })).statusCode).toBe(200);
    expect([begun.length, budgets.load('list').running]).toEqual([0, 0]);
  });

  it('give their turns back when a hook answers them and the client has gone, pipelined too', async () => {
    const { app, begun, budgets, checking } = await anApp({});
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as { port: number };
    const socket = connect(port, '127.0.0.1');
    const lines = (method: string, path: string, ...headers: string[]) =>
      [`${method} ${path} HTTP/1.1`, 'host: api', 'x-auth-token: a', ...headers, '', ''].join('\r\n');
    const answered = lines('POST', '/compute/late', 'x-answered: yes', 'content-length: 0');
    socket.write(lines('GET', '/compute/slow') + answered + answered);
    await waitUntil('all to be read', () => checking.length === 3 && begun.length === 1);
    socket.destroy();
    await waitUntil('their turns to end', () => budgets.load('write').running === 0);
    begun[0]?.end();
    await waitUntil('its turn to end', () => budgets.load('list').running === 0);
  });
});
