import { createServer, type Server } from 'node:net';
import { Type } from 'typebox';
import { afterEach, describe, expect, it } from 'vitest';
import { call, contract } from '#platform/contracts/contract.ts';
import { messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import { sharedKeys } from '#platform/rpc/authenticate.ts';
import { createClient } from '#platform/rpc/client.ts';
import { outcomeOf } from '#platform/rpc/outcome.ts';
import { serveContract } from '#platform/rpc/server.ts';
import { freePort } from '../../support/free-port.ts';
import { startOnLoopback } from '../../support/loopback-service.ts';
import { waitUntil } from '../../support/wait-until.ts';

const counter = contract({
  name: 'counter',
  version: 1,
  oldest: 1,
  calls: { count: call(Type.Object({}), Type.Object({ total: Type.Integer() }), { expires: true, deadlineMs: 1_500 }) },
});

describe('a call that expires', () => {
  const running: { stop(): unknown }[] = [];
  afterEach(async () => {
    for (const one of running.splice(0).reverse()) await one.stop();
  });

  /** `work` runs between the arrival and the commit of each request. */
  async function aCounter(work: () => Promise<void> = async () => undefined) {
    const state = { total: 0, refused: 0 };
    const service = await startOnLoopback('counter', (app) =>
      serveContract(
        app,
        counter,
        {
          count: async (_request, { inTime }) => {
            await work();
            try {
              inTime();
            } catch (error) {
              state.refused += 1;
              throw error;
            }
            state.total += 1;
            return { total: state.total };
          },
        },
        sharedKeys(() => ['k']),
      ),
    );
    running.push(service);
    return { state, url: service.address() };
  }
  const clientOf = (url: string) => {
    const client = createClient(counter, { url, key: 'k' });
    running.push({ stop: () => client.close() });
    return client;
  };
  const failureOf = async (asked: Promise<unknown>) => {
    const error = await asked.then(() => null).catch((one: unknown) => one);
    if (!(error instanceof VolvoxError)) throw new Error(`expected a failure, got ${messageOf(error)}`);
    return [error.kind, outcomeOf(error)];
  };

  it('is carried out when its answer comes in time', async () => {
    const { url } = await aCounter();
    expect(await clientOf(url).count({})).toEqual({ total: 1 });
  });

  it('that gets no answer in time was not carried out, and never will be', async () => {
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    const { url, state } = await aCounter(() => opened);
    expect(await failureOf(clientOf(url).count({}))).toEqual(['deadline-exceeded', 'not-done']);
    open();
    await waitUntil('the late request to be refused', async () => state.refused === 1);
    expect(state.total).toBe(0);
  });

  it('is refused when it arrives late, as after a pause of the peer', async () => {
    const { url, state } = await aCounter();
    const answer = await fetch(`${url}/rpc/counter/count`, {
      method: 'POST',
      headers: {
        authorization: 'Bearer k',
        'content-type': 'application/json',
        'x-volvox-version': '1',
        'x-volvox-expires-at': String(Date.now() - 1),
      },
      body: '{}',
    });
    expect(answer.status).toBe(504);
    expect(await answer.json()).toMatchObject({ error: { details: { outcome: 'not-done' } } });
    expect(state.total).toBe(0);
  });

  it('was not carried out when nobody listens', async () => {
    const client = clientOf(`http://127.0.0.1:${await freePort()}`);
    expect(await failureOf(client.count({}))).toEqual(['unavailable', 'not-done']);
  });

  it('may have been carried out when its connection broke', async () => {
    const server = breaking();
    running.push({ stop: () => server.close() });
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    expect(await failureOf(clientOf(`http://127.0.0.1:${port}`).count({}))).toEqual(['unavailable', 'unknown']);
  });
});

/** Tells its time, and breaks the connection of every other request. */
const breaking = (): Server =>
  createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      if (!bytes.toString().includes('/clock')) return socket.destroy();
      socket.write(`HTTP/1.1 200 OK\r\nx-volvox-now: ${Date.now()}\r\ncontent-length: 2\r\n\r\n{}`);
    });
  }).listen(0, '127.0.0.1');
