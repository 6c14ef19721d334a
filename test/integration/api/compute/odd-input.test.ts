import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComputeApp, createComputeApp } from './compute-app.ts';
import { aCell, aHost, stubCells } from './stub-cells.ts';

/** Whatever is asked, it is the asker's fault or nobody's: never a 500. */
let api: ComputeApp;
beforeAll(async () => {
  api = await createComputeApp(stubCells([aCell('alpha', [aHost('host1', '11111111-1111-4111-8111-111111111111')])]));
});
afterAll(() => api.close());

const ODD = ['é', '💥', 'ü\u0000', '%00', 'a'.repeat(300), "'", '1e30', '-1', '9'.repeat(30), '%', ' ', '__proto__'];
const encode = (text: string): string => (text.startsWith('%0') ? text : encodeURIComponent(text));

describe('odd ids and parameters', () => {
  const PATHS = [
    'GET /flavors/$',
    'DELETE /flavors/$',
    'GET /flavors/$/os-extra_specs/$',
    'GET /flavors?marker=$&limit=5',
    'GET /flavors?limit=$',
    'GET /flavors?minRam=$',
    'GET /flavors?name=$',
    'GET /os-keypairs/$',
    'GET /os-keypairs?user_id=$&marker=$',
    'GET /os-quota-sets/$',
    'GET /os-quota-sets/p?user_id=$',
    'DELETE /os-quota-sets/$',
    'GET /os-quota-class-sets/$',
    'GET /limits?tenant_id=$',
    'GET /os-server-groups/$',
    'GET /os-server-groups?offset=$&limit=$',
    'GET /os-aggregates/$',
    'DELETE /os-aggregates/$',
    'GET /os-services?host=$&binary=$',
    'GET /os-hypervisors/$',
    'GET /os-hypervisors?marker=$&limit=$',
    'GET /os-hypervisors?hypervisor_hostname_pattern=$',
    'GET /extensions/$',
    'GET /servers?image=$',
    'GET /servers?flavor=$',
    'GET /servers?name=$',
    'GET /servers?user_id=$',
    'GET /servers/detail?marker=$',
    'GET /servers/$',
    'DELETE /servers/$',
    'GET /servers/$/os-instance-actions',
  ];
  it.each(PATHS)('%s', async (path) => {
    for (const odd of ODD) {
      for (const version of ['2.1', '2.104']) {
        const what = path.replaceAll('$', encode(odd));
        const { status, body } = await api.send('admin', what, version);
        expect(status, `${what} at ${version}: ${JSON.stringify(body)}`).toBeLessThan(500);
      }
    }
  });
});

