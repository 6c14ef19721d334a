import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import { aBuild } from '../../../support/a-build.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';

let api: ComputeApp;
beforeAll(async () => {
  api = await createComputeApp();
  const builds = Array.from({ length: 30 }, (_, at) =>
    aBuild({ projectId: PROJECT, userId: 'fake', name: `server-${at}` }),
  );
  await api.deps.directory.transaction((tx) => acceptBuilds(tx, builds, Date.now()));
});
afterAll(() => api.close());

const get = (path: string, headers: Readonly<Record<string, string>> = {}, method: 'GET' | 'HEAD' = 'GET') =>
  api.app.inject({
    ...{ method, url: `/compute/v2.1${path}` },
    headers: { 'x-auth-token': 'member', 'openstack-api-version': 'compute 2.96', ...headers },
  });

describe('what is read', () => {
  it('comes compressed as the client allows, and is the same', async () => {
    const plain = await get('/servers/detail');
    expect(plain.headers['content-encoding']).toBeUndefined();
    for (const [encoding, decoded] of [
      ['gzip', gunzipSync],
      ['br', brotliDecompressSync],
    ] as const) {
      const { headers, rawPayload } = await get('/servers/detail', { 'accept-encoding': encoding });
      expect([headers['content-encoding'], headers['content-type']]).toEqual([
        encoding,
        expect.stringContaining('application/json'),
      ]);
      expect(headers.vary).toBe('OpenStack-API-Version, X-OpenStack-Nova-API-Version, Accept-Encoding');
      expect(Number(headers['content-length'])).toBe(rawPayload.length);
      expect(rawPayload.length).toBeLessThan(plain.rawPayload.length / 4);
      expect(decoded(rawPayload).toString()).toBe(plain.body);
    }
  });

  it('is not sent again to a client that has it', async () => {
    const first = await get('/servers');
    const etag = String(first.headers.etag);
    expect(first.headers['cache-control']).toBe('private, no-cache');
    for (const known of [etag, `"other", ${etag}`, etag.replace('W/', ''), '*']) {
      const again = await get('/servers', { 'if-none-match': known, 'accept-encoding': 'gzip' });
      expect([known, again.statusCode, again.body, again.headers.etag]).toEqual([known, 304, '', etag]);
      expect(again.headers['x-openstack-request-id']).toMatch(/^req-/);
    }
    expect((await get('/servers', { 'if-none-match': '"other"' })).statusCode).toBe(200);
    expect((await get('/servers/detail', { 'if-none-match': etag })).statusCode).toBe(200);
    const build = aBuild({ projectId: PROJECT, userId: 'fake' });
    await api.deps.directory.transaction((tx) => acceptBuilds(tx, [build], Date.now()));
    expect((await get('/servers', { 'if-none-match': etag })).statusCode, 'it has changed').toBe(200);
  });

  it('has the same head for HEAD', async () => {
    const [read, head] = [await get('/servers'), await get('/servers', {}, 'HEAD')];
    expect([head.statusCode, head.headers.etag, head.body]).toEqual([200, read.headers.etag, '']);
  });

  it('has no tag when it is an error, and is refused before anything is compared', async () => {
    const missing = await get('/servers/none', { 'if-none-match': '*' });
    expect([missing.statusCode, missing.headers.etag]).toEqual([404, undefined]);
    const nobody = await get('/servers', { 'x-auth-token': 'nobody', 'if-none-match': '*' });
    expect(nobody.statusCode).toBe(401);
  });
});
