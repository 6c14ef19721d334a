import { randomUUID } from 'node:crypto';
import { readdir, readlink } from 'node:fs/promises';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { waitUntil } from '../../../support/wait-until.ts';
import { useFrontApp } from '../use-front-app.ts';

const front = useFrontApp();
const MIB = 1024 * 1024;
const CHUNK = Buffer.alloc(MIB, 1);
const OCTETS = { 'content-type': 'application/octet-stream' };
const PATCH = { 'content-type': 'application/openstack-images-v2.1-json-patch' };
let port = 0;

beforeAll(async () => {
  await front.app.listen({ host: '127.0.0.1', port: 0 });
  port = (front.app.server.address() as AddressInfo).port;
});
afterEach(() => {
  vi.useRealTimers();
});

const anImage = async (body: object = {}): Promise<string> =>
  (
    await front.send('POST /image/v2/images', {
      token: front.demo,
      body: { disk_format: 'raw', container_format: 'bare', ...body },
    })
  ).body.id;
const list = (query: string) => front.send(`GET /image/v2/images?${query}`, { token: front.demo });
const status = async (id: string) =>
  (await front.send(`GET /image/v2/images/${id}`, { token: front.demo })).body.status;
const upload = (id: string, body: Buffer) =>
  front.send(`PUT /image/v2/images/${id}/file`, { token: front.demo, body, headers: OCTETS });
/** A connection that sends this, and collects what comes back. */
function raw(head: readonly string[]): { readonly socket: Socket; readonly text: () => string } {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1');
  });
  socket.on('error', () => undefined);
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  return { socket, text: () => answer };
}
const uploading = (id: string, more: readonly string[]) =>
  raw([
    `PUT /image/v2/images/${id}/file HTTP/1.1`,
    'host: api.test',
    `x-auth-token: ${front.demo}`,
    'content-type: application/octet-stream',
    ...more,
  ]);
/** Files of images that this process has open. */
const openImages = async (): Promise<number> => {
  const names = await readdir('/proc/self/fd');
  const links = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
  return links.filter((link) => link.includes('volvox-images-')).length;
};

test('a sort key that is named thousands of times costs as much as once', async () => {
  const tag = `t${randomUUID()}`;
  const ids = [await anImage({ name: 'a', tags: [tag] }), await anImage({ name: 'b', tags: [tag] })];
  const sort = Array.from({ length: 2_500 }, () => 'name:asc').join(',');
  const begun = performance.now();
  const answer = await list(`tag=${tag}&marker=${ids[0]}&sort=${sort}`);
  expect([answer.status, answer.body.images.map(({ id }: { id: string }) => id)]).toEqual([200, ids.slice(1)]);
  expect(performance.now() - begun).toBeLessThan(2_000);
});

test('more tags than a database joins tables are one filter', async () => {
  const tags = Array.from({ length: 100 }, (_, index) => `tag-${index}`);
  const id = await anImage({ tags });
  await anImage({ tags: tags.slice(1) });
  const answer = await list([...tags, 'tag-1'].map((tag) => `tag=${tag}`).join('&'));
  expect([answer.status, answer.body.images.map((one: { id: string }) => one.id)]).toEqual([200, [id]]);
});

test.each(['a"b', '*', '**', '\\', '$', '[0]', "a'b", 'a.b', '\u0000', '"', 'ä', '😀'])(
  'a filter by the property %j finds it and nothing else',
  async (name) => {
    const value = randomUUID();
    const id = await anImage({ [name]: value });
    await anImage({ other: value });
    const query = new URLSearchParams({ [name]: value }).toString();
    const answer = await list(query);
    expect([answer.status, answer.body.images.map((one: { id: string }) => one.id)]).toEqual([200, [id]]);
  },
);

