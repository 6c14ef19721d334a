import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Type } from 'typebox';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { call, contract } from '#platform/contracts/contract.ts';
import { isVolvoxError, type VolvoxError } from '#platform/errors/volvox-error.ts';
import { JsonValue } from '#platform/objects/json-value.ts';
import { Uuid } from '#platform/objects/scalars.ts';
import { createClient } from '#platform/rpc/client.ts';
import { EXPIRES_HEADER, NOW_HEADER, SPEAKS_HEADER } from '#platform/rpc/wire.ts';
import { waitUntil } from '../../support/wait-until.ts';

const MAX_BYTES = 200_000;
const oracle = contract({
  name: 'oracle',
  version: 3,
  oldest: 1,
  checksAnswers: true,
  calls: {
    ask: call(
      Type.Object({}),
      Type.Object({ ids: Type.Array(Uuid), more: Type.Optional(Type.Record(Type.String(), JsonValue)) }),
      { deadlineMs: 20_000, maxAnswerBytes: MAX_BYTES },
    ),
    change: call(Type.Object({}), Type.Object({}), { expires: true }),
  },
});
const ID = '11111111-1111-4111-8111-111111111111';

/** What a request is answered with. */
type Answer = (response: ServerResponse, request: IncomingMessage) => void;
const saying =
  (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) => {
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  };

