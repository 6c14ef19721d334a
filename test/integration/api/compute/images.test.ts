import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertImage } from '#platform/directory/stores/images.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { anImage } from '../../../support/an-image.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';

const MOMENT = '2026-01-31T12:00:00.123456Z';
const OWN = '00000000-0000-4000-8000-000000000001';
const PUBLIC = '00000000-0000-4000-8000-000000000002';
const FOREIGN = '00000000-0000-4000-8000-000000000003';

/** The images whose bytes were removed. */
const removed: string[] = [];
const imageStore = {
  remove: async ({ imageId }: { imageId: string }) => void removed.push(imageId),
} as unknown as ApiDeps['imageStore'];

let api: ComputeApp;
beforeAll(async () => {
  api = await createComputeApp({ imageStore });
  await api.deps.directory.transaction(async (tx) => {
    const of = (id: string, more: Partial<Parameters<typeof anImage>[1]>) =>
      insertImage(tx, anImage(MOMENT, { id, visibility: 'private', ...more }), []);
    await of(OWN, {
      ...{ projectId: PROJECT, name: 'own', minRamMb: 64, minDiskGb: 1, sizeBytes: 4_096 },
      properties: { auto_disk_config: 'True', kind: 'first', instance_uuid: PUBLIC },
    });
    await of(PUBLIC, { projectId: 'others', name: 'public', visibility: 'public', properties: { kind: 'second' } });
    await of(FOREIGN, { projectId: 'others', name: 'foreign', properties: {} });
  });
});
afterAll(() => api.close());

const linksOf = (id: string) => [
  { rel: 'self', href: `http://volvox.test/compute/v2.1/images/${id}` },
  { rel: 'bookmark', href: `http://volvox.test/compute/images/${id}` },
  { rel: 'alternate', type: 'application/vnd.openstack.image', href: `http://volvox.test/image/images/${id}` },
];
const names = async (query: string, who = 'member') => {
  const { status, body } = await api.send(who, `GET /images${query}`);
  return status === 200
    ? body.images.map(({ name }: { name: string }) => name).sort()
    : [status, body.badRequest?.message];
};

describe('the proxy of images', () => {
  it('shows an image with its metadata, disk config and server', async () => {
    const { body } = await api.send('member', `GET /images/${OWN}`, '2.35');
    expect(body.image).toEqual({
      ...{ id: OWN, name: 'own', links: linksOf(OWN), status: 'ACTIVE', progress: 100, minRam: 64, minDisk: 1 },
      ...{ created: '2026-01-31T12:00:00Z', updated: '2026-01-31T12:00:00Z' },
      metadata: { auto_disk_config: 'True', kind: 'first', instance_uuid: PUBLIC },
      'OS-EXT-IMG-SIZE:size': 4_096,
      'OS-DCF:diskConfig': 'AUTO',
      server: {
        id: PUBLIC,
        links: [
          { rel: 'self', href: `http://volvox.test/compute/v2.1/servers/${PUBLIC}` },
          { rel: 'bookmark', href: `http://volvox.test/compute/servers/${PUBLIC}` },
        ],
      },
    });
  });

  it('lists what the project may see, in short or with all details', async () => {
    expect(await names('')).toEqual(['own', 'public']);
    const { body } = await api.send('member', 'GET /images?name=own');
    expect(body).toEqual({ images: [{ id: OWN, name: 'own', links: linksOf(OWN) }] });
    const detail = await api.send('member', 'GET /images/detail?name=public');
    expect(detail.body.images).toMatchObject([{ id: PUBLIC, metadata: { kind: 'second' }, status: 'ACTIVE' }]);
  });

  it.each([
    ['?property-kind=second', ['public']],
    [`?server=http://volvox.test/compute/v2.1/servers/${PUBLIC}`, ['own']],
    ['?status=active', ['own', 'public']],
    ['?status=ERROR', []],
    ['?minRam=64', ['own']],
    ['?changes-since=2026-01-31T12:00:01Z', []],
    ['?changes-since=2026-01-31T12:00:00Z', ['own', 'public']],
    ['?unheard-of=1', ['own', 'public']],
    ['?minRam=much', [400, "Invalid value 'much' for 'minRam' filter: a whole number is expected."]],
    ['?changes-since=lately', [400, "Invalid value 'lately' for 'changes-since' filter: a time is expected."]],
    [`?marker=${FOREIGN}`, [400, `Invalid marker: ${FOREIGN}`]],
  ])('filters by %s', async (query, expected) => {
    expect(await names(query)).toEqual(expected);
  });

  it('pages, with a link while there may be more', async () => {
    const first = await api.send('member', 'GET /images?limit=1');
    expect(first.body.images_links).toEqual([
      { rel: 'next', href: `http://volvox.test/compute/v2.1/images?limit=1&marker=${first.body.images[0].id}` },
    ]);
    const second = await api.send('member', `GET /images?limit=1&marker=${first.body.images[0].id}`);
    expect([first, second].map(({ body }) => body.images[0].name).sort()).toEqual(['own', 'public']);
  });

  it('deletes an image with its bytes, if it is neither protected nor of others', async () => {
    const [plain, kept] = [randomUUID(), randomUUID()];
    await api.deps.directory.transaction(async (tx) => {
      await insertImage(tx, anImage(MOMENT, { id: plain, projectId: PROJECT, visibility: 'private' }), []);
      await insertImage(
        tx,
        anImage(MOMENT, { id: kept, projectId: PROJECT, visibility: 'private', isProtected: true }),
        [],
      );
    });
    const statuses = [];
    for (const id of [plain, plain, kept, PUBLIC, FOREIGN]) {
      statuses.push((await api.send('member', `DELETE /images/${id}`, '2.35')).status);
    }
    expect(statuses).toEqual([204, 404, 403, 403, 404]);
    expect(new Set(removed)).toEqual(new Set([plain]));
  });

  it("does not know another project's image, and ends with 2.35", async () => {
    const found = await api.send('member', `GET /images/${FOREIGN}`);
    expect([found.status, found.body.itemNotFound?.message]).toEqual([
      404,
      expect.stringContaining('Image not found.'),
    ]);
    for (const path of ['', '/detail', `/${OWN}`]) {
      expect((await api.send('member', `GET /images${path}`, '2.36')).status).toBe(404);
    }
  });
});

