import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ImageStore, PendingBytes } from '../../../../api/image/store/image-store.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { useFrontApp } from '../use-front-app.ts';

const front = useFrontApp();
const OCTETS = { 'content-type': 'application/octet-stream' };
const LEASE_OVER_MS = 60_001;

interface Deps {
  imageStore: ImageStore;
  directory: typeof front.directory;
}
const deps = () => front.deps as unknown as Deps;
let real: Deps;
beforeEach(() => {
  real = { ...deps() };
});
afterEach(() => {
  Object.assign(deps(), { imageStore: real.imageStore, directory: real.directory });
});

const anImage = async (): Promise<string> =>
  (
    await front.send('POST /image/v2/images', {
      token: front.demo,
      body: { disk_format: 'raw', container_format: 'bare' },
    })
  ).body.id;
const upload = (id: string, text: string) =>
  front.send(`PUT /image/v2/images/${id}/file`, { token: front.demo, body: Buffer.from(text), headers: OCTETS });
const show = async (id: string) => (await front.send(`GET /image/v2/images/${id}`, { token: front.demo })).body;
const download = async (id: string) =>
  (await front.send(`GET /image/v2/images/${id}/file`, { token: front.demo })).text;
const filesOf = async (id: string) => (await front.storedFiles()).filter((name) => name.startsWith(id));
const usedBytes = async () => {
  const rows = await front.directory.read.selectFrom('images').select(['size_bytes', 'reserved_bytes']).execute();
  return rows.reduce((sum, row) => sum + Number(row.size_bytes ?? 0) + Number(row.reserved_bytes), 0);
};

/** The next upload stalls before or after its bytes are kept, until `goOn`. */
function stallNext(when: 'before keep' | 'after keep') {
  const go = Promise.withResolvers<void>();
  const stalled = { is: false };
  const { imageStore } = real;
  let next = true;
  const receive: ImageStore['receive'] = async (...given) => {
    const mine = next;
    next = false;
    const pending = await imageStore.receive(...given);
    const stall = async () => {
      stalled.is = true;
      await go.promise;
    };
    const keep = async () => {
      if (when === 'before keep') await stall();
      await pending.keep();
      if (when === 'after keep') await stall();
    };
    return mine ? ({ ...pending, keep } satisfies PendingBytes) : pending;
  };
  const bound = {
    receive,
    read: imageStore.read.bind(imageStore),
    remove: imageStore.remove.bind(imageStore),
    list: imageStore.list.bind(imageStore),
  };
  deps().imageStore = bound;
  return { stalled: () => waitUntil('the upload to stall', async () => stalled.is), goOn: go.resolve };
}

test.each(['before keep', 'after keep'] as const)(
  'an upload that stalls %s past its lease does not touch the bytes of the next one (R4)',
  async (when) => {
    const id = await anImage();
    const { stalled, goOn } = stallNext(when);
    const first = upload(id, 'the bytes of the first');
    await stalled();
    front.pass(LEASE_OVER_MS);
    expect((await upload(id, 'the second')).status).toBe(204);
    goOn();
    expect((await first).status).toBe(409);
    expect(await download(id)).toBe('the second');
    expect(await show(id)).toMatchObject({ status: 'active', size: 'the second'.length });
    const { blob_id } = await front.directory.read
      .selectFrom('images')
      .select('blob_id')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    expect((await filesOf(id)).sort()).toEqual([id, `${id}.${blob_id}`]);
    expect((await front.send(`DELETE /image/v2/images/${id}`, { token: front.demo })).status).toBe(204);
    expect(await filesOf(id)).toEqual([]);
  },
);

test('an upload that stalls past its lease, with no other upload meanwhile, is completed', async () => {
  const id = await anImage();
  const { stalled, goOn } = stallNext('after keep');
  const first = upload(id, 'late');
  await stalled();
  front.pass(LEASE_OVER_MS);
  goOn();
  expect((await first).status).toBe(204);
  expect(await download(id)).toBe('late');
});

