import { Type } from 'typebox';
import { afterEach, describe, expect, it } from 'vitest';
import { call, contract, renamedMember } from '#platform/contracts/contract.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { StringMap } from '#platform/objects/scalars.ts';
import { sharedKeys } from '#platform/rpc/authenticate.ts';
import { createClient } from '#platform/rpc/client.ts';
import type { HttpService } from '#platform/rpc/http-service.ts';
import { serveContract } from '#platform/rpc/server.ts';
import { WrittenAnswer } from '#platform/rpc/written-answer.ts';
import { freePort } from '../../support/free-port.ts';
import { startOnLoopback } from '../../support/loopback-service.ts';

/** The peer of the release before: names were one field. */
const older = contract({
  name: 'greeter',
  version: 1,
  oldest: 1,
  calls: { greet: call(Type.Object({ name: Type.String() }), Type.Object({ text: Type.String() })) },
});

/** This release: two fields, and an answer with a language. */
const newer = contract({
  name: 'greeter',
  version: 2,
  oldest: 1,
  calls: {
    greet: call(
      Type.Object({ first: Type.String(), last: Type.String() }),
      Type.Object({ text: Type.String(), language: Type.String() }),
      {
        changes: {
          2: {
            request: {
              down: (value) => {
                const { first, last } = value as { first: string; last: string };
                return { name: `${first} ${last}` };
              },
              up: (value) => {
                const [first = '', last = ''] = (value as { name: string }).name.split(' ');
                return { first, last };
              },
            },
            response: {
              down: (value) => ({ text: (value as { text: string }).text }),
              up: (value) => ({ ...(value as object), language: 'unknown' }),
            },
          },
        },
      },
    ),
  },
});

/** The release after it gives the call, and a member of the question, another name. */
const renamed = contract({
  name: 'greeter',
  version: 3,
  oldest: 1,
  calls: {
    welcome: call(
      Type.Object({ given: Type.String(), last: Type.String() }),
      Type.Object({ text: Type.String(), language: Type.String() }),
      {
        changes: { ...newer.calls.greet.changes, 3: { request: renamedMember('given', 'first') } },
        formerly: { name: 'greet', until: 2 },
      },
    ),
  },
});

/** The release after that speaks to no peer that knows the former name only; the one before it still asks by that name. */
const later = contract({ ...renamed, version: 4, oldest: 3 });

