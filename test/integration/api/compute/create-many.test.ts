import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFlavor } from '#platform/directory/stores/flavors.ts';
import { insertImage } from '#platform/directory/stores/images.ts';
import { projectUsages, setProjectLimits } from '#platform/directory/stores/quotas.ts';
import { createCaches } from '../../../../api/caches.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { aBuild } from '../../../support/a-build.ts';
import { anImage } from '../../../support/an-image.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';

const IMAGE = '70a599e0-31e7-49b7-b260-868f441e862b';
/** The largest that a request may carry: 65,535 characters of base64, of which a whole number of groups is 65,532. */
const USER_DATA = Buffer.alloc((65_532 / 4) * 3, 'u').toString('base64');

let api: ComputeApp;
beforeAll(async () => {
  api = await createComputeApp({
    caches: createCaches(),
    imageTickets: { make: async () => 'ticket', check: async () => undefined },
    waker: { wake: async () => undefined } as unknown as ApiDeps['waker'],
  });
  const now = new Date().toISOString();
  await api.deps.directory.transaction(async (tx) => {
    await insertImage(tx, anImage(now, { id: IMAGE, projectId: PROJECT }), []);
    await createFlavor(tx, aBuild().flavor, now);
    await setProjectLimits(tx, PROJECT, { instances: -1, cores: -1, ram: -1 });
  });
});
afterAll(() => api.close());

it('one request may not ask for more bytes or ports over all its servers than one transaction may write', async () => {
  const before = (await projectUsages(api.deps.directory.read, PROJECT)).instances;
  const server = { name: 's', flavorRef: 'small', imageRef: IMAGE, networks: 'none', max_count: 1_000 };
  const large = await api.send('member', 'POST /servers', '2.37', { server: { ...server, user_data: USER_DATA } });
  expect([large.status, large.body.overLimit?.message]).toEqual([
    413,
    expect.stringMatching(/^1000 servers of \d+ bytes each \(user data, .* at most 33554432 bytes/),
  ]);
  expect((await projectUsages(api.deps.directory.read, PROJECT)).instances).toBe(before);
});

it('one request makes 300 servers, each with as much user data as it may have, and the list shows them all', async () => {
  const server = { name: 's', flavorRef: 'small', imageRef: IMAGE, networks: 'none', max_count: 300, min_count: 300 };
  const made = await api.send('member', 'POST /servers', '2.37', { server: { ...server, user_data: USER_DATA } });
  expect([made.status, made.body]).toEqual([202, { server: expect.objectContaining({ id: expect.any(String) }) }]);
  expect((await projectUsages(api.deps.directory.read, PROJECT)).instances).toBe(300);
  const listed = await api.send('admin', 'GET /servers/detail?all_tenants=1&limit=1000', '2.96');
  const servers: { status: string; 'OS-EXT-SRV-ATTR:user_data': string | null }[] = listed.body.servers;
  expect(servers.map(({ status }) => status)).toEqual(Array.from({ length: 300 }, () => 'BUILD'));
  const shown = await api.send('admin', `GET /servers/${made.body.server.id}`, '2.96');
  expect(shown.body.server['OS-EXT-SRV-ATTR:user_data']).toBe(USER_DATA);
}, 60_000);

it('a page of servers ends when it is large, and its link leads to the rest', async () => {
  const metadata = Object.fromEntries(
    Array.from({ length: 128 }, (_, at) => [`${at}`.padStart(255, 'k'), 'v'.repeat(255)]),
  );
  const server = {
    name: 'large',
    flavorRef: 'small',
    imageRef: IMAGE,
    networks: 'none',
    max_count: 150,
    min_count: 150,
  };
  const made = await api.send('member', 'POST /servers', '2.37', { server: { ...server, metadata } });
  expect(made.status).toBe(202);
  const seen: string[] = [];
  let pages = 0;
  for (let path: string | null = '/servers/detail?name=large&limit=1000'; path !== null; pages++) {
    const { body, status } = await api.send('member', `GET ${path}`, '2.37');
    expect(status).toBe(200);
    expect(JSON.stringify(body).length).toBeLessThan(6 * 1024 * 1024);
    seen.push(...body.servers.map(({ id }: { id: string }) => id));
    const next: string | undefined = body.servers_links?.[0]?.href;
    path = next === undefined ? null : next.slice(next.indexOf('/servers/detail'));
  }
  expect(pages).toBeGreaterThan(1);
  expect([seen.length, new Set(seen).size]).toEqual([150, 150]);
}, 60_000);
