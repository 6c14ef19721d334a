import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { FileImageStore } from '../../../../api/image/store/file-image-store.ts';
import type { ImageStore } from '../../../../api/image/store/image-store.ts';
import { useFrontApp } from '../use-front-app.ts';

const front = useFrontApp();
const MIB = 1024 * 1024;
const OCTETS = { 'content-type': 'application/octet-stream' };
let project = '';
let url = '';

beforeAll(async () => {
  url = await front.app.listen({ host: '127.0.0.1', port: 0 });
  project = (await front.deps.tokens.verify(front.demo)).projectId;
});
afterEach(async () => {
  await front.send(`DELETE /image/v2/quotas/${project}`, { token: front.admin });
  const { images } = (await front.send('GET /image/v2/images?limit=1000', { token: front.demo })).body;
  for (const { id } of images) await front.send(`DELETE /image/v2/images/${id}`, { token: front.demo });
});

const limit = async (quota: object) => {
  const set = await front.send(`PUT /image/v2/quotas/${project}`, { token: front.admin, body: { quota } });
  expect([set.status, set.body.quota]).toEqual([200, expect.objectContaining(quota)]);
};
const create = () =>
  front.send('POST /image/v2/images', {
    token: front.demo,
    body: { disk_format: 'raw', container_format: 'bare' },
  });
const anImage = async (): Promise<string> => (await create()).body.id;
const upload = (id: string, bytes: number) =>
  front.send(`PUT /image/v2/images/${id}/file`, { token: front.demo, body: Buffer.alloc(bytes, 1), headers: OCTETS });
/** Sends chunks over a connection, without saying how many bytes will come. */
const uploadChunks = async (id: string, chunks: Iterable<Buffer>) => {
  const answer = await fetch(`${url}/image/v2/images/${id}/file`, {
    method: 'PUT',
    headers: { 'x-auth-token': front.demo, ...OCTETS },
    body: Readable.toWeb(Readable.from(chunks)) as ReadableStream<Uint8Array>,
    duplex: 'half',
  } as RequestInit);
  return { status: answer.status, body: await answer.text() };
};
const usage = async () => (await front.send('GET /image/v2/info/usage', { token: front.demo })).body.usage;
const counted = (statuses: readonly { status: number }[]) =>
  Object.fromEntries([...Map.groupBy(statuses, ({ status }) => status)].map(([status, all]) => [status, all.length]));

test('parallel creates pass the number of images of a project by none (E12)', async () => {
  await limit({ image_count_total: 3 });
  const made = await Promise.all(Array.from({ length: 8 }, create));
  expect(counted(made)).toEqual({ 201: 3, 413: 5 });
  const message = `Project ${project} is over a limit for [Resource image_count_total is over limit of 3 due to current usage 3 and delta 1]`;
  expect((await create()).body.message).toBe(message);
  expect((await usage()).image_count_total).toEqual({ limit: 3, usage: 3 });
});

test('parallel uploads pass the bytes of a project by none, and what fails is given back (E12)', async () => {
  await limit({ image_size_total: 4 });
  const ids = await Promise.all(Array.from({ length: 8 }, anImage));
  const uploaded = await Promise.all(ids.map((id) => upload(id, 1.5 * MIB)));
  expect(counted(uploaded)).toEqual({ 204: 2, 413: 6 });
  expect(uploaded.find(({ status }) => status === 413)?.body.message).toContain('image_size_total is over limit of 4');
  expect((await usage()).image_size_total).toEqual({ limit: 4, usage: 3 });
  expect((await front.storedFiles()).filter((name) => name.startsWith('upload-'))).toEqual([]);
  const [refused = ''] = ids.filter((_id, index) => uploaded[index]?.status === 413);
  expect((await upload(refused, MIB)).status).toBe(204);
  expect((await usage()).image_size_total.usage).toBe(4);
});

test('an upload that does not say how much will come ends at the limit, and leaves nothing', async () => {
  await limit({ image_size_total: 1 });
  const before = await front.storedFiles();
  const id = await anImage();
  const chunk = Buffer.alloc(64 * 1024, 1);
  const refused = await uploadChunks(
    id,
    Array.from({ length: 20 }, () => chunk),
  );
  expect([refused.status, refused.body]).toEqual([413, expect.stringContaining('image_size_total')]);
  expect(await front.storedFiles()).toEqual(before);
  expect((await usage()).image_size_total.usage).toBe(0);
  expect(
    (
      await uploadChunks(
        id,
        Array.from({ length: 16 }, () => chunk),
      )
    ).status,
  ).toBe(204);
  expect((await usage()).image_size_total.usage).toBe(1);
});

test('so many uploads at once, and no more; one whose process died is not counted', async () => {
  await limit({ image_count_uploading: 1, image_size_total: 1 });
  const [first, second] = [await anImage(), await anImage()];
  const saving = {
    status: 'saving' as const,
    upload_expires_at: front.deps.clock.now() + 60_000,
    reserved_bytes: MIB,
  };
  await front.directory.write.updateTable('images').set(saving).where('id', '=', first).execute();
  expect(await usage()).toEqual({
    image_count_total: { limit: expect.anything(), usage: 2 },
    image_size_total: { limit: 1, usage: 1 },
    image_count_uploading: { limit: 1, usage: 1 },
  });
  const refused = await upload(second, 100);
  expect([refused.status, refused.body.message]).toEqual([413, expect.stringContaining('image_count_uploading')]);
  front.pass(60_001);
  expect((await usage()).image_size_total.usage).toBe(0);
  expect((await upload(second, 100)).status).toBe(204);
});

test('an upload that the disk has no space for is 507, and the image waits for its bytes again (E12)', async () => {
  const id = await anImage();
  const deps = front.deps as { imageStore: ImageStore };
  const { imageStore } = deps;
  const folder = await mkdtemp(join(tmpdir(), 'volvox-full-'));
  deps.imageStore = new FileImageStore(folder, { reserveBytes: MIB, free: async () => MIB });
  try {
    const refused = await upload(id, 100);
    expect([refused.status, refused.text]).toEqual([507, expect.stringContaining('no space')]);
    expect(await readdir(folder)).toEqual([]);
  } finally {
    deps.imageStore = imageStore;
    await rm(folder, { recursive: true });
  }
  expect((await usage()).image_size_total.usage).toBe(0);
  expect((await upload(id, 100)).status).toBe(204);
});

test('an admin sets limits; others read their own', async () => {
  await limit({ image_count_total: -1, image_size_total: 7 });
  const path = `/image/v2/quotas/${project}`;
  expect((await front.send(`GET ${path}`, { token: front.demo })).body.quota).toMatchObject({ image_size_total: 7 });
  expect((await front.send(`GET ${path}`, { token: front.outsider })).status).toBe(403);
  expect(
    (await front.send(`PUT ${path}`, { token: front.demo, body: { quota: { image_count_total: 9 } } })).status,
  ).toBe(403);
  for (const quota of [{}, { image_count_total: 'x' }, { image_count_total: -2 }, { images: 5 }]) {
    expect((await front.send(`PUT ${path}`, { token: front.admin, body: { quota } })).status).toBe(400);
  }
  expect((await front.send(`DELETE ${path}`, { token: front.admin })).status).toBe(204);
  expect((await front.send(`GET ${path}`, { token: front.demo })).body.quota).toEqual({
    image_count_total: 1_000,
    image_size_total: 1_048_576,
    image_count_uploading: 20,
  });
});
