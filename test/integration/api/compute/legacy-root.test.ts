import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';

let api: ComputeApp;
beforeAll(async () => {
  api = await createComputeApp();
});
afterAll(() => api.close());

/** Through `/v2`, which knows no microversions, whatever the headers say. */
const send = (who: string, what: string, body?: object, version: string | null = null) =>
  api.send(who, what.replace(' ', ' /compute/v2'), version, body);
const KEY =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAQQDEpJ8DJ8qS+7Rl1yVPHbqB2ysqd/LDcVYAx7kwE2pVEhv7zq4w5bV3HYEvI8R4cYp0lNkH8Z3fO5x3j7Wv0QAD';

describe('/v2, the compatible root of the time before microversions', () => {
  it.each(['2.1', '2.36', '2.104', 'latest', 'nonsense', '9.9'])('ignores the microversion %s', async (version) => {
    const { status, headers, body } = await send('member', 'GET /os-networks', undefined, version);
    expect([status, body]).toEqual([200, { networks: [] }]);
    expect(Object.keys(headers).filter((name) => /api-version/.test(name))).toEqual([]);
    expect(String(headers.vary ?? '')).not.toMatch(/API-Version/i);
  });

  it('has the operations of 2.1: the proxies, and nothing that came later', async () => {
    for (const path of ['/os-security-groups', '/os-floating-ips', '/os-volumes', '/images', '/os-tenant-networks']) {
      expect([path, (await send('member', `GET ${path}`)).status]).toEqual([path, 200]);
    }
    const flavor = { flavor: { name: 'small', ram: 64, vcpus: 1, disk: 1, id: 'small' } };
    const made = await send('admin', 'POST /flavors', flavor);
    expect(made.status).toBe(200);
    expect(made.body.flavor.links[0].href).toBe('http://volvox.test/compute/v2/flavors/small');
    expect((await send('admin', 'PUT /flavors/small', { flavor: { description: 'x' } })).status).toBe(404);
  });

  it('drops what it does not know, and trims names, where v2.1 refuses', async () => {
    const group = { server_group: { name: 'g', policies: ['affinity'], colour: 'red' }, more: 1 };
    expect((await send('member', 'POST /os-server-groups', group)).body.server_group).toMatchObject({ name: 'g' });
    expect((await api.send('member', 'POST /os-server-groups', null, group)).status).toBe(400);
    const flavor = { flavor: { name: ' wide ', ram: 64, vcpus: 1, disk: 1, id: 'wide' } };
    expect((await api.send('admin', 'POST /flavors', null, flavor)).status).toBe(400);
    expect((await send('admin', 'POST /flavors', flavor)).body.flavor.name).toBe('wide');
    const aggregate = { aggregate: { name: ' racks ', availability_zone: ' east ' } };
    expect((await api.send('admin', 'POST /os-aggregates', null, aggregate)).status).toBe(400);
    expect((await send('admin', 'POST /os-aggregates', aggregate)).body.aggregate).toMatchObject({
      ...{ name: 'racks', availability_zone: 'east' },
    });
    const keypair = { keypair: { name: ' mine ', public_key: KEY, type: 'x509', colour: 'red' } };
    const imported = await send('member', 'POST /os-keypairs', keypair);
    expect([imported.status, imported.body.keypair?.name]).toEqual([200, 'mine']);
    expect((await send('member', 'POST /os-keypairs', { keypair: { name: '  ', public_key: KEY } })).status).toBe(400);
  });

  it('takes the project of the token in the path, and still refuses what is wrong', async () => {
    expect((await send('member', `GET /${PROJECT}/os-networks`)).status).toBe(200);
    expect((await send('member', 'GET /ffffffffffffffffffffffffffffffff/os-networks')).status).toBe(400);
    const { status, body } = await send('member', 'POST /os-server-groups', { server_group: { name: 'g' } });
    expect([status, body.badRequest.message]).toEqual([400, expect.stringMatching(/policies/)]);
    expect((await send('member', 'GET /nothing')).status).toBe(404);
    expect((await send('reader', 'POST /os-server-groups', {})).status).toBe(403);
  });
});
