import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { declaredApis } from '../../../api/apis.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { createEveryApi, type EveryApi } from './every-api.ts';
import { aDoor, type TestDoor } from './federation/a-door.ts';

/** What the frame of the routes does for each API alike. */
let api: EveryApi;
let door: TestDoor;
beforeAll(async () => {
  api = await createEveryApi();
  door = await aDoor('cell');
});
afterAll(async () => {
  await api.close();
  await door.stop();
});

const LONG = 'x'.repeat(50_000);
const JSON_TYPE = { 'content-type': 'application/json' };
const IMAGE = '70a599e0-31e7-49b7-b260-868f441e862b';

interface Sample {
  readonly name: string;
  readonly collection: string;
  /** A body from which something is made. */
  readonly named: (name: string) => object;
  /** How many characters a name may have; null where names are ASCII. */
  readonly longest: number | null;
  /** A body with a long text where a short one belongs, and the path of that text. */
  readonly wrong: readonly [string, object, string];
  /** The API's version that the requests name. */
  readonly version?: string;
}
const SAMPLES: readonly Sample[] = [
  {
    name: 'compute',
    collection: '/compute/v2.1/flavors',
    named: (name) => ({ flavor: { name, ram: 1, vcpus: 1, disk: 1 } }),
    longest: 255,
    wrong: [
      '/compute/v2.1/servers',
      { server: { name: 'n', flavorRef: '1', imageRef: IMAGE, networks: 'none', tags: [LONG] } },
      'server.tags[0]',
    ],
    version: 'compute 2.52',
  },
  {
    name: 'identity',
    collection: '/identity/v3/projects',
    named: (name) => ({ project: { name } }),
    longest: 64,
    wrong: [
      '/identity/v3/users/admin/application_credentials',
      { application_credential: { name: 'n', roles: [{ name: LONG }] } },
      'application_credential.roles[0].name',
    ],
  },
  {
    name: 'image',
    collection: '/image/v2/images',
    named: (name) => ({ name }),
    longest: 255,
    wrong: ['/image/v2/images', { name: 'n', tags: ['ok', LONG] }, 'tags[1]'],
  },
  {
    name: 'network',
    collection: '/network/v2.0/networks',
    named: (name) => ({ network: { name } }),
    longest: 255,
    wrong: [
      '/network/v2.0/subnets',
      { subnet: { network_id: 'n', ip_version: 4, cidr: '10.0.0.0/24', dns_nameservers: ['9.9.9.9', LONG] } },
      'subnet.dns_nameservers[1]',
    ],
  },
  {
    name: 'federation',
    collection: '/federation/v1/cells',
    named: (name) => ({ name, url: door.url, key: door.key }),
    longest: null,
    wrong: ['/federation/v1/cells', { name: LONG, url: 'http://x', key: LONG.slice(0, 20) }, 'name'],
  },
];
const versionOf = ({ version }: Sample): Record<string, string> =>
  version === undefined ? {} : { 'openstack-api-version': version };

describe.each(SAMPLES)('$name', (sample) => {
  const post = (body: object | string, headers: Record<string, string> = {}) =>
    api.send(`POST ${sample.collection}`, { ...versionOf(sample), ...headers }, body);

  it('takes a body without a content type as JSON (D1)', async () => {
    const { status, text } = await post(JSON.stringify(sample.named('bare')));
    expect([200, 201], text).toContain(status);
    expect(text).toContain('"bare"');
  });

  it.skipIf(sample.longest === null)('counts the characters of a name, not its code units (D2)', async () => {
    const name = '😀'.repeat(sample.longest ?? 0);
    const { status, text } = await post(sample.named(name));
    expect([200, 201], text).toContain(status);
    expect(text).toContain(name);
    expect((await post(sample.named(`${name}😀`))).status).toBe(400);
  });

  it.each(['', 'forged'])('says where tokens are made when it refuses %j (D4)', async (token) => {
    const { status, headers } = await api.send(`GET ${sample.collection}`, { 'x-auth-token': token });
    expect([status, headers['www-authenticate']]).toEqual([401, 'Keystone uri="http://api.test/identity"']);
  });

  it('names the path of what is wrong and quotes little of it (D5)', async () => {
    const [path, body, where] = sample.wrong;
    const { status, text } = await api.send(`POST ${path}`, versionOf(sample), body);
    expect([status, text.slice(0, 600)]).toEqual([400, expect.stringContaining(where)]);
    expect(text.length).toBeLessThan(800);
  });

  it('tells a repeated request when to come again, while the first is in progress (F20)', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const body = sample.named(randomUUID());
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    // The first transaction records the key; the second is the work.
    const gate = { letThrough: 1, waiting: 0, released };
    api.gate = gate;
    const first = post(body, key);
    await waitUntil('the first to begin', () => gate.waiting > 0);
    api.gate = null;
    const again = await post(body, key);
    release();
    expect([again.status, again.headers['retry-after']]).toEqual([409, '1']);
    const { status } = await first;
    const replayed = await post(body, key);
    expect([replayed.status, replayed.headers['idempotency-replayed']]).toEqual([status, 'true']);
  });

  it('finds nothing under an empty id, at any place of any path (F22)', async () => {
    const [declared] = declaredApis(api.deps, [sample.name as 'compute']);
    const { service, routes } = declared ?? { service: { prefix: '', bases: [] }, routes: [] };
    const asked = routes.flatMap(({ method, path, document }) =>
      document === true
        ? []
        : (path.match(/:\w+/g) ?? []).map((empty) => {
            const parts = path.split('/').map((part) => (part === empty ? '' : part.startsWith(':') ? 'x' : part));
            return `${method} ${service.prefix}${service.bases[0]}${parts.join('/')}`;
          }),
    );
    expect(asked.length).toBeGreaterThan(5);
    for (const what of asked) expect([what, (await api.send(what, versionOf(sample))).status]).toEqual([what, 404]);
  });
});

describe('compute', () => {
  it.each(['-1', '0', '9'.repeat(30)])('has no aggregate %s (F22)', async (id) => {
    for (const method of ['GET', 'DELETE']) {
      expect((await api.send(`${method} /compute/v2.1/os-aggregates/${id}`)).status).toBe(404);
    }
    const body = { aggregate: { name: 'n' } };
    expect((await api.send(`PUT /compute/v2.1/os-aggregates/${id}`, {}, body)).status).toBe(404);
    const add = { add_host: { host: 'h' } };
    expect((await api.send(`POST /compute/v2.1/os-aggregates/${id}/action`, {}, add)).status).toBe(404);
  });

  it('ends a body at 112 KiB (D5)', async () => {
    const server = { name: 'n', flavorRef: '1', imageRef: IMAGE, networks: 'none', user_data: 'x'.repeat(114_688) };
    expect((await api.send('POST /compute/v2.1/servers', JSON_TYPE, JSON.stringify({ server }))).status).toBe(413);
  });
});