describe('a peer in the wrong hands', () => {
  const running: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    vi.restoreAllMocks();
    for (const stop of running.splice(0).reverse()) await stop();
  });

  async function aPeer(first: Answer) {
    const peer = { answer: first, requests: 0 };
    const server = createServer((request, response) => {
      peer.requests += 1;
      request.resume();
      peer.answer(response, request);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = createClient(oracle, { url, key: 'k' });
    running.push(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    running.push(() => client.close());
    return Object.assign(peer, { client });
  }
  const errorOf = (answer: Promise<unknown>): Promise<VolvoxError> =>
    answer.then(
      () => expect.unreachable('it was answered'),
      (error: unknown) => {
        if (!isVolvoxError(error)) throw error;
        return error;
      },
    );

  it('cannot answer without end: the connection ends soon after the bound', async () => {
    let sent = 0;
    let ended = false;
    const { client } = await aPeer((response) => {
      response.on('close', () => {
        ended = true;
      });
      const chunk = Buffer.alloc(64 * 1024, '[');
      const more = (): void => {
        while (!ended) {
          sent += chunk.length;
          if (!response.write(chunk)) break;
        }
      };
      response.on('drain', more);
      more();
    });
    expect(await errorOf(client.ask({}))).toMatchObject({ kind: 'unavailable', message: /more than 200000 bytes/ });
    await waitUntil('the connection to end', () => ended);
    expect(sent).toBeLessThan(32 * 1024 * 1024);
  });

  it('is not read when it announces too much', async () => {
    const { client } = await aPeer((response) => {
      response.writeHead(200, { 'content-length': String(10 ** 12) }).write('{');
    });
    expect(await errorOf(client.ask({}))).toMatchObject({ kind: 'unavailable', message: /more than 200000 bytes/ });
  });

  it.each([
    ['no object', 'null'],
    ['no list', { ids: null }],
    ['objects for ids', { ids: [{ uuid: 1 }] }],
    ['no JSON', '<html>'],
    ['deep nests', `{"ids":[],"more":{"a":${'['.repeat(90_000)}${']'.repeat(90_000)}}}`],
  ])('counts as silent when it answers with %s, and is left alone after three such answers', async (_, body) => {
    const peer = await aPeer(saying(body));
    const error = await errorOf(peer.client.ask({}));
    expect(error).toMatchObject({ kind: 'unavailable', message: /something else than its contract says/ });
    expect(error.message.length).toBeLessThan(1_000);
    for (let again = 0; again < 5; again++) await errorOf(peer.client.ask({}));
    expect(peer.requests).toBe(3);
  });

  it('may answer what its contract says', async () => {
    const { client } = await aPeer(saying({ ids: [ID], more: { a: [[1]], __proto__: 1 } }));
    expect(await client.ask({})).toMatchObject({ ids: [ID] });
  });

  it('cannot have the caller ask without end by versions that are none', async () => {
    for (const speaks of ['a-b', 'NaN-NaN', '1-', '', '1-99', '3-3']) {
      const peer = await aPeer(
        saying({ error: { kind: 'unsupported', message: 'no', details: {} } }, 501, { [SPEAKS_HEADER]: speaks }),
      );
      expect(await errorOf(peer.client.ask({}))).toMatchObject({ kind: 'unsupported' });
      expect(peer.requests).toBe(1);
    }
  });

  it.each([
    ['a kind that every object has', { error: { kind: 'constructor', message: 'x', details: {} } }],
    ['a message that is none', { error: { kind: 'conflict', message: { a: 1 }, details: {} } }],
    ['null', 'null'],
  ])('refuses by its status only, when its error has %s', async (_, body) => {
    const { client } = await aPeer(saying(body, 400));
    expect(await errorOf(client.ask({}))).toMatchObject({ kind: 'invalid', details: {} });
  });

  it('cannot fill logs and records by an error', async () => {
    const details = { a: 'x'.repeat(100_000) };
    const { client } = await aPeer(saying({ error: { kind: 'conflict', message: 'x'.repeat(90_000), details } }, 409));
    const error = await errorOf(client.ask({}));
    expect(error).toMatchObject({ kind: 'conflict', details: {} });
    expect(error.message.length).toBeLessThanOrEqual(4_000);
  });

  it('gives no details but an object', async () => {
    const { client } = await aPeer(saying({ error: { kind: 'conflict', message: 'no', details: 'method' } }, 409));
    expect((await errorOf(client.ask({}))).details).toEqual({});
  });
});

describe('a step of the clock', () => {
  const running: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    vi.restoreAllMocks();
    for (const stop of running.splice(0).reverse()) await stop();
  });
  const HOUR_MS = 3_600_000;
  const stepBy = (ms: number) => {
    vi.spyOn(Date, 'now').mockImplementation(() => Math.round(performance.timeOrigin + performance.now()) + ms);
  };
  /** Its own clock does not step. */
  async function aPeer() {
    const peer = { fails: false, expires: [] as number[], offset: 0 };
    const server = createServer((request, response) => {
      request.resume();
      const expires = request.headers[EXPIRES_HEADER];
      if (expires !== undefined) peer.expires.push(Number(expires) - performance.timeOrigin - performance.now());
      const now = String(Math.round(performance.timeOrigin + performance.now()));
      if (peer.fails) response.destroy();
      else response.writeHead(200, { [NOW_HEADER]: now }).end('{"ids":[]}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = createClient(oracle, {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      key: 'k',
    });
    running.push(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    running.push(() => client.close());
    return Object.assign(peer, { client });
  }

  it('does not let a request be carried out long after its caller has gone', async () => {
    const peer = await aPeer();
    await peer.client.change({}, { deadlineMs: 5_000 });
    stepBy(HOUR_MS);
    await peer.client.change({}, { deadlineMs: 5_000 });
    stepBy(-HOUR_MS);
    await peer.client.change({}, { deadlineMs: 5_000 });
    expect(peer.expires).toHaveLength(3);
    for (const left of peer.expires) {
      expect(left).toBeLessThanOrEqual(5_000);
      expect(left).toBeGreaterThan(0);
    }
  });

  it('keeps a peer that failed out for a second, and not for an hour', async () => {
    const peer = await aPeer();
    peer.fails = true;
    for (let failure = 0; failure < 3; failure++) await peer.client.ask({}).catch(() => undefined);
    peer.fails = false;
    stepBy(-HOUR_MS);
    await waitUntil('the peer to be asked again', () =>
      peer.client.ask({}).then(
        () => true,
        () => false,
      ),
    );
  });
});
