import { request as open } from 'node:http';
import { Type } from 'typebox';
import { afterEach, describe, expect, it } from 'vitest';
import { call, contract } from '#platform/contracts/contract.ts';
import { bearerOf, sharedKeys } from '#platform/rpc/authenticate.ts';
import type { HttpService } from '#platform/rpc/http-service.ts';
import { serveContract } from '#platform/rpc/server.ts';
import { startOnLoopback } from '../../support/loopback-service.ts';
import { waitUntil } from '../../support/wait-until.ts';

const echo = contract({
  name: 'echo',
  version: 1,
  oldest: 1,
  calls: { echo: call(Type.Object({ text: Type.String() }), Type.Object({ text: Type.String() })) },
});
const FIFTEEN_MB = 15 * 1024 * 1024;

describe('a call with a large body', () => {
  let service: HttpService;
  afterEach(() => service.stop());

  /** Sends the head of a call and one byte of its body, then waits for the answer. */
  const statusBeforeTheBody = (key: string): Promise<{ status: number; connection: unknown }> =>
    new Promise((resolve, reject) => {
      const sent = open(`${service.address()}/rpc/echo/echo`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'content-length': FIFTEEN_MB },
      });
      sent.on('response', (answer) => {
        answer.resume();
        resolve({ status: answer.statusCode ?? 0, connection: answer.headers.connection });
        sent.destroy();
      });
      sent.on('error', reject);
      sent.write('{');
    });

  it('is refused for a wrong key before the body was sent, and the body stays unread', async () => {
    service = await startOnLoopback('echo', (app) =>
      serveContract(
        app,
        echo,
        { echo: async (question) => question },
        sharedKeys(() => ['right']),
      ),
    );
    expect(await statusBeforeTheBody('wrong')).toEqual({ status: 401, connection: 'close' });
    const answer = await fetch(`${service.address()}/rpc/echo/echo`, {
      method: 'POST',
      headers: { authorization: 'Bearer right', 'content-type': 'application/json' },
      body: JSON.stringify({ text: 'x'.repeat(1024 * 1024) }),
    });
    expect(answer.status).toBe(200);
  });

  it('is refused from a peer that has many calls in progress already, and not from others', async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    service = await startOnLoopback('echo', (app) =>
      serveContract(
        app,
        echo,
        {
          echo: async (question) => {
            await released;
            return question;
          },
        },
        (request) => ({ id: bearerOf(request) }),
      ),
    );
    const ask = (key: string): Promise<number> =>
      fetch(`${service.address()}/rpc/echo/echo`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ text: 'x' }),
      }).then(({ status }) => status);
    const statuses: number[] = [];
    const flood = Array.from({ length: 64 }, () => ask('flood').then((status) => statuses.push(status)));
    await waitUntil('what is too much to be refused', () => statuses.length === 32);
    expect(new Set(statuses)).toEqual(new Set([429]));
    const other = ask('other');
    release();
    expect(await other).toBe(200);
    await Promise.all(flood);
    expect(statuses.filter((status) => status === 200)).toHaveLength(32);
    expect(await ask('flood')).toBe(200);
  });
});
