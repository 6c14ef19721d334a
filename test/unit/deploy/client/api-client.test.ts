import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiClient, login } from '../../../../deploy/client/api-client.ts';

/** A cloud whose identity API has a path of its own, and whose catalog names other paths for the others. */
describe('login', () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.url?.endsWith('/auth/tokens') === true) {
      response.writeHead(201, { 'x-subject-token': 'a-token', 'content-type': 'application/json' });
      response.end(JSON.stringify({ token: { project: { id: 'p' }, catalog: catalogAt(request) } }));
    } else response.writeHead(200).end();
  });
  const catalogAt = ({ headers: { host } }: IncomingMessage) =>
    [
      ['compute', 'nova/v2.1'],
      ['image', 'glance'],
      ['network', 'neutron/'],
    ].map(([type, path]) => ({ type, endpoints: [{ interface: 'public', url: `http://${host}/cloud/${path}` }] }));
  let api: ApiClient;

  beforeEach(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const authUrl = `http://127.0.0.1:${port}/cloud/keystone/v3`;
    api = await login({ authUrl, username: 'u', password: 'p', projectName: 'p', domainId: 'default' });
    asked.length = 0;
  });
  afterEach(() => server.close());

  it('gives a client that asks each API where the catalog says it is', async () => {
    await api.call('compute', 'GET /servers');
    await api.call('image', 'GET /v2/images');
    await api.call('network', 'GET /v2.0/networks');
    await api.call('identity', 'GET /v3/users');
    await api.call('federation', 'GET /v1/cells');
    expect(asked).toEqual([
      'GET /cloud/nova/v2.1/servers',
      'GET /cloud/glance/v2/images',
      'GET /cloud/neutron/v2.0/networks',
      'GET /cloud/keystone/v3/users',
      'GET /federation/v1/cells',
    ]);
  });

  it('gives a client that answers null where there is no body', async () => {
    expect(await api.call('compute', 'DELETE /servers/{id}', { path: { id: 'x' } })).toBeNull();
  });
});
