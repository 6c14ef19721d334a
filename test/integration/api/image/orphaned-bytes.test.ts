import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import { orphanedBytes } from '../../../../api/image/orphaned-bytes.ts';
import { FileImageStore } from '../../../../api/image/store/file-image-store.ts';
import { useFrontApp } from '../use-front-app.ts';

const front = useFrontApp();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'volvox-orphans-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const file = async (name: string, ageMs: number) => {
  await writeFile(join(folder, name), 'x');
  const changed = new Date(Date.now() - ageMs);
  await utimes(join(folder, name), changed, changed);
};

test('old bytes of no image, and uploads that died, are removed; everything else stays', async () => {
  const token = await front.login('demo', 'demo');
  const { id } = (await front.send('POST /image/v2/images', { token, body: { name: 'known' } })).body;
  const fresh = randomUUID();
  const days = 3 * 24 * 3600_000;
  await file(id, days);
  await file(fresh, 0);
  await file(randomUUID(), days);
  await file('upload-of-long-ago', days);
  await file('somebody-elses', days);
  await orphanedBytes({
    directory: front.directory,
    imageStore: new FileImageStore(folder),
    log: silentLogger,
  }).reconcile();
  const expected = [id, fresh, 'somebody-elses'].sort();
  expect((await readdir(folder)).sort()).toEqual(expected);
});

test('of the bytes of an image, those of its upload and of one in progress stay', async () => {
  const token = await front.login('demo', 'demo');
  const { id } = (await front.send('POST /image/v2/images', { token, body: { name: 'several' } })).body;
  const [counts, inProgress, lost] = [randomUUID(), randomUUID(), randomUUID()];
  const days = 3 * 24 * 3600_000;
  for (const uploadId of [counts, inProgress, lost]) await file(`${id}.${uploadId}`, days);
  await front.directory.write
    .updateTable('images')
    .set({ blob_id: counts, upload_id: inProgress })
    .where('id', '=', id)
    .execute();
  await orphanedBytes({
    directory: front.directory,
    imageStore: new FileImageStore(folder),
    log: silentLogger,
  }).reconcile();
  const left = (await readdir(folder)).filter((name) => name.startsWith(id));
  expect(left.sort()).toEqual([`${id}.${counts}`, `${id}.${inProgress}`].sort());
});