describe('odd bodies', () => {
  const WRITES: readonly (readonly [string, (odd: unknown) => object])[] = [
    ['POST /flavors', (odd) => ({ flavor: { name: odd, id: odd, ram: 1, vcpus: 1, disk: 1 } })],
    ['POST /flavors', (odd) => ({ flavor: { name: 'n', ram: odd, vcpus: odd, disk: odd } })],
    ['POST /flavors', (odd) => ({ flavor: { name: 'n2', ram: 1, vcpus: 1, disk: 1, description: odd } })],
    ['POST /flavors/1/os-extra_specs', (odd) => ({ extra_specs: { key: odd } })],
    ['POST /flavors/1/action', (odd) => ({ addTenantAccess: { tenant: odd } })],
    ['POST /flavors/1/action', (odd) => ({ [String(odd)]: odd })],
    ['POST /os-keypairs', (odd) => ({ keypair: { name: odd, public_key: odd } })],
    ['PUT /os-quota-sets/p', (odd) => ({ quota_set: { instances: odd, force: odd } })],
    ['PUT /os-quota-sets/é', () => ({ quota_set: { instances: 1 } })],
    [`PUT /os-quota-sets/p?user_id=${'u'.repeat(300)}`, () => ({ quota_set: { instances: 1 } })],
    ['PUT /os-quota-sets/p?user_id=💥', () => ({ quota_set: { instances: 1 } })],
    [`PUT /os-quota-class-sets/${'c'.repeat(300)}`, () => ({ quota_class_set: { instances: 1 } })],
    ['PUT /os-quota-class-sets/default', (odd) => ({ quota_class_set: { ram: odd } })],
    ['POST /os-server-groups', (odd) => ({ server_group: { name: odd, policy: 'affinity' } })],
    [
      'POST /os-server-groups',
      (odd) => ({ server_group: { name: 'g', policy: 'anti-affinity', rules: { max_server_per_host: odd } } }),
    ],
    ['POST /os-aggregates', (odd) => ({ aggregate: { name: odd, availability_zone: odd } })],
    ['PUT /os-services/disable', (odd) => ({ host: odd, binary: odd })],
  ];
  const VALUES = [
    null,
    true,
    -1,
    0,
    1.5,
    1e300,
    '',
    ' ',
    'é',
    '💥',
    '\u0000',
    '\ud83d',
    '\udc00x',
    'a'.repeat(300),
    [],
    {},
    '9'.repeat(30),
    '2147483648',
  ];
  it.each(WRITES)('%s', async (what, body) => {
    for (const odd of VALUES) {
      const [method = '', path = ''] = what.split(' ');
      const reply = await api.send(
        'admin',
        `${method} ${encodeURI(path)}`,
        what.includes('/disable') ? '2.11' : '2.104',
        body(odd),
      );
      expect(reply.status, `${what} ${JSON.stringify(odd)}: ${JSON.stringify(reply.body)}`).toBeLessThan(500);
    }
  });
  it.each([null, [], 'text', 1])('%j instead of a body', async (payload) => {
    for (const path of ['/flavors', '/os-keypairs', '/os-server-groups', '/os-aggregates', '/flavors/1/action']) {
      const reply = await api.app.inject({
        method: 'POST',
        url: `/compute/v2.1${path}`,
        headers: { 'x-auth-token': 'admin', 'content-type': 'application/json' },
        payload: JSON.stringify(payload),
      });
      expect(reply.statusCode, path).toBe(400);
    }
  });
});

describe('bodies that only a text can be', () => {
  const post = async (path: string, payload: string) => {
    const headers = { 'x-auth-token': 'admin', 'content-type': 'application/json' };
    const { statusCode, body } = await api.app.inject({
      method: 'POST',
      url: `/compute/v2.1${path}`,
      headers,
      payload,
    });
    return { status: statusCode, body };
  };
  const nested = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;

  it.each([nested, `{"keypair":${nested}}`, `{"keypair":{"name":${nested}}}`])(
    'of many nested arrays are refused (%#)',
    async (payload) => {
      expect((await post('/os-keypairs', payload)).status).toBe(400);
    },
  );

  it('with the key __proto__ are refused, wherever keys are free', async () => {
    const name = 'of-odd-keys';
    expect(
      (await post('/flavors', JSON.stringify({ flavor: { id: name, name, ram: 1, vcpus: 1, disk: 1 } }))).status,
    ).toBe(200);
    const specs = (key: string) => post(`/flavors/${name}/os-extra_specs`, `{"extra_specs":{"${key}":"x"}}`);
    expect((await specs('__proto__')).status).toBe(400);
    expect(await specs('constructor')).toEqual({ status: 200, body: '{"extra_specs":{"constructor":"x"}}' });
    const server = { name: 's', flavorRef: name, imageRef: '70a599e0-31e7-49b7-b260-868f441e862b' };
    const text = JSON.stringify({ server: { ...server, metadata: { key: 'x' } } });
    const refused = await post('/servers', text.replace('"key"', '"__proto__"'));
    expect([refused.status, refused.body]).toEqual([400, expect.stringContaining('__proto__')]);
  });
});
