import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { useFrontApp } from '../use-front-app.ts';

describe('requests to the Image API', () => {
  const I = '/image/v2/images';
  const front = useFrontApp();
  const create = (token: string, body: unknown, headers = {}) => front.send(`POST ${I}`, { token, body, headers });

  it('never gives an id again, and lets only admins choose one (A8)', async () => {
    const id = randomUUID();
    expect((await create(front.admin, { id, name: 'first', visibility: 'public' })).status).toBe(201);
    expect((await front.send(`DELETE ${I}/${id}`, { token: front.admin })).status).toBe(204);
    expect((await create(front.demo, { id, name: 'second' })).status).toBe(403);
    expect((await create(front.admin, { id, name: 'second' })).status).toBe(409);
  });

  it('takes a name of 200 emoji (D2), and JSON without a content type (D1)', async () => {
    const name = '😀'.repeat(200);
    expect((await create(front.demo, { name })).body.name).toBe(name);
    const plain = await front.send(`POST ${I}`, { token: front.demo, body: Buffer.from('{"name":"plain"}') });
    expect([plain.status, plain.body?.name]).toEqual([201, 'plain']);
  });

  it('names the path of what is wrong (D5)', async () => {
    const answer = await create(front.demo, { name: 'n', tags: ['ok', 5] });
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain("'tags[1]'");
  });

  it('takes constructor and toString as ordinary properties on the whole road (C13)', async () => {
    const made = await create(front.demo, { name: 'keys', constructor: 'c', toString: 't' });
    expect(made.body).toMatchObject({ constructor: 'c', toString: 't' });
    const found = await front.send(`GET ${I}?constructor=c`, { token: front.demo });
    expect(found.body.images.map(({ id }: { id: string }) => id)).toEqual([made.body.id]);
    const patched = await front.send(`PATCH ${I}/${made.body.id}`, {
      token: front.demo,
      body: [{ op: 'replace', path: '/constructor', value: 'd' }],
      headers: { 'content-type': 'application/openstack-images-v2.1-json-patch' },
    });
    expect(patched.body.constructor).toBe('d');
    expect((await create(front.demo, JSON.parse('{"name":"p","__proto__":"x"}'))).status).toBe(400);
  });

  it('a filter that no image fits never widens the answer (A2)', async () => {
    expect((await front.send(`GET ${I}?bogus=1`, { token: front.demo })).body.images).toEqual([]);
  });

  it('knows no empty id (F22)', async () => {
    expect((await front.send(`GET ${I}/`, { token: front.demo })).status).toBe(404);
  });

  it('refuses values of many nested arrays (C14)', async () => {
    const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    for (const text of [nested, `{"name":${nested}}`]) {
      const answer = await create(front.demo, text, { 'content-type': 'application/json' });
      expect(answer.status).toBe(400);
    }
  });

  it('refuses a disk beyond all measure (C14)', async () => {
    const { body } = await create(front.demo, { name: 'huge', disk_format: 'qcow2', container_format: 'bare' });
    const header = Buffer.alloc(512);
    Buffer.from([0x51, 0x46, 0x49, 0xfb, 0, 0, 0, 2]).copy(header);
    header.writeBigUInt64BE(2n ** 63n, 24);
    const answer = await front.send(`PUT ${I}/${body.id}/file`, {
      token: front.demo,
      body: header,
      headers: { 'content-type': 'application/octet-stream' },
    });
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain('describes a disk of');
  });
});