test('a thousand changes of large properties take no thousand measurements', async () => {
  const id = await anImage(Object.fromEntries(Array.from({ length: 120 }, (_, at) => [`p${at}`, 'x'.repeat(500)])));
  const changes = Array.from({ length: 1_000 }, (_, at) => ({ op: 'replace', path: '/p0', value: `v${at}` }));
  const begun = performance.now();
  const answer = await front.send(`PATCH /image/v2/images/${id}`, {
    token: front.demo,
    headers: PATCH,
    body: JSON.stringify(changes),
  });
  expect([answer.status, answer.body.p0]).toEqual([200, 'v999']);
  expect(performance.now() - begun).toBeLessThan(1_500);
});

test('HEAD of the bytes of an image reads none of them', async () => {
  const id = await anImage();
  expect((await upload(id, Buffer.alloc(100, 1))).status).toBe(204);
  expect((await front.send(`HEAD /image/v2/images/${id}/file`, { token: front.demo })).status).toBe(405);
});

test('a download whose client goes away in the middle closes its file', async () => {
  const id = await anImage();
  expect((await upload(id, Buffer.alloc(100, 1))).status).toBe(204);
  // More than the system takes in for a client that does not read.
  const large = { imageId: id, blobId: randomUUID() };
  const pending = await front.deps.imageStore.receive(large, Readable.from(Array.from({ length: 64 }, () => CHUNK)), {
    ...{ maxBytes: 64 * MIB, announcedBytes: null, algorithms: [], admit: async () => undefined },
  });
  await pending.keep();
  const row = { blob_id: large.blobId, size_bytes: 64 * MIB };
  await front.directory.write.updateTable('images').set(row).where('id', '=', id).execute();
  const before = await openImages();
  const { socket } = raw([`GET /image/v2/images/${id}/file HTTP/1.1`, 'host: api.test', `x-auth-token: ${front.demo}`]);
  socket.pause();
  await waitUntil('the download to begin', async () => (await openImages()) > before);
  socket.destroy();
  await waitUntil('its file to be closed', async () => (await openImages()) === before);
});

test.each([
  ['announces its size', ['content-length: 1000000'], 'ab'],
  ['comes in chunks', ['transfer-encoding: chunked'], '2\r\nab\r\n'],
])('an upload that %s and stalls is ended with 408, and gives everything back', async (_what, more, part) => {
  const id = await anImage();
  const files = await front.storedFiles();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { socket, text } = uploading(id, more);
  socket.write(part);
  await waitUntil('the upload to begin', async () => (await front.storedFiles()).length > files.length);
  await waitUntil('its end', () => {
    vi.advanceTimersByTime(61_000);
    return text() !== '';
  });
  expect(text()).toMatch(/^HTTP\/1\.1 408 /);
  expect([await status(id), await front.storedFiles()]).toEqual(['queued', files]);
  await waitUntil('its connection to be cut', () => {
    vi.advanceTimersByTime(6_000);
    return socket.closed || socket.readyState !== 'open';
  });
  const { body } = await front.send('GET /image/v2/info/usage', { token: front.demo });
  expect(body.usage.image_count_uploading.usage).toBe(0);
});

test('an upload whose client goes away gives everything back', async () => {
  const id = await anImage();
  const files = await front.storedFiles();
  const { socket } = uploading(id, ['content-length: 1000000']);
  socket.write('ab');
  await waitUntil('the upload to begin', async () => (await front.storedFiles()).length > files.length);
  socket.destroy();
  await waitUntil('its end', async () => (await status(id)) === 'queued');
  expect(await front.storedFiles()).toEqual(files);
});

test('an upload to an image of others is refused, and its connection is cut', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { socket, text } = uploading(randomUUID(), ['transfer-encoding: chunked']);
  socket.write('2\r\nab\r\n');
  await waitUntil('the answer', () => text() !== '');
  expect(text()).toMatch(/^HTTP\/1\.1 404 /);
  await waitUntil('its connection to be cut', () => {
    vi.advanceTimersByTime(6_000);
    return socket.closed || socket.readyState !== 'open';
  });
});