test('an upload whose lease is over takes its quota anew, or is refused', async () => {
  const { projectId } = await front.deps.tokens.verify(front.demo);
  const [first, second] = [await anImage(), await anImage()];
  const before = await usedBytes();
  const quota = { image_size_total: Math.ceil(before / 1024 / 1024) + 1 };
  await front.send(`PUT /image/v2/quotas/${projectId}`, { token: front.admin, body: { quota } });
  const { stalled, goOn } = stallNext('after keep');
  const stalledUpload = upload(first, 'x'.repeat(1_500_000));
  await stalled();
  front.pass(LEASE_OVER_MS);
  expect((await upload(second, 'y'.repeat(1_500_000))).status).toBe(204);
  goOn();
  expect((await stalledUpload).status).toBe(413);
  expect([(await show(first)).status, await filesOf(first)]).toEqual(['queued', []]);
  expect(await usedBytes()).toBe(before + 1_500_000);
  await front.send(`DELETE /image/v2/quotas/${projectId}`, { token: front.admin });
});

test('an image that is deleted while its upload stalls leaves no bytes', async () => {
  const id = await anImage();
  const { stalled, goOn } = stallNext('after keep');
  const first = upload(id, 'of nobody');
  await stalled();
  expect((await front.send(`DELETE /image/v2/images/${id}`, { token: front.demo })).status).toBe(204);
  goOn();
  expect((await first).status).toBe(409);
  expect(await filesOf(id)).toEqual([]);
});

/** The answer to the commit of the n-th transaction of the next upload is lost, although it was committed. @returns how many were made. */
function loseAnswer(lost: number): () => number {
  const { directory } = real;
  let count = 0;
  const transaction: typeof directory.transaction = async (work) => {
    const result = await directory.transaction(work);
    count += 1;
    if (count === lost) throw new VolvoxError('unavailable', 'The database does not answer.');
    return result;
  };
  deps().directory = Object.create(directory, { transaction: { value: transaction } });
  return () => count;
}

const BEGIN = 1;
const AFTER_RESERVE = 3;

test('an upload whose beginning is not answered leaves the image to the next one', async () => {
  const id = await anImage();
  loseAnswer(BEGIN);
  expect((await upload(id, 'unanswered')).status).toBe(503);
  expect((await show(id)).status).toBe('queued');
  expect((await upload(id, 'answered')).status).toBe(204);
});

test('an upload whose completion is not answered asks, and is done', async () => {
  const id = await anImage();
  loseAnswer(AFTER_RESERVE);
  expect((await upload(id, 'complete')).status).toBe(204);
  expect(await show(id)).toMatchObject({ status: 'active', size: 8 });
  expect(await download(id)).toBe('complete');
});

test('a renewal whose commit is not answered does not end the upload (R4)', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const id = await anImage();
    const made = loseAnswer(AFTER_RESERVE);
    const { stalled, goOn } = stallNext('after keep');
    const first = upload(id, 'renewed');
    await stalled();
    front.pass(20_000);
    vi.advanceTimersByTime(20_000);
    await waitUntil('the renewal', () => made() === AFTER_RESERVE);
    front.pass(20_000);
    vi.advanceTimersByTime(20_000);
    await waitUntil('the next renewal', () => made() === AFTER_RESERVE + 1);
    goOn();
    expect((await first).status).toBe(204);
    expect(await download(id)).toBe('renewed');
  } finally {
    vi.useRealTimers();
  }
});

test('an image whose format changes while its upload begins is refused', async () => {
  const id = await anImage();
  const { directory } = real;
  const transaction: typeof directory.transaction = async (work) => {
    deps().directory = directory;
    const patched = await front.send(`PATCH /image/v2/images/${id}`, {
      token: front.demo,
      body: JSON.stringify([{ op: 'replace', path: '/disk_format', value: 'qcow2' }]),
      headers: { 'content-type': 'application/openstack-images-v2.1-json-patch' },
    });
    expect(patched.status).toBe(200);
    return directory.transaction(work);
  };
  deps().directory = Object.create(directory, { transaction: { value: transaction } });
  expect((await upload(id, 'raw')).status).toBe(409);
  expect(await show(id)).toMatchObject({ status: 'queued', disk_format: 'qcow2' });
});

test('an image whose bytes are stored by its id alone stays readable, and goes with its bytes', async () => {
  const id = await anImage();
  expect((await upload(id, 'of an earlier release')).status).toBe(204);
  const [name = ''] = (await filesOf(id)).filter((one) => one !== id);
  await front.directory.write.updateTable('images').set({ blob_id: null }).where('id', '=', id).execute();
  await real.imageStore.remove({ imageId: id, blobId: name.slice(id.length + 1) });
  expect(await filesOf(id)).toEqual([id]);
  expect(await download(id)).toBe('of an earlier release');
  expect((await front.send(`DELETE /image/v2/images/${id}`, { token: front.demo })).status).toBe(204);
  expect(await filesOf(id)).toEqual([]);
});
