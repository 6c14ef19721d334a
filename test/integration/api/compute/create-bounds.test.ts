import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComputeApp, createComputeApp } from './compute-app.ts';

const UUID = '70a599e0-31e7-49b7-b260-868f441e862b';

describe('a create request without measure', () => {
  let api: ComputeApp;
  beforeAll(async () => {
    api = await createComputeApp();
  });
  afterAll(() => api.close());

  const refusal = async (rest: object, hints: object = {}, key?: string): Promise<string> => {
    const server = { name: 's', flavorRef: 'none', imageRef: UUID, networks: 'none', ...rest };
    const reply = await api.app.inject({
      method: 'POST',
      url: '/compute/v2.1/servers',
      headers: {
        'x-auth-token': 'member',
        'openstack-api-version': 'compute 2.37',
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      payload: { server, 'os:scheduler_hints': hints },
    });
    expect(reply.statusCode, reply.body).toBe(400);
    return reply.json().badRequest.message;
  };
  /** What a request hears that is refused for nothing but its flavor. */
  const NO_FLAVOR = 'Flavor none could not be found.';

  it('may ask for 1000 servers and no more', async () => {
    for (const field of ['min_count', 'max_count']) {
      for (const count of [1_001, '1001', 200_000_000]) {
        const counts = { max_count: count, [field]: count };
        const sentence = new RegExp(
          `for field/attribute server\\.${field}\\..*greater than the maximum of 1000; expected: an integer from 1 to 1000 `,
        );
        expect(await refusal(counts)).toMatch(sentence);
        expect(await refusal(counts, {}, randomUUID())).toMatch(sentence);
      }
    }
    expect(await refusal({ max_count: 1_000 })).toBe(NO_FLAVOR);
    expect(await refusal({ max_count: 1_000 }, {}, randomUUID())).toBe(NO_FLAVOR);
  });

  it('keeps space in the name for the number of the server', async () => {
    const name = '日'.repeat(253);
    expect(await refusal({ name, max_count: 9 })).toBe(NO_FLAVOR);
    expect(await refusal({ name, max_count: 10 })).toMatch(/field\/attribute name\. It is too long/);
    expect(await refusal({ name: 'n'.repeat(255) })).toBe(NO_FLAVOR);
  });

  it('names what a file lacks', async () => {
    expect(await refusal({ personality: [{ contents: 'aGVsbG8=' }] })).toContain("'path' is a required property");
  });

  it('names few other servers in its hints, and keeps them short', async () => {
    for (const hint of ['same_host', 'different_host']) {
      const servers = Array.from({ length: 51 }, () => randomUUID());
      expect(await refusal({}, { [hint]: servers })).toMatch(`field/attribute os:scheduler_hints.${hint}.`);
      expect(await refusal({}, { [hint]: servers.slice(1) })).toBe(NO_FLAVOR);
    }
    expect(await refusal({}, { unknown: 'x'.repeat(16_384) })).toMatch(/^The scheduler hints are too large/);
    expect(await refusal({}, { unknown: 'x'.repeat(16_000) })).toBe(NO_FLAVOR);
  });

  it('names no host in place of the system', async () => {
    const hint = { _same_host_names: ['host1'] };
    expect(await refusal({}, hint)).toMatch(/^Invalid scheduler hint _same_host_names/);
  });
});
