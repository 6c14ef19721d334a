import { beforeAll, expect, test } from 'vitest';
import { useFrontApp } from '../use-front-app.ts';

/** Tags of what the Networking API has. */
const front = useFrontApp();

type Method = 'POST' | 'GET' | 'PUT' | 'DELETE';
const send = (method: Method, path: string, { body, token = front.demo, match }: Sent = {}) =>
  front.send(`${method} /network/v2.0/${path}`, {
    token,
    ...(body === undefined ? {} : { body }),
    ...(match === undefined ? {} : { headers: { 'if-match': match } }),
  });
interface Sent {
  readonly body?: object;
  readonly token?: string;
  readonly match?: string;
}

const NOUNS = [
  ['networks', 'network', 'networks'],
  ['subnets', 'subnet', 'subnets'],
  ['ports', 'port', 'ports'],
  ['security-groups', 'security_group', 'security_groups'],
] as const;
/** Two of each noun. */
const ids: Record<string, [string, string]> = {};
const of = (noun: string, at: 0 | 1 = 0): string => `${noun}/${ids[noun]?.[at]}`;

beforeAll(async () => {
  const two = async (noun: string, one: string, item: (at: number) => object) => {
    const made = async (at: number) => (await send('POST', noun, { body: { [one]: item(at) } })).body[one].id;
    ids[noun] = [await made(0), await made(1)];
  };
  await two('networks', 'network', () => ({}));
  const network_id = ids.networks?.[0];
  await two('subnets', 'subnet', (at) => ({ network_id, ip_version: 4, cidr: `10.0.${at}.0/24` }));
  await two('ports', 'port', () => ({ network_id }));
  await two('security-groups', 'security_group', () => ({}));
});

test.each(NOUNS)('%s: tags are replaced, given, asked for and taken, each under a new revision', async (noun, one) => {
  const path = of(noun);
  const shown = async () => (await send('GET', path)).body[one];
  const before = (await shown()).revision_number;
  expect((await send('PUT', `${path}/tags`, { body: { tags: ['b', 'a', 'b'] } })).body).toEqual({ tags: ['b', 'a'] });
  expect(await shown()).toMatchObject({ tags: ['b', 'a'], revision_number: before + 1 });
  expect((await send('PUT', `${path}/tags/${encodeURIComponent('ü /x')}`)).status).toBe(201);
  expect((await send('PUT', `${path}/tags/a`)).status).toBe(201);
  expect((await send('GET', `${path}/tags`)).body).toEqual({ tags: ['b', 'a', 'ü /x'] });
  // A tag that is there already changes nothing.
  expect((await shown()).revision_number).toBe(before + 2);
  expect((await send('GET', `${path}/tags/a`)).status).toBe(204);
  expect((await send('DELETE', `${path}/tags/a`)).status).toBe(204);
  for (const method of ['GET', 'DELETE'] as const) {
    const gone = await send(method, `${path}/tags/a`);
    expect([gone.status, gone.body.NeutronError.type]).toEqual([404, 'TagNotFound']);
  }
  // Tags are compared exactly.
  expect((await send('GET', `${path}/tags/B`)).status).toBe(404);
  expect((await send('DELETE', `${path}/tags`)).status).toBe(204);
  expect(await shown()).toMatchObject({ tags: [], revision_number: before + 4 });
});

test.each(NOUNS)('%s: tags given at once are all kept', async (noun) => {
  const tags = Array.from({ length: 8 }, (_, at) => `tag${at}`);
  const answers = await Promise.all(tags.map((tag) => send('PUT', `${of(noun)}/tags/${tag}`)));
  expect(answers.map(({ status }) => status)).toEqual(tags.map(() => 201));
  expect((await send('GET', `${of(noun)}/tags`)).body.tags.sort()).toEqual(tags);
});

test.each(NOUNS)('%s: filters by tags', async (noun, _one, many) => {
  await send('PUT', `${of(noun, 0)}/tags`, { body: { tags: ['red', 'blue'] } });
  await send('PUT', `${of(noun, 1)}/tags`, { body: { tags: ['red', 'green'] } });
  const [first, second] = ids[noun] ?? [];
  const found = async (query: string): Promise<string[]> =>
    (await send('GET', `${noun}?${query}&id=${first}&id=${second}`)).body[many].map(({ id }: { id: string }) => id);
  expect((await found('tags=red')).sort()).toEqual([first, second].sort());
  expect(await found('tags=red,blue')).toEqual([first]);
  expect(await found('tags=red&tags=green')).toEqual([second]);
  expect(await found('tags=blue,green')).toEqual([]);
  expect(await found('tags=re')).toEqual([]);
  expect(await found('tags-any=blue,yellow')).toEqual([first]);
  expect(await found('not-tags=red,blue')).toEqual([second]);
  expect(await found('not-tags=red')).toEqual([]);
  expect(await found('not-tags-any=blue,yellow')).toEqual([second]);
  expect(await found('tags=red&not-tags-any=blue')).toEqual([second]);
});

test.each(NOUNS)('%s: what is refused', async (noun) => {
  const path = of(noun);
  for (const body of [{}, { tags: 'x' }, { tags: [''] }, { tags: ['x'.repeat(256)] }, { tags: [7] }, { colour: [] }]) {
    expect((await send('PUT', `${path}/tags`, { body })).status).toBe(400);
  }
  const many = Array.from({ length: 51 }, (_, at) => String(at));
  expect((await send('PUT', `${path}/tags`, { body: { tags: many } })).status).toBe(400);
  expect((await send('PUT', `${path}/tags`, { body: { tags: many.slice(1) } })).status).toBe(200);
  const another = await send('PUT', `${path}/tags/another`);
  expect([another.status, another.body.NeutronError.message]).toEqual([400, expect.stringContaining('at most 50')]);
  expect((await send('PUT', `${path}/tags/${'x'.repeat(256)}`)).status).toBe(400);
  expect((await send('PUT', `${path}/tags`, { body: { tags: [] }, match: 'revision_number=0' })).status).toBe(412);
  const token = front.outsider;
  expect((await send('GET', `${path}/tags`, { token })).status).toBe(404);
  expect((await send('PUT', `${path}/tags/x`, { token })).status).toBe(404);
  expect((await send('GET', `${noun}/none/tags`)).status).toBe(404);
});

test('who sees a shared network sees its tags, and changes none', async () => {
  const path = of('networks');
  await send('PUT', path, { token: front.admin, body: { network: { shared: true } } });
  const token = front.outsider;
  expect((await send('GET', `${path}/tags`, { token })).status).toBe(200);
  expect((await send('PUT', `${path}/tags/x`, { token })).status).toBe(403);
  expect((await send('DELETE', `${path}/tags`, { token })).status).toBe(403);
});

test('ports are made with tags', async () => {
  const port = { network_id: ids.networks?.[0], tags: ['a', 'b', 'a'] };
  expect((await send('POST', 'ports', { body: { ports: [port] } })).body.ports[0].tags).toEqual(['a', 'b']);
});