describe('the proxy of image metadata', () => {
  const metadataOf = async (id: string) =>
    (await api.send('member', `GET /images/${id}/metadata`, '2.38')).body.metadata;
  const newImage = async (properties: Record<string, string> = { a: '1' }) => {
    const id = randomUUID();
    const image = anImage(MOMENT, { id, projectId: PROJECT, visibility: 'private', properties });
    await api.deps.directory.transaction((tx) => insertImage(tx, image, []));
    return id;
  };

  it('adds, replaces, shows and deletes items', async () => {
    const path = `/images/${await newImage()}/metadata`;
    const added = await api.send('member', `POST ${path}`, '2.1', { metadata: { b: '2' } });
    expect(added.body).toEqual({ metadata: { a: '1', b: '2' } });
    const one = await api.send('member', `PUT ${path}/b`, '2.1', { meta: { b: '3' } });
    expect(one.body).toEqual({ meta: { b: '3' } });
    expect((await api.send('member', `GET ${path}/b`)).body).toEqual({ meta: { b: '3' } });
    expect((await api.send('member', `DELETE ${path}/a`)).status).toBe(204);
    const all = await api.send('member', `PUT ${path}`, '2.38', { metadata: { c: '4' } });
    expect(all.body).toEqual({ metadata: { c: '4' } });
  });

  it('keeps all of many changes at once', async () => {
    const id = await newImage({});
    const statuses = await Promise.all(
      [1, 2, 3].map(async (n) => {
        const { status } = await api.send('member', `POST /images/${id}/metadata`, '2.1', {
          metadata: { [`k${n}`]: 'v' },
        });
        return status;
      }),
    );
    expect(statuses).toEqual([200, 200, 200]);
    expect(Object.keys(await metadataOf(id)).sort()).toEqual(['k1', 'k2', 'k3']);
  });

  it.each([
    ['GET', '/missing', undefined, 404, 'Metadata item was not found'],
    ['DELETE', '/missing', undefined, 404, 'Metadata item was not found'],
    ['PUT', '/a', { meta: { b: '1' } }, 400, 'Request body and URI mismatch'],
    [
      'POST',
      '',
      { metadata: { name: 'other' } },
      400,
      "'name' is an attribute of images, not a metadata item. Change it in the image API.",
    ],
    ['POST', '', { metadata: { status: 'active' } }, 403, "Attribute 'status' is read-only."],
    ['POST', '', { metadata: { a: 'x'.repeat(256) } }, 400, undefined],
    [
      'POST',
      '',
      { metadata: Object.fromEntries([...Array(129).keys()].map((n) => [`k${n}`, ''])) },
      403,
      'Image metadata limit exceeded: at most 128 items are allowed.',
    ],
  ])('%s %s %j is %i', async (method, key, body, status, message) => {
    const id = await newImage();
    const reply = await api.send('member', `${method} /images/${id}/metadata${key}`, '2.1', body);
    expect(reply.status).toBe(status);
    if (message !== undefined)
      expect(Object.values(reply.body)).toEqual([
        expect.objectContaining({ message: expect.stringContaining(message) }),
      ]);
    expect(await metadataOf(id)).toEqual({ a: '1' });
  });

  it('lets nobody else change it, and readers only read it', async () => {
    const body = { metadata: { b: '2' } };
    const change = (who: string, id: string) => api.send(who, `POST /images/${id}/metadata`, '2.1', body);
    expect((await change('member', FOREIGN)).status).toBe(404);
    expect((await change('member', PUBLIC)).status).toBe(403);
    const own = await newImage();
    expect((await change('reader', own)).status).toBe(403);
    expect((await api.send('reader', `GET /images/${own}/metadata`)).status).toBe(200);
    expect((await change('admin', own)).status).toBe(200);
  });

  it('ends with 2.38', async () => {
    expect((await api.send('member', `GET /images/${OWN}/metadata`, '2.39')).status).toBe(404);
  });
});
