import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFrontApp, type FrontApp } from '../front-app.ts';

describe('requests to the Image API', () => {
  let front: FrontApp;
  let admin: string;
  let demo: string;
  const I = '/image/v2/images';
  beforeAll(async () => {
    front = await createFrontApp();
    admin = await front.login('admin', 'admin');
    demo = await front.login('demo', 'demo');
  });
  afterAll(() => front.close());
  const create = (token: string, body: unknown, headers = {}) => front.send(`POST ${I}`, { token, body, headers });

  it('never gives an id again, and lets only admins choose one (A8)', async () => {
    const id = randomUUID();
    expect((await create(admin, { id, name: 'first', visibility: 'public' })).status).toBe(201);
    expect((await front.send(`DELETE ${I}/${id}`, { token: admin })).status).toBe(204);
    expect((await create(demo, { id, name: 'second' })).status).toBe(403);
    expect((await create(admin, { id, name: 'second' })).status).toBe(409);
  });

  it('takes a name of 200 emoji (D2), and JSON without a content type (D1)', async () => {
    const name = '😀'.repeat(200);
    expect((await create(demo, { name })).body.name).toBe(name);
    const plain = await front.send(`POST ${I}`, { token: demo, body: Buffer.from('{"name":"plain"}') });
    expect([plain.status, plain.body?.name]).toEqual([201, 'plain']);
  });

  it('names the path of what is wrong (D5)', async () => {
    const answer = await create(demo, { name: 'n', tags: ['ok', 5] });
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain("'tags[1]'");
  });

  it('takes constructor and toString as ordinary properties on the whole road (C13)', async () => {
    const made = await create(demo, { name: 'keys', constructor: 'c', toString: 't' });
    expect(made.body).toMatchObject({ constructor: 'c', toString: 't' });
    const found = await front.send(`GET ${I}?constructor=c`, { token: demo });
    expect(found.body.images.map(({ id }: { id: string }) => id)).toEqual([made.body.id]);
    const patched = await front.send(`PATCH ${I}/${made.body.id}`, {
      token: demo,
      body: [{ op: 'replace', path: '/constructor', value: 'd' }],
      headers: { 'content-type': 'application/openstack-images-v2.1-json-patch' },
    });
    expect(patched.body.constructor).toBe('d');
    expect((await create(demo, JSON.parse('{"name":"p","__proto__":"x"}'))).status).toBe(400);
  });

  it('a filter that no image fits never widens the answer (A2)', async () => {
    expect((await front.send(`GET ${I}?bogus=1`, { token: demo })).body.images).toEqual([]);
  });

  it('knows no empty id (F22)', async () => {
    expect((await front.send(`GET ${I}/`, { token: demo })).status).toBe(404);
  });

  it('refuses a disk beyond all measure (C14)', async () => {
    const { body } = await create(demo, { name: 'huge', disk_format: 'qcow2', container_format: 'bare' });
    const header = Buffer.alloc(512);
    Buffer.from([0x51, 0x46, 0x49, 0xfb, 0, 0, 0, 2]).copy(header);
    header.writeBigUInt64BE(2n ** 63n, 24);
    const answer = await front.send(`PUT ${I}/${body.id}/file`, {
      token: demo,
      body: header,
      headers: { 'content-type': 'application/octet-stream' },
    });
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain('describes a disk of');
  });
});
