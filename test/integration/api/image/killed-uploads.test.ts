import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { imageUsage } from '#platform/directory/stores/image-quotas.ts';
import { getImage, insertImage } from '#platform/directory/stores/images.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { systemClock, timestamp } from '#platform/time/clock.ts';
import { abandonedUploads } from '../../../../api/image/abandoned-uploads.ts';
import { uploadImage } from '../../../../api/image/images/upload.ts';
import { orphanedBytes } from '../../../../api/image/orphaned-bytes.ts';
import { FileImageStore } from '../../../../api/image/store/file-image-store.ts';
import { anImage } from '../../../support/an-image.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/test-database.ts';
import { UPLOAD_STEPS, type UploadProcess } from '../../../support/upload-process.ts';

const SCRIPT = resolve(import.meta.dirname, '../../../support/upload-process.ts');
const ADMIN = { projectId: '', isAdmin: true };
const DAYS_MS = 3 * 24 * 3600_000;
let db: TestDatabase<DirectoryTables>;
let folder = '';
let imageStore: FileImageStore;

beforeAll(async () => {
  db = await createTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS);
  folder = await mkdtemp(join(tmpdir(), 'volvox-killed-'));
  imageStore = new FileImageStore(folder);
});
afterAll(async () => {
  await db.drop();
  await rm(folder, { recursive: true, force: true });
});

/** Starts an upload in a process of its own, and kills it when it has come to the step. */
async function killedAt(given: Pick<UploadProcess, 'imageId' | 'stopAt' | 'text'>): Promise<void> {
  const { host = '', port = 0, user, database } = db.config;
  const asked: UploadProcess = { database: { host, port, user, database }, folder, ...given };
  const child: ChildProcess = spawn(process.execPath, [SCRIPT, JSON.stringify(asked)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const reached = once(child.stdout ?? new Readable(), 'data');
  const [first] = await Promise.race([reached, exited]);
  expect(String(first).trim()).toBe(given.stopAt);
  child.kill('SIGKILL');
  await exited;
}

const afterwards = { ...systemClock, now: () => Date.now() + 10 * 60_000 };

test.each(UPLOAD_STEPS)(
  'an upload killed at the step "%s" leaves an image that is queued or active (R4)',
  async (stopAt) => {
    const image = anImage(timestamp(Date.now()), {
      ...{ projectId: `of-${stopAt}`, status: 'queued', sizeBytes: null, sha256: null },
    });
    await db.database.transaction((tx) => insertImage(tx, image, []));
    await killedAt({ imageId: image.id, stopAt, text: 'the bytes of the first' });
    await abandonedUploads({ directory: db.database, clock: afterwards, log: silentLogger }).reconcile();

    const isDone = stopAt === 'completed' || stopAt === 'done';
    const found = await getImage(db.database.read, ADMIN, image.id);
    const usage = () => imageUsage(db.database.read, image.projectId, Date.now());
    const bytes = isDone ? 'the bytes of the first'.length : 0;
    expect([found.status, found.reservedBytes, await usage()]).toEqual([
      isDone ? 'active' : 'queued',
      0,
      { count: 1, uploading: 0, bytes },
    ]);

    for (const name of await readdir(folder)) {
      const longAgo = new Date(Date.now() - DAYS_MS);
      await utimes(join(folder, name), longAgo, longAgo);
    }
    await orphanedBytes({ directory: db.database, imageStore, log: silentLogger }).reconcile();
    const left = (await readdir(folder)).filter((name) => name.startsWith(image.id) || name.startsWith('upload-'));
    expect(left.filter((name) => name !== image.id)).toEqual(isDone ? [`${image.id}.${found.blobId}`] : []);

    if (!isDone) {
      const config = { imageMaxMb: 1, imageCountTotal: -1, imageSizeTotalMb: 1, imageCountUploading: 1 };
      const deps = { directory: db.database, imageStore, clock: systemClock, log: silentLogger, config };
      const source = Readable.from([Buffer.from('the second')]);
      await uploadImage(deps as never, found, { source, announcedBytes: 10, signal: new AbortController().signal });
    }
    const now = await getImage(db.database.read, ADMIN, image.id);
    const content = await text(await imageStore.read({ imageId: image.id, blobId: now.blobId }));
    expect([now.status, content]).toEqual(['active', isDone ? 'the bytes of the first' : 'the second']);
  },
);
