import { beforeEach, expect, test } from 'vitest';
import { useFrontApp } from '../use-front-app.ts';
import { asking, errorOf, twoCells, useCells, W1 } from './stub-placement.ts';

/** The frame of the Placement API: versions, errors, who may ask. */
const front = useFrontApp();
const ask = (...given: Parameters<ReturnType<typeof asking>>) => asking(front)(...given);
beforeEach(() => useCells(front, twoCells()));

test('the version document needs no token', async () => {
  const { status, body } = await front.send('GET /placement/');
  expect([status, body]).toEqual([
    200,
    {
      versions: [
        {
          ...{ id: 'v1.0', min_version: '1.0', max_version: '1.39', status: 'CURRENT' },
          links: [{ rel: 'self', href: '' }],
        },
      ],
    },
  ]);
});

test('the version document speaks a microversion, and refuses those that are not offered', async () => {
  const at = (version: string) =>
    front.send('GET /placement', { headers: { 'openstack-api-version': `placement ${version}` } });
  const newest = await at('latest');
  expect([newest.status, newest.headers['openstack-api-version']]).toEqual([200, 'placement 1.39']);
  const future = await at('1.40');
  expect([future.status, errorOf(future).max_version]).toEqual([406, '1.39']);
});

test('what a schema refuses has the words of Placement', async () => {
  const detail = async (...given: Parameters<typeof ask>) => errorOf(await ask(...given)).detail;
  expect(await detail('GET /placement/allocation_candidates?resources=VCPU:1&limit=5', '1.15')).toMatch(
    /^Invalid query string parameters: .*'limit' was unexpected/,
  );
  expect(await detail('GET /placement/allocation_candidates', '1.10')).toMatch(
    /^Invalid query string parameters: 'resources' is a required property/,
  );
  const body = { traits: [] };
  expect(await detail(`PUT /placement/resource_providers/${W1}/traits`, '1.39', body)).toMatch(
    /^JSON does not validate: 'resource_provider_generation' is a required property/,
  );
});

test('the catalog has the service', async () => {
  const { body } = await front.send('GET /identity/v3/auth/catalog', { token: front.demo });
  const [entry] = body.catalog.filter(({ type }: { type: string }) => type === 'placement');
  expect(entry).toMatchObject({ name: 'placement' });
  expect(entry.endpoints[0].url).toBe('http://api.test/placement');
});

test.each([
  [null, '1.0'],
  ['1.0', '1.0'],
  ['1.23', '1.23'],
  ['latest', '1.39'],
])('a request for %s speaks %s', async (asked, spoken) => {
  const { status, headers } = await ask('GET /placement/resource_providers', asked);
  expect([status, headers['openstack-api-version']]).toEqual([200, `placement ${spoken}`]);
  expect(headers.vary).toContain('OpenStack-API-Version');
});

test('the header may name other services', async () => {
  const headers = { 'openstack-api-version': 'compute 2.90, placement 1.14' };
  const answer = await front.send('GET /placement/resource_providers', { token: front.admin, headers });
  expect(answer.headers['openstack-api-version']).toBe('placement 1.14');
});

test('a version that is not offered is 406 with the range, one that cannot be read 400', async () => {
  const future = await ask('GET /placement/resource_providers', '1.40');
  expect([future.status, errorOf(future)]).toMatchObject([
    406,
    { status: 406, title: 'Not Acceptable', min_version: '1.0', max_version: '1.39' },
  ]);
  expect((await ask('GET /placement/resource_providers', '2.0')).status).toBe(406);
  const odd = await ask('GET /placement/resource_providers', 'pony');
  expect([odd.status, errorOf(odd).detail]).toMatchObject([400, expect.stringContaining('pony')]);
});

test('errors have the form of Placement, with a code since 1.23', async () => {
  const before = await ask(`GET /placement/resource_providers/${front.admin.slice(0, 8)}`, '1.22');
  expect(before.status).toBe(404);
  const { detail, request_id: id, ...rest } = errorOf(before);
  expect(rest).toEqual({ status: 404, title: 'Not Found' });
  expect(detail).toContain('No resource provider');
  expect(id).toBe(before.headers['x-openstack-request-id']);
  expect(errorOf(await ask('GET /placement/resource_providers/x', '1.23')).code).toBe('placement.undefined_code');
  const query = await ask('GET /placement/resource_providers?required=NO_SUCH', '1.23');
  expect([query.status, errorOf(query).code]).toEqual([400, 'placement.query.bad_value']);
});

test('an operation of a later version is 404, in words that name the version', async () => {
  const answer = await ask('GET /placement/traits', '1.5');
  expect([answer.status, errorOf(answer).detail]).toMatchObject([404, expect.stringContaining('from 1.6')]);
});

test('answers tell how old they are since 1.15', async () => {
  const [before, since] = [
    await ask('GET /placement/resource_providers', '1.14'),
    await ask('GET /placement/resource_providers', '1.15'),
  ];
  expect(before.headers['last-modified']).toBeUndefined();
  expect(since.headers['cache-control']).toBe('no-cache');
  expect(Date.parse(String(since.headers['last-modified']))).not.toBeNaN();
});

test('only operators may read and write; a member sees the usages of its project', async () => {
  for (const what of ['GET /placement/resource_providers', `GET /placement/resource_providers/${W1}`]) {
    const refused = await ask(what, '1.39', undefined, front.demo);
    expect([refused.status, errorOf(refused).detail]).toMatchObject([403, expect.stringContaining('placement:')]);
  }
  expect((await ask('PUT /placement/traits/CUSTOM_A', '1.39', undefined, front.demo)).status).toBe(403);
  expect((await front.send('GET /placement/traits')).status).toBe(401);
});
