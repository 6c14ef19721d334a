import { createHash, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { useFrontApp } from '../use-front-app.ts';

const front = useFrontApp();

const OCTETS = { 'content-type': 'application/octet-stream' };
const PATCH = { 'content-type': 'application/openstack-images-v2.1-json-patch' };
const DATA = Buffer.from('some bytes that are no known format');
const hashOf = (algorithm: string, data: Buffer) => createHash(algorithm).update(data).digest('hex');

/** A qcow2 header of version 3 for a disk of 10 MiB. */
function aQcow2(fields: { backingFileAt?: bigint; incompatible?: bigint } = {}): Buffer {
  const head = Buffer.alloc(512);
  head.write('QFI\xfb', 0, 'latin1');
  head.writeUInt32BE(3, 4);
  head.writeBigUInt64BE(fields.backingFileAt ?? 0n, 8);
  head.writeBigUInt64BE(10n * 1024n * 1024n, 24);
  head.writeBigUInt64BE(fields.incompatible ?? 0n, 72);
  return head;
}

async function anImage(body: object = {}, token = front.demo): Promise<string> {
  const answer = await front.send('POST /image/v2/images', {
    token,
    body: { name: 'an image', disk_format: 'raw', container_format: 'bare', ...body },
  });
  if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
  return answer.body.id;
}
const upload = (id: string, data: Buffer, token = front.demo) =>
  front.send(`PUT /image/v2/images/${id}/file`, { token, body: data, headers: OCTETS });
const show = async (id: string, token = front.demo) => (await front.send(`GET /image/v2/images/${id}`, { token })).body;
const names = async (query: string, token = front.demo) =>
  (await front.send(`GET /image/v2/images?${query}`, { token })).body.images.map(
    (image: { name: string }) => image.name,
  );

test('an image is registered, uploaded, shown, read whole and in part, and deleted with its bytes', async () => {
  const id = await anImage({ os_type: 'linux', tags: ['b', 'a'] });
  expect(await show(id)).toMatchObject({
    status: 'queued',
    visibility: 'shared',
    os_type: 'linux',
    tags: ['a', 'b'],
    size: null,
  });
  expect((await front.send(`GET /image/v2/images/${id}/file`, { token: front.demo })).status).toBe(204);
  expect((await upload(id, DATA)).status).toBe(204);
  expect(await show(id)).toMatchObject({
    status: 'active',
    size: DATA.length,
    checksum: hashOf('md5', DATA),
    os_hash_algo: 'sha256',
    os_hash_value: hashOf('sha256', DATA),
    virtual_size: DATA.length,
  });
  const whole = await front.send(`GET /image/v2/images/${id}/file`, { token: front.demo });
  expect([whole.status, whole.text, whole.headers['content-length']]).toEqual([
    200,
    DATA.toString(),
    String(DATA.length),
  ]);
  const part = await front.send(`GET /image/v2/images/${id}/file`, {
    token: front.demo,
    headers: { range: 'bytes=5-9' },
  });
  expect([part.status, part.text, part.headers['content-range']]).toEqual([206, 'bytes', `bytes 5-9/${DATA.length}`]);
  const beyond = await front.send(`GET /image/v2/images/${id}/file`, {
    token: front.demo,
    headers: { range: 'bytes=900-' },
  });
  expect(beyond.status).toBe(416);
  expect((await upload(id, DATA)).status).toBe(409);
  expect(await front.storedFiles()).toContain(id);
  expect((await front.send(`DELETE /image/v2/images/${id}`, { token: front.demo })).status).toBe(204);
  expect(await front.storedFiles()).not.toContain(id);
  expect((await front.send(`GET /image/v2/images/${id}`, { token: front.demo })).status).toBe(404);
});

test.each([
  ['qcow2 that is raw', 'qcow2', DATA],
  ['raw that is qcow2', 'raw', aQcow2()],
  ['qcow2 with a backing file', 'qcow2', aQcow2({ backingFileAt: 104n })],
  ['qcow2 with an external data file', 'qcow2', aQcow2({ incompatible: 4n })],
  ['raw that is a vmdk descriptor', 'raw', Buffer.from('# Disk DescriptorFile\nRW 1 FLAT "/etc/passwd"')],
])('%s is refused, and nothing is kept', async (_what, disk_format, data) => {
  const before = await front.storedFiles();
  const id = await anImage({ disk_format });
  const answer = await upload(id, data);
  expect([answer.status, answer.body.message]).toEqual([
    400,
    expect.stringContaining('Image format inspection failed'),
  ]);
  expect(await front.storedFiles()).toEqual(before);
  expect((await show(id)).status).toBe('queued');
});

test.each([
  ['vmdk', Buffer.from('KDMV....')],
  ['vmdk', aQcow2()],
  ['vdi', DATA],
  ['vhd', Buffer.from('conectix')],
  ['vhdx', Buffer.from('vhdxfile')],
  ['iso', DATA],
  ['ploop', DATA],
])('data of format %s is refused in words that help, and nothing is kept', async (disk_format, data) => {
  const before = await front.storedFiles();
  const id = await anImage({ disk_format });
  const answer = await upload(id, data);
  expect([answer.status, answer.body.message]).toEqual([
    400,
    expect.stringMatching(
      new RegExp(`cannot boot from images of format ${disk_format}.*raw or qcow2.*qemu-img convert`),
    ),
  ]);
  expect(await front.storedFiles()).toEqual(before);
  expect((await show(id)).status).toBe('queued');
});

test('a real qcow2 is taken, and tells the size of its disk', async () => {
  const id = await anImage({ disk_format: 'qcow2' });
  expect((await upload(id, aQcow2())).status).toBe(204);
  expect((await show(id)).virtual_size).toBe(10 * 1024 * 1024);
});

test.each([
  ['checksum', { checksum: '0'.repeat(32) }],
  ['os_hash_value', { os_hash_algo: 'sha512', os_hash_value: '0'.repeat(128) }],
  ["the client's own property", { 'owner_specified.openstack.sha256': '0'.repeat(64) }],
])('a wrong %s is refused, and nothing is kept', async (_what, body) => {
  const before = await front.storedFiles();
  const id = await anImage(body);
  const answer = await upload(id, DATA);
  expect([answer.status, answer.body.message]).toEqual([400, expect.stringContaining('checksum of the data is')]);
  expect(await front.storedFiles()).toEqual(before);
  expect((await show(id)).status).toBe('queued');
});

test('a right checksum is taken; one that is no checksum names the field', async () => {
  const id = await anImage({
    os_hash_algo: 'sha512',
    os_hash_value: hashOf('sha512', DATA),
    checksum: hashOf('md5', DATA),
  });
  expect((await upload(id, DATA)).status).toBe(204);
  const bad = await front.send('POST /image/v2/images', { token: front.demo, body: { name: 'x', checksum: 'zz' } });
  expect([bad.status, bad.body.message]).toEqual([400, expect.stringContaining("'checksum'")]);
});

test('an image that is too large is refused, and nothing is kept', async () => {
  const before = await front.storedFiles();
  const id = await anImage();
  expect((await upload(id, Buffer.alloc(2 * 1024 * 1024 + 1, 1))).status).toBe(413);
  expect(await front.storedFiles()).toEqual(before);
});

test('bytes that are sent as something else are not collected', async () => {
  const id = await anImage();
  const large = Buffer.alloc(1.5 * 1024 * 1024, ' ');
  for (const type of ['application/json', PATCH['content-type']]) {
    const headers = { 'content-type': type };
    expect(
      (await front.send(`PUT /image/v2/images/${id}/file`, { token: front.demo, body: large, headers })).status,
    ).toBe(413);
  }
  expect((await upload(id, large)).status).toBe(204);
});

test('an upload whose process died can be repeated once its lease is over', async () => {
  const id = await anImage();
  const saving = { status: 'saving' as const, upload_expires_at: front.deps.clock.now() + 60_000 };
  await front.directory.write.updateTable('images').set(saving).where('id', '=', id).execute();
  expect((await upload(id, DATA)).status).toBe(409);
  front.pass(60_001);
  expect((await upload(id, DATA)).status).toBe(204);
});

test('who may see and change what', async () => {
  const id = await anImage({ name: 'mine' });
  expect((await front.send(`GET /image/v2/images/${id}`, { token: front.outsider })).status).toBe(404);
  expect(
    (await front.send('POST /image/v2/images', { token: front.demo, body: { visibility: 'public' } })).status,
  ).toBe(403);
  const publicId = await anImage({ name: 'for all', visibility: 'public' }, front.admin);
  expect(await names('name=for%20all', front.outsider)).toEqual(['for all']);
  expect((await front.send(`DELETE /image/v2/images/${publicId}`, { token: front.demo })).status).toBe(403);
  const keptId = await anImage({ name: 'kept', protected: true });
  const kept = await front.send(`DELETE /image/v2/images/${keptId}`, { token: front.demo });
  expect([kept.status, kept.body.message]).toEqual([
    403,
    expect.stringContaining(`Image ${keptId} is protected and cannot be deleted.`),
  ]);
});

test('a shared image shows in the list of a project that accepted it', async () => {
  const id = await anImage({ name: 'shared one' });
  const { projectId } = await front.deps.tokens.verify(front.outsider);
  const members = `/image/v2/images/${id}/members`;
  expect((await front.send(`POST ${members}`, { token: front.demo, body: { member: projectId } })).body.status).toBe(
    'pending',
  );
  expect((await front.send(`POST ${members}`, { token: front.demo, body: { member: projectId } })).status).toBe(409);
  expect(await names('name=shared%20one', front.outsider)).toEqual([]);
  const own = await front.send(`PUT ${members}/${projectId}`, { token: front.demo, body: { status: 'accepted' } });
  expect(own.status).toBe(403);
  const accepted = await front.send(`PUT ${members}/${projectId}`, {
    token: front.outsider,
    body: { status: 'accepted' },
  });
  expect(accepted.body.status).toBe('accepted');
  expect(await names('name=shared%20one', front.outsider)).toEqual(['shared one']);
  expect((await front.send(`DELETE ${members}/${projectId}`, { token: front.demo })).status).toBe(204);
  expect((await front.send(`GET /image/v2/images/${id}`, { token: front.outsider })).status).toBe(404);
});

test('an image is shared with 128 projects and no more', async () => {
  const id = await anImage();
  const rows = Array.from({ length: 127 }, (_, index) => ({
    image_id: id,
    member_id: `project-${index}`,
    status: 'pending' as const,
    created_at: '2026-01-01 00:00:00',
    updated_at: '2026-01-01 00:00:00',
  }));
  await front.directory.write.insertInto('image_members').values(rows).execute();
  const share = (member: string) =>
    front.send(`POST /image/v2/images/${id}/members`, { token: front.demo, body: { member } });
  const both = await Promise.all([share('one'), share('two')]);
  expect(both.map((answer) => answer.status).sort()).toEqual([200, 413]);
  expect((await share('project-5')).status).toBe(409);
});

test('a patch adds, replaces and removes', async () => {
  const id = await anImage({ os_type: 'linux', tags: ['x'] });
  const patch = (changes: unknown) =>
    front.send(`PATCH /image/v2/images/${id}`, { token: front.demo, body: JSON.stringify(changes), headers: PATCH });
  const done = await patch([
    { op: 'replace', path: '/name', value: 'new name' },
    { op: 'add', path: '/hw_disk_bus', value: 'virtio' },
    { op: 'remove', path: '/os_type' },
    { op: 'replace', path: '/tags', value: ['y'] },
    { op: 'replace', path: '/min_ram', value: 64 },
  ]);
  expect(done.body).toMatchObject({ name: 'new name', hw_disk_bus: 'virtio', tags: ['y'], min_ram: 64 });
  expect(done.body).not.toHaveProperty('os_type');
  for (const [change, status] of [
    [{ op: 'replace', path: '/status', value: 'active' }, 403],
    [{ op: 'replace', path: '/min_ram', value: -1 }, 400],
    [{ op: 'remove', path: '/none' }, 409],
    [{ op: 'bend', path: '/name', value: 'x' }, 400],
    [{ op: 'replace', path: 'name', value: 'x' }, 400],
  ] as const) {
    expect([change, (await patch([change])).status]).toEqual([change, status]);
  }
  expect((await front.send(`PATCH /image/v2/images/${id}`, { token: front.demo, body: [] })).status).toBe(200);
});

test('an image with all the tags it may have takes no other', async () => {
  const id = await anImage({ tags: Array.from({ length: 127 }, (_, index) => `t${index}`) });
  const tag = (name: string) => front.send(`PUT /image/v2/images/${id}/tags/${name}`, { token: front.demo });
  const both = await Promise.all([tag('a'), tag('b')]);
  expect(both.map((answer) => answer.status).sort()).toEqual([204, 413]);
  expect((await tag('t5')).status).toBe(204);
  expect((await show(id)).tags).toHaveLength(128);
});

test('lists: filters, sorting, pages', async () => {
  const tag = `t${randomUUID()}`;
  for (const name of ['c', 'a', 'd', 'b'])
    await anImage({ name, tags: [tag], flavour: name === 'a' ? 'sweet' : 'sour' });
  expect(await names(`tag=${tag}&sort=name:asc`)).toEqual(['a', 'b', 'c', 'd']);
  expect(await names(`tag=${tag}&sort_key=name&sort_dir=desc`)).toEqual(['d', 'c', 'b', 'a']);
  expect(await names(`tag=${tag}&flavour=sweet`)).toEqual(['a']);
  expect(await names(`tag=${tag}&name=in:a,b&sort=name:asc`)).toEqual(['a', 'b']);
  expect(await names(`tag=${tag}&status=active`)).toEqual([]);
  const first = await front.send(`GET /image/v2/images?tag=${tag}&sort=name:asc&limit=3`, { token: front.demo });
  expect(first.body.next).toMatch(/^\/v2\/images\?.*marker=/);
  const second = await front.send(`GET /image${first.body.next}`, { token: front.demo });
  expect(second.body.images.map((image: { name: string }) => image.name)).toEqual(['d']);
  expect(second.body).not.toHaveProperty('next');
  for (const query of ['limit=x', 'sort=nothing', 'marker=unknown', 'visibility=none']) {
    expect((await front.send(`GET /image/v2/images?${query}`, { token: front.demo })).status).toBe(400);
  }
});

test('a ticket opens one image to an agent, and nothing else', async () => {
  const id = await anImage();
  await upload(id, DATA);
  const other = await anImage();
  const ticket = await front.deps.imageTickets.make(id);
  const read = (imageId: string, given: string) =>
    front.send(`GET /image/v2/images/${imageId}/file`, { headers: { authorization: `Bearer ${given}` } });
  expect((await read(id, ticket)).text).toBe(DATA.toString());
  expect((await read(other, ticket)).status).toBe(401);
  expect((await read(id, 'x')).status).toBe(401);
  expect((await read(id, front.demo)).status).toBe(401);
  const shown = await front.send(`GET /image/v2/images/${id}`, { headers: { authorization: `Bearer ${ticket}` } });
  expect(shown.status).toBe(401);
  front.pass(32 * 24 * 3600_000);
  expect((await read(id, ticket)).status).toBe(401);
  await front.logIn();
});

test('a ticket for an upload takes the bytes of one image once, and again when its answer was lost', async () => {
  const id = await anImage({ disk_format: 'raw', container_format: 'bare' });
  const other = await anImage({ disk_format: 'raw', container_format: 'bare' });
  const ticket = await front.deps.uploadTickets.make(id);
  const sha256 = createHash('sha256').update(DATA).digest('hex');
  const put = (imageId: string, given: string, sum = sha256) =>
    front.send(`PUT /image/v2/images/${imageId}/file`, {
      headers: {
        authorization: `Bearer ${given}`,
        'content-type': 'application/octet-stream',
        'x-volvox-sha256': sum,
      },
      body: DATA,
    });
  expect((await put(other, ticket)).status).toBe(401);
  expect((await put(id, await front.deps.imageTickets.make(id))).status).toBe(401);
  expect((await put(id, ticket)).status).toBe(204);
  expect((await put(id, ticket)).status).toBe(204);
  expect((await put(id, ticket, 'f'.repeat(64))).status).toBe(409);
  const read = { headers: { authorization: `Bearer ${ticket}` } };
  expect((await front.send(`GET /image/v2/images/${id}/file`, read)).status).toBe(401);
});

test('bad input names what is wrong', async () => {
  for (const [body, word] of [
    [{ disk_format: 'floppy' }, 'disk_format'],
    [{ min_disk: 'x' }, 'min_disk'],
    [{ os_type: 5 }, 'os_type'],
    [{ id: 'x' }, 'id'],
    [{ tags: 'x' }, 'tags'],
  ] as const) {
    const answer = await front.send('POST /image/v2/images', { token: front.demo, body });
    expect([answer.status, answer.body.message]).toEqual([400, expect.stringContaining(`'${word}'`)]);
  }
  const broken = await front.send('POST /image/v2/images', {
    token: front.demo,
    body: '{',
    headers: { 'content-type': 'application/json' },
  });
  expect(broken.status).toBe(400);
  const plain = await front.send(`PUT /image/v2/images/${await anImage()}/file`, { token: front.demo, body: {} });
  expect(plain.status).toBe(415);
});
