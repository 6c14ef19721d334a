import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addGroupMembers } from '#platform/directory/stores/server-groups.ts';
import { isVolvoxError } from '#platform/errors/volvox-error.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';

let api: ComputeApp;
beforeAll(async () => {
  api = await createComputeApp();
});
afterAll(() => api.close());

const create = (body: object, version = '2.64', who = 'member') =>
  api.send(who, 'POST /os-server-groups', version, { server_group: { name: 'g', ...body } });

describe('views by microversion', () => {
  const owner = { project_id: PROJECT, user_id: 'fake' };
  it.each([
    ['2.1', { policies: ['affinity'], metadata: {} }],
    ['2.13', { policies: ['affinity'], metadata: {}, ...owner }],
    ['2.64', { policy: 'affinity', rules: {}, ...owner }],
  ])('at %s', async (version, rest) => {
    const { id } = (await create({ policy: 'affinity' })).body.server_group;
    expect((await api.send('reader', `GET /os-server-groups/${id}`, version)).body).toEqual({
      server_group: { id, name: 'g', members: [], ...rest },
    });
  });
  it('shows the rule of anti-affinity', async () => {
    const { status, body } = await create({ policy: 'anti-affinity', rules: { max_server_per_host: 3 } });
    expect([status, body.server_group.rules]).toEqual([200, { max_server_per_host: 3 }]);
  });
});

it.each([
  ['2.14', { policies: ['soft-affinity'] }, "'soft-affinity' is not one of ['anti-affinity', 'affinity']"],
  ['2.63', { policies: ['affinity', 'anti-affinity'] }, 'is too long'],
  ['2.63', { policies: [] }, 'is too short'],
  ['2.64', { policy: 'affinity', rules: { max_server_per_host: 3 } }, 'Only anti-affinity policy supports rules.'],
  [
    '2.64',
    { policy: 'affinity', policies: ['affinity'] },
    "Additional properties are not allowed ('policies' was unexpected)",
  ],
  ['2.64', { policy: 'anti-affinity', rules: { max_server_per_host: 0 } }, 'max_server_per_host'],
])('%s refuses %j', async (version, body, message) => {
  const reply = await create(body, version);
  expect(reply.status).toBe(400);
  expect(reply.body.badRequest.message).toContain(message);
});

describe('whose they are', () => {
  it('other projects may not look, readers may not make', async () => {
    const { id } = (await create({ policy: 'affinity' })).body.server_group;
    expect((await api.send('outsider', `GET /os-server-groups/${id}`)).status).toBe(404);
    expect((await api.send('outsider', `DELETE /os-server-groups/${id}`)).status).toBe(404);
    expect((await create({ policy: 'affinity' }, '2.64', 'reader')).status).toBe(403);
    expect((await api.send('outsider', 'GET /os-server-groups')).body.server_groups).toEqual([]);
    expect((await api.send('outsider', 'GET /os-server-groups?all_projects=1')).body.server_groups).toEqual([]);
    expect(
      (await api.send('admin', 'GET /os-server-groups?all_projects=1&limit=1&offset=1')).body.server_groups,
    ).toHaveLength(1);
    expect((await api.send('member', `DELETE /os-server-groups/${id}`)).status).toBe(204);
    const gone = await api.send('member', `GET /os-server-groups/${id}`);
    expect([gone.status, gone.body.itemNotFound.message]).toEqual([404, `Instance group ${id} could not be found.`]);
  });
});

it('the limit is kept, and deleting gives back', async () => {
  const made: string[] = [];
  for (;;) {
    const { status, body } = await create({ policy: 'affinity' }, '2.64', 'outsider');
    if (status !== 200) {
      expect([status, body.forbidden.message]).toEqual([
        403,
        expect.stringContaining('Quota exceeded, too many server groups.'),
      ]);
      break;
    }
    made.push(body.server_group.id);
  }
  expect(made).toHaveLength(10);
  await api.send('outsider', `DELETE /os-server-groups/${made[0]}`);
  expect((await create({ policy: 'affinity' }, '2.64', 'outsider')).status).toBe(200);
});

it('members are counted exactly under parallel requests', async () => {
  const { id } = (await api.send('member', 'GET /os-server-groups')).body.server_groups[0];
  const add = () =>
    api.deps.directory
      .transaction((tx) => addGroupMembers(tx, id, [randomUUID(), randomUUID()], 'u', 5, '2026-01-01T00:00:00Z'))
      .then(() => 'added')
      .catch((error: unknown) => {
        if (isVolvoxError(error, 'quota-exceeded')) return 'refused';
        throw error;
      });
  const results = await Promise.all(Array.from({ length: 6 }, add));
  expect(results.filter((result) => result === 'added')).toHaveLength(2);
  expect((await api.send('member', `GET /os-server-groups/${id}`)).body.server_group.members).toHaveLength(4);
});
