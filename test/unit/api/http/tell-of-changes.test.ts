import Fastify, { type FastifyInstance } from 'fastify';
import { expect, it } from 'vitest';
import { CHANGES, TELL_EVERY_MS } from '#platform/contracts/global-rings.ts';
import { tellOfChanges } from '../../../../api/http/tell-of-changes.ts';

it('super-conductors are told of requests that may have changed something, now and then', async () => {
  const told: string[] = [];
  let now = 1_000_000;
  const app = Fastify() as unknown as FastifyInstance;
  const clock = { now: () => now, sleep: async () => undefined };
  tellOfChanges(app, { clock, tellOthers: (topic) => void told.push(topic) });
  app.all('/refused', (_request, reply) => reply.code(401).send());
  app.all('/', () => 'done');
  const ask = async (method: 'GET' | 'POST' | 'DELETE', url = '/') => {
    await app.inject({ method, url });
    return told.length;
  };
  expect(await ask('GET')).toBe(0);
  expect(await ask('POST', '/refused')).toBe(0);
  expect(await ask('POST')).toBe(1);
  expect(await ask('DELETE')).toBe(1);
  now += TELL_EVERY_MS;
  expect(await ask('DELETE')).toBe(2);
  expect(told).toEqual([CHANGES, CHANGES]);
  await app.close();
});
