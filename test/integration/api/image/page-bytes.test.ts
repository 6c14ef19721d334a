import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { useFrontApp } from '../use-front-app.ts';

const front = useFrontApp();

const create = (body: object) =>
  front.send('POST /image/v2/images', {
    token: front.demo,
    body: { disk_format: 'raw', container_format: 'bare', ...body },
  });
const propertiesOf = (count: number, length: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`property_${index}`, 'x'.repeat(length)]));

test('an image with more than 64 KiB of properties is refused, in words (E4)', async () => {
  const refused = await create({ name: 'large', ...propertiesOf(120, 7_000) });
  expect([refused.status, refused.body.message]).toEqual([413, expect.stringContaining("'properties'")]);
  const made = await create({ name: 'small' });
  const patched = await front.send(`PATCH /image/v2/images/${made.body.id}`, {
    token: front.demo,
    headers: { 'content-type': 'application/openstack-images-v2.1-json-patch' },
    body: JSON.stringify([
      { op: 'add', path: '/a', value: 'x'.repeat(40_000) },
      { op: 'add', path: '/b', value: 'x'.repeat(40_000) },
    ]),
  });
  expect([patched.status, patched.body.message]).toEqual([413, expect.stringContaining("'properties'")]);
});

test('pages of images end at 1 MiB with a next link, and lose none (E4)', async () => {
  const tag = `t${randomUUID()}`;
  const names = Array.from({ length: 40 }, (_, index) => `image-${String(index).padStart(2, '0')}`);
  for (const name of names) {
    expect((await create({ name, tags: [tag], ...propertiesOf(8, 8_000) })).status).toBe(201);
  }
  const found: string[] = [];
  let pages = 0;
  let path: string | undefined = `/v2/images?tag=${tag}&limit=1000&sort=name:asc`;
  while (path !== undefined) {
    const page: Awaited<ReturnType<typeof front.send>> = await front.send(`GET /image${path}`, { token: front.demo });
    expect(page.status).toBe(200);
    expect(page.text.length).toBeLessThan(1.2 * 1024 * 1024);
    found.push(...page.body.images.map((image: { name: string }) => image.name));
    path = page.body.next;
    pages += 1;
  }
  expect(found).toEqual(names);
  expect(pages).toBe(3);
});

test('a list of another API ends at 1 MiB too, with a next link, also without a limit', async () => {
  const description = 'x'.repeat(4_000);
  const rows = Array.from({ length: 300 }, (_, index) => ({
    id: `p${String(index).padStart(31, '0')}`,
    name: `project ${index}`,
    description,
    enabled: 1,
    created_at: '2026-01-01 00:00:00',
    extra: '{}',
    tags: '[]',
  }));
  await front.directory.write.insertInto('projects').values(rows).execute();
  const first = await front.send('GET /identity/v3/projects', { token: front.admin });
  expect(first.text.length).toBeLessThan(1.3 * 1024 * 1024);
  expect(first.body.links.next).toMatch(/marker=/);
  const { pathname, search } = new URL(first.body.links.next);
  const second = await front.send(`GET ${pathname}${search}`, { token: front.admin });
  expect(second.body.links.next).toBeNull();
  expect(first.body.projects.length + second.body.projects.length).toBe(303);
});