describe('calls', () => {
  const running: { stop(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of running.splice(0).reverse()) await one.stop();
  });

  async function serve(routes: (app: Parameters<typeof serveContract>[0]) => void): Promise<HttpService> {
    const service = await startOnLoopback('test', routes);
    running.push(service);
    return service;
  }
  const clientOf = <C extends typeof older | typeof newer | typeof renamed | typeof later>(
    definition: C,
    url: string,
    key = 'k',
  ) => {
    const client = createClient(definition, { url, key });
    running.push({ stop: () => client.close() });
    return client;
  };
  const serveNewer = () =>
    serve((app) =>
      serveContract(
        app,
        newer,
        { greet: async ({ first, last }) => ({ text: `${last}, ${first}`, language: 'en' }) },
        sharedKeys(() => ['k']),
      ),
    );
  it('sends an answer that its handler wrote as it is, and converts it for an older caller', async () => {
    const text = '{ "text": "Ada",  "language": "en" }';
    const { address } = await serve((app) =>
      serveContract(
        app,
        newer,
        { greet: async () => new WrittenAnswer(text) },
        sharedKeys(() => ['k']),
      ),
    );
    const headers = { authorization: 'Bearer k', 'content-type': 'application/json', 'x-volvox-version': '2' };
    const body = JSON.stringify({ first: 'Ada', last: 'L' });
    const answer = await fetch(`${address()}/rpc/greeter/greet`, { method: 'POST', headers, body });
    expect(await answer.text()).toBe(text);
    expect(await clientOf(newer, address()).greet({ first: 'Ada', last: 'L' })).toEqual({
      text: 'Ada',
      language: 'en',
    });
    expect(await clientOf(older, address()).greet({ name: 'Ada L' })).toEqual({ text: 'Ada' });
    expect(JSON.stringify({ inside: new WrittenAnswer(text) })).toBe('{"inside":{"text":"Ada","language":"en"}}');
  });

  const serveOlder = () =>
    serve((app) =>
      serveContract(
        app,
        older,
        { greet: async ({ name }) => ({ text: `Hello ${name}` }) },
        sharedKeys(() => ['k']),
      ),
    );

  it.each(['null', '[]', '{"name":{}}', '7'])(
    "refuses the body %s of an earlier version as the caller's mistake",
    async (body) => {
      const url = (await serveNewer()).address();
      const answer = await fetch(`${url}/rpc/greeter/greet`, {
        method: 'POST',
        headers: { authorization: 'Bearer k', 'content-type': 'application/json', 'x-volvox-version': '1' },
        body,
      });
      expect(answer.status).toBe(400);
    },
  );

  it('lets nobody in with no key, also when one of several keys is empty', async () => {
    const service = await serve((app) =>
      serveContract(
        app,
        older,
        { greet: async ({ name }) => ({ text: name }) },
        sharedKeys(() => ['k', '']),
      ),
    );
    for (const headers of [{}, { authorization: 'Bearer ' }]) {
      const answer = await fetch(`${service.address()}/rpc/greeter/greet`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ name: 'x' }),
      });
      expect(answer.status).toBe(401);
    }
  });

  it.each(['NaN', '-1', '1e3', '99999999999999', ''])(
    'refuses the deadline "%s" as the caller\'s mistake',
    async (deadline) => {
      const url = (await serveNewer()).address();
      const answer = await fetch(`${url}/rpc/greeter/greet`, {
        method: 'POST',
        headers: {
          authorization: 'Bearer k',
          'content-type': 'application/json',
          'x-volvox-version': '2',
          'x-volvox-deadline-ms': deadline,
        },
        body: JSON.stringify({ first: 'Ada', last: 'Lovelace' }),
      });
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain('x-volvox-deadline-ms must be a whole number of milliseconds');
    },
  );

  it('a newer caller speaks to an older peer', async () => {
    const client = clientOf(newer, (await serveOlder()).address());
    expect(await client.greet({ first: 'Ada', last: 'Lovelace' })).toEqual({
      text: 'Hello Ada Lovelace',
      language: 'unknown',
    });
  });

  it('an older caller speaks to a newer peer', async () => {
    const client = clientOf(older, (await serveNewer()).address());
    expect(await client.greet({ name: 'Ada Lovelace' })).toEqual({ text: 'Lovelace, Ada' });
  });

  it('serves a call that was renamed under both names, and asks older peers under the former one', async () => {
    const serveRenamed = await serve((app) =>
      serveContract(
        app,
        renamed,
        { welcome: async ({ given, last }) => ({ text: `${last}, ${given}`, language: 'en' }) },
        sharedKeys(() => ['k']),
      ),
    );
    const url = serveRenamed.address();
    const lovelace = { text: 'Lovelace, Ada', language: 'en' };
    expect(await clientOf(newer, url).greet({ first: 'Ada', last: 'Lovelace' })).toEqual(lovelace);
    expect(await clientOf(older, url).greet({ name: 'Ada Lovelace' })).toEqual({ text: 'Lovelace, Ada' });
    expect(await clientOf(renamed, url).welcome({ given: 'Ada', last: 'Lovelace' })).toEqual(lovelace);
    const answer = await fetch(`${url}/rpc/greeter/welcome`, {
      method: 'POST',
      headers: { authorization: 'Bearer k', 'content-type': 'application/json', 'x-volvox-version': '3' },
      body: JSON.stringify({ given: 'Ada', last: 'Lovelace' }),
    });
    expect(await answer.json()).toEqual(lovelace);

    const question = { given: 'Ada', last: 'Lovelace' };
    const toNewer = clientOf(renamed, (await serveNewer()).address());
    expect(await toNewer.welcome(question)).toEqual(lovelace);
    const toOlder = clientOf(renamed, (await serveOlder()).address());
    expect(await toOlder.welcome(question)).toEqual({ text: 'Hello Ada Lovelace', language: 'unknown' });
  });

  it('serves the former name also after the oldest peers that need it, because the release in between asks by it', async () => {
    const welcome = async ({ given, last }: { given: string; last: string }) => ({
      text: `${last}, ${given}`,
      language: 'en',
    });
    const serveAs = (definition: typeof renamed | typeof later) =>
      serve((app) =>
        serveContract(
          app,
          definition,
          { welcome },
          sharedKeys(() => ['k']),
        ),
      );
    const question = { given: 'Ada', last: 'Lovelace' };
    const lovelace = { text: 'Lovelace, Ada', language: 'en' };
    const fromRenamed = clientOf(renamed, (await serveAs(later)).address());
    expect(await fromRenamed.welcome(question)).toEqual(lovelace);
    const toRenamed = clientOf(later, (await serveAs(renamed)).address());
    expect(await toRenamed.welcome(question)).toEqual(lovelace);
  });

  it('refuses a wrong key and a malformed question, naming the field', async () => {
    const { address } = await serveNewer();
    await expect(clientOf(newer, address(), 'wrong').greet({ first: 'a', last: 'b' })).rejects.toMatchObject({
      kind: 'unauthenticated',
    });
    await expect(clientOf(newer, address()).greet({ first: 'a', last: 1 as never })).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('/last'),
    });
  });

  it('carries errors with their kind and details, and hides what is private', async () => {
    const failures = [
      new VolvoxError('conflict', 'busy', { details: { state: 'stopped' }, context: { secret: 1 } }),
      new Error('oops'),
    ];
    const service = await serve((app) =>
      serveContract(
        app,
        older,
        { greet: () => Promise.reject(failures.shift()) },
        sharedKeys(() => ['k']),
      ),
    );
    const client = clientOf(older, service.address());
    await expect(client.greet({ name: 'x' })).rejects.toMatchObject({
      kind: 'conflict',
      details: { state: 'stopped' },
    });
    await expect(client.greet({ name: 'x' })).rejects.toMatchObject({
      kind: 'internal',
      message: 'Something went wrong.',
    });
  });

  it('gives up at the deadline, and tells the handler', async () => {
    const told = Promise.withResolvers<void>();
    const service = await serve((app) =>
      serveContract(
        app,
        older,
        {
          greet: (_question, { signal }) =>
            new Promise((_resolve, reject) => {
              signal.addEventListener('abort', () => {
                told.resolve();
                reject(signal.reason);
              });
            }),
        },
        sharedKeys(() => ['k']),
      ),
    );
    await expect(clientOf(older, service.address()).greet({ name: 'x' }, { deadlineMs: 100 })).rejects.toMatchObject({
      kind: 'deadline-exceeded',
    });
    await told.promise;
  });

  it('says unavailable for a peer that is not there, and at once after three times', async () => {
    const client = clientOf(older, `http://127.0.0.1:${await freePort()}`);
    for (let n = 0; n < 3; n++)
      await expect(client.greet({ name: 'x' })).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(client.greet({ name: 'x' })).rejects.toThrow('a moment ago');
  });

  const mapped = contract({
    name: 'mapped',
    version: 1,
    oldest: 1,
    calls: { echo: call(Type.Object({ map: StringMap }), Type.Object({ map: StringMap })) },
  });

  it.each(['__proto__', 'constructor', 'toString'])('carry the key %s as any other, both ways', async (key) => {
    const service = await serve((app) =>
      serveContract(
        app,
        mapped,
        { echo: async (question) => question },
        sharedKeys(() => ['k']),
      ),
    );
    const client = createClient(mapped, { url: service.address(), key: 'k' });
    running.push({ stop: () => client.close() });
    const map = Object.fromEntries([[key, 'value']]);
    expect(JSON.stringify(await client.echo({ map }))).toBe(`{"map":{"${key}":"value"}}`);
  });

  it('take what a peer refuses in a form of its own as a refusal, and not as silence', async () => {
    const service = await serve((app) =>
      serveContract(
        app,
        mapped,
        { echo: async (question) => question },
        sharedKeys(() => ['k']),
      ),
    );
    const other = createClient(older, { url: service.address(), key: 'k' });
    running.push({ stop: () => other.close() });
    await expect(other.greet({ name: 'x' })).rejects.toMatchObject({ kind: 'unsupported' });
  });
});
