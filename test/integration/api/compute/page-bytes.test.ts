import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';

const MAX_ANSWER_BYTES = 1.3 * 1024 * 1024;
const AT = '2026-01-01 00:00:00';
let api: ComputeApp;
beforeAll(async () => {
  api = await createComputeApp();
});
afterAll(() => api.close());

const bytesOf = (body: unknown) => Buffer.byteLength(JSON.stringify(body));
const numbered = (count: number) => Array.from({ length: count }, (_, index) => String(index).padStart(4, '0'));

/** The names on all pages of a list, following its links; no page is larger than it may be. */
async function allPages(path: string, version: string, key: string, links: string, who = 'member') {
  const names: string[] = [];
  let pages = 0;
  for (let next: string | undefined = path; next !== undefined; pages++) {
    const { status, body } = await api.send(who, `GET ${next}`, version);
    expect(status).toBe(200);
    expect(bytesOf(body)).toBeLessThan(MAX_ANSWER_BYTES);
    for (const one of body[key]) names.push((one.keypair ?? one).name);
    const href: string | undefined = body[links]?.[0].href;
    next = href?.slice(href.indexOf('/compute'));
  }
  return { names, pages };
}

test('pages of flavors end at 1 MiB with a link, and lose none', async () => {
  const names = numbered(40).map((number) => `flavor-${number}`);
  const rows = names.map((name) => ({
    ...{ flavor_id: name, name, vcpus: 1, ram_mb: 1, disk_gb: 0, ephemeral_gb: 0, swap_mb: 0, rxtx_factor: 1 },
    ...{ is_public: 1, disabled: 0, description: 'd'.repeat(60_000), extra_specs: '{}', created_at: AT },
    updated_at: null,
  }));
  for (const row of rows) await api.deps.directory.write.insertInto('flavors').values(row).execute();
  const pages = { names, pages: 3 };
  expect(await allPages('/flavors/detail', '2.61', 'flavors', 'flavors_links')).toEqual(pages);
  expect(await allPages('/flavors', '2.55', 'flavors', 'flavors_links')).toEqual(pages);
  const two = await api.send('member', 'GET /flavors?limit=2&marker=flavor-0003&sort_key=name&sort_dir=desc', '2.61');
  expect(two.body.flavors.map(({ name }: { name: string }) => name)).toEqual(['flavor-0002', 'flavor-0001']);
});

test('the extra specs of a flavor have 64 KiB together', async () => {
  const { id } = (
    await api.send('admin', 'POST /flavors', '2.1', { flavor: { name: 'specs', ram: 1, vcpus: 1, disk: 1 } })
  ).body.flavor;
  const specs = (from: number) =>
    Object.fromEntries(Array.from({ length: 130 }, (_, at) => [`key-${from + at}`, 'v'.repeat(255)]));
  const set = (from: number) =>
    api.send('admin', `POST /flavors/${id}/os-extra_specs`, '2.1', { extra_specs: specs(from) });
  expect((await set(0)).status).toBe(200);
  const refused = await set(1_000);
  expect([refused.status, JSON.stringify(refused.body)]).toEqual([413, expect.stringContaining('extra_specs')]);
  expect((await set(0)).status).toBe(200);
});

test('pages of key pairs end at 1 MiB with a link, and lose none', async () => {
  const names = numbered(150).map((number) => `key-${number}`);
  for (const name of names) {
    await api.deps.directory.write
      .insertInto('key_pairs')
      .values({ user_id: 'fake', name, type: 'ssh', fingerprint: 'f', public_key: 'k'.repeat(16_000), created_at: AT })
      .execute();
  }
  expect(await allPages('/os-keypairs', '2.35', 'keypairs', 'keypairs_links')).toEqual({ names, pages: 3 });
  const last = await api.send('member', 'GET /os-keypairs?marker=key-0148', '2.35');
  expect(last.body.keypairs).toHaveLength(1);
  expect((await api.send('member', 'GET /os-keypairs?marker=none', '2.35')).status).toBe(400);
  // There are no pages yet, so the list is whole.
  expect((await api.send('member', 'GET /os-keypairs', '2.34')).body.keypairs).toHaveLength(150);
});

test('a public key has 16 KiB at most', async () => {
  const body = { keypair: { name: 'large', public_key: `ssh-ed25519 ${'A'.repeat(17_000)}` } };
  const refused = await api.send('member', 'POST /os-keypairs', '2.2', body);
  expect([refused.status, JSON.stringify(refused.body)]).toEqual([400, expect.stringContaining('public_key')]);
});

test('pages of server groups end at 1 MiB with a link, and lose none', async () => {
  const names = numbered(60).map((number) => `group-${number}`);
  for (const name of names) {
    const uuid = randomUUID();
    const group = { uuid, project_id: PROJECT, user_id: 'fake', name, policy: 'affinity', max_server_per_host: null };
    await api.deps.directory.write
      .insertInto('server_groups')
      .values({ ...group, created_at: `2026-01-01 00:00:${name.slice(-2)}` } as never)
      .execute();
    const members = Array.from({ length: 1_000 }, () => ({
      ...{ instance_uuid: randomUUID(), group_uuid: uuid, user_id: 'fake', created_at: AT },
    }));
    await api.deps.directory.write.insertInto('server_group_members').values(members).execute();
  }
  const all = await allPages('/os-server-groups', '2.64', 'server_groups', 'server_groups_links');
  expect(all).toEqual({ names, pages: 3 });
  const page = await api.send('member', 'GET /os-server-groups?limit=5&offset=58', '2.64');
  expect(Object.keys(page.body)).toEqual(['server_groups']);
  expect(page.body.server_groups).toHaveLength(2);
}, 60_000);

test('the metadata of all aggregates together has 1 MiB', async () => {
  const made = await api.send('admin', 'POST /os-aggregates', '2.1', { aggregate: { name: 'many' } });
  const { id } = made.body.aggregate;
  const set = (from: number) =>
    api.send('admin', `POST /os-aggregates/${id}/action`, '2.1', {
      set_metadata: {
        metadata: Object.fromEntries(Array.from({ length: 180 }, (_, at) => [`key-${from + at}`, 'v'.repeat(255)])),
      },
    });
  let refused: Awaited<ReturnType<typeof set>> | undefined;
  for (let round = 0; round < 40 && refused === undefined; round++) {
    const answer = await set(round * 1_000);
    if (answer.status !== 200) refused = answer;
  }
  expect([refused?.status, JSON.stringify(refused?.body)]).toEqual([413, expect.stringContaining("'metadata'")]);
  expect(bytesOf((await api.send('admin', 'GET /os-aggregates', '2.1')).body)).toBeLessThan(MAX_ANSWER_BYTES);
  // What does not grow is taken.
  expect((await set(0)).status).toBe(200);
});
