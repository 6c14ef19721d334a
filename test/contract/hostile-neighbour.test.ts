import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../support/wait-until.ts';
import { seedImages } from './fixture-images.ts';
import { seedFlavors, seedNetwork } from './fixtures.ts';
import { type Region, startRegion } from './region.ts';

const ACCOUNTS = [
  { project: 'admin', user: 'admin', password: 'admin-password', role: 'admin' },
  { project: 'victim', user: 'victim', password: 'victim-password', role: 'member' },
  { project: 'neighbour', user: 'neighbour', password: 'neighbour-password', role: 'member' },
] as const;
type Name = (typeof ACCOUNTS)[number]['user'];

interface Account {
  readonly token: string;
  readonly projectId: string;
}

const SECRETS = ['victims-password', 'victims-metadata', 'dmljdGltcy11c2VyLWRhdGE='];
const VERSION = '2.96';

let region: Region;
let accounts: Record<Name, Account>;
let flavor = '';
/** What the victim has, by kind. */
let theirs: Record<'server' | 'image' | 'port' | 'network' | 'group' | 'serverGroup', string>;
/** An image of the victim's server, as the victim sees it. */
let snapshot = '';
/** The neighbour's own server. */
let own = '';

interface Reply {
  readonly status: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by tests.
  readonly body: any;
  readonly headers: object;
}

async function send(
  who: Name,
  what: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const [method = 'GET', path = ''] = what.split(' ');
  const answer = await region.app.inject({
    method: method as 'GET',
    url: path.startsWith('/servers') || path.startsWith('/os-') ? `/compute/v2.1${path}` : path,
    headers: { 'x-auth-token': accounts[who].token, 'openstack-api-version': `compute ${VERSION}`, ...headers },
    ...(body === undefined ? {} : { payload: body as object }),
  });
  const text = answer.payload;
  return { status: answer.statusCode, text, body: text === '' ? null : JSON.parse(text), headers: answer.headers };
}

async function logIn({ user, password, project }: (typeof ACCOUNTS)[number]): Promise<Account> {
  const domain = { id: 'default' };
  const answer = await region.app.inject({
    method: 'POST',
    url: '/identity/v3/auth/tokens',
    payload: {
      auth: {
        identity: { methods: ['password'], password: { user: { name: user, password, domain } } },
        scope: { project: { name: project, domain } },
      },
    },
  });
  const { token } = answer.json<{ token: { project: { id: string } } }>();
  return { token: String(answer.headers['x-subject-token']), projectId: token.project.id };
}

async function newServer(who: Name, more: object = {}): Promise<string> {
  const { images } = (await send(who, 'GET /image/v2/images?visibility=public')).body;
  const server = { name: who, flavorRef: flavor, imageRef: images[0].id, networks: 'auto', ...more };
  const answer = await send(who, 'POST /servers', { server });
  if (answer.status !== 202) throw new Error(answer.text);
  const { id } = answer.body.server;
  await untilActive(who, id);
  return id;
}

const untilActive = (who: Name, id: string) =>
  waitUntil('the server to be active', async () => {
    const { server } = (await send(who, `GET /servers/${id}`)).body;
    return server.status === 'ACTIVE' && server['OS-EXT-STS:task_state'] === null ? true : null;
  });

beforeAll(async () => {
  region = await startRegion({
    accounts: ACCOUNTS,
    budgets: { requestsPerSecond: 1_000_000, requestBurst: 1_000_000 },
  });
  const [admin, victim, neighbour] = await Promise.all(ACCOUNTS.map(logIn));
  if (admin === undefined || victim === undefined || neighbour === undefined) throw new Error('nobody logged in');
  accounts = { admin, victim, neighbour };
  await seedFlavors(region.directory);
  await seedImages(region.directory, victim.projectId);
  for (const { projectId } of [victim, neighbour]) await seedNetwork(region.directory, projectId);
  flavor = (await send('admin', 'GET /compute/v2.1/flavors')).body.flavors[0].id;
  const server = await newServer('victim', {
    adminPass: SECRETS[0],
    metadata: { token: SECRETS[1] },
    user_data: SECRETS[2],
  });
  const network = (await send('victim', 'POST /network/v2.0/networks', { network: { name: 'private' } })).body.network
    .id;
  const subnet = { network_id: network, cidr: '10.77.0.0/24', ip_version: 4 };
  await send('victim', 'POST /network/v2.0/subnets', { subnet });
  const port = (await send('victim', 'POST /network/v2.0/ports', { port: { network_id: network } })).body.port.id;
  const group = { name: 'victims-group', description: '' };
  const image = { name: 'private', disk_format: 'qcow2', container_format: 'bare' };
  const made = await send('victim', `POST /servers/${server}/action`, { createImage: { name: 'snapshot' } });
  snapshot = (await send('victim', `GET /image/v2/images/${made.body.image_id}`)).text;
  await untilActive('victim', server);
  theirs = {
    server,
    network,
    port,
    image: (await send('victim', 'POST /image/v2/images', image)).body.id,
    group: (await send('victim', 'POST /network/v2.0/security-groups', { security_group: group })).body.security_group
      .id,
    serverGroup: (await send('victim', 'POST /os-server-groups', { server_group: { name: 'g', policy: 'affinity' } }))
      .body.server_group.id,
  };
  own = await newServer('neighbour');
}, 240_000);
afterAll(() => region.stop());

/** Requests of the neighbour, each with an id that is the victim's or nobody's. */
const ATTACKS: Readonly<
  Record<string, (id: string) => readonly [kind: keyof typeof theirs, what: string, body?: unknown]>
> = {
  'show a server': (id) => ['server', `GET /servers/${id}`],
  'rename a server': (id) => ['server', `PUT /servers/${id}`, { server: { name: 'x' } }],
  'delete a server': (id) => ['server', `DELETE /servers/${id}`],
  'restore a server': (id) => ['server', `POST /servers/${id}/action`, { restore: null }],
  'stop a server': (id) => ['server', `POST /servers/${id}/action`, { 'os-stop': null }],
  'change a password': (id) => ['server', `POST /servers/${id}/action`, { changePassword: { adminPass: 'x' } }],
  'make an image of it': (id) => ['server', `POST /servers/${id}/action`, { createImage: { name: 'x' } }],
  'rescue it': (id) => ['server', `POST /servers/${id}/action`, { rescue: {} }],
  'read its metadata': (id) => ['server', `GET /servers/${id}/metadata`],
  'tag it': (id) => ['server', `PUT /servers/${id}/tags/a`],
  'read its password': (id) => ['server', `GET /servers/${id}/os-server-password`],
  'open its console': (id) => [
    'server',
    `POST /servers/${id}/remote-consoles`,
    { remote_console: { protocol: 'vnc', type: 'novnc' } },
  ],
  'list its ports': (id) => ['server', `GET /servers/${id}/os-interface`],
  'read its diagnostics': (id) => ['server', `GET /servers/${id}/topology`],
  'read its action log': (id) => ['server', `GET /servers/${id}/os-instance-actions`],
  'attach its port': (id) => ['port', `POST /servers/${own}/os-interface`, { interfaceAttachment: { port_id: id } }],
  'attach to its network': (id) => [
    'network',
    `POST /servers/${own}/os-interface`,
    { interfaceAttachment: { net_id: id } },
  ],
  'detach its port': (id) => ['port', `DELETE /servers/${own}/os-interface/${id}`],
  'take its security group': (id) => ['group', `POST /servers/${own}/action`, { addSecurityGroup: { name: id } }],
  'rebuild with its image': (id) => ['image', `POST /servers/${own}/action`, { rebuild: { imageRef: id } }],
  'rescue with its image': (id) => ['image', `POST /servers/${own}/action`, { rescue: { rescue_image_ref: id } }],
  'boot its image': (id) => ['image', 'POST /servers', { server: aServer({ imageRef: id }) }],
  'boot on its network': (id) => ['network', 'POST /servers', { server: aServer({ networks: [{ uuid: id }] }) }],
  'boot with its port': (id) => ['port', 'POST /servers', { server: aServer({ networks: [{ port: id }] }) }],
  'boot with its security group': (id) => [
    'group',
    'POST /servers',
    { server: aServer({ security_groups: [{ name: id }] }) },
  ],
  'join its server group': (id) => [
    'serverGroup',
    'POST /servers',
    { server: aServer(), 'os:scheduler_hints': { group: id } },
  ],
  'show its server group': (id) => ['serverGroup', `GET /os-server-groups/${id}`],
  'show its image': (id) => ['image', `GET /image/v2/images/${id}`],
  'read its image': (id) => ['image', `GET /image/v2/images/${id}/file`],
  'see who shares its image': (id) => ['image', `GET /image/v2/images/${id}/members`],
  'accept its image': (id) => [
    'image',
    `PUT /image/v2/images/${id}/members/${accounts.neighbour.projectId}`,
    { status: 'accepted' },
  ],
  'show its network': (id) => ['network', `GET /network/v2.0/networks/${id}`],
  'show its port': (id) => ['port', `GET /network/v2.0/ports/${id}`],
  'put a port on its network': (id) => ['network', 'POST /network/v2.0/ports', { port: { network_id: id } }],
  'show its group': (id) => ['group', `GET /network/v2.0/security-groups/${id}`],
  'allow its group': (id) => [
    'group',
    'POST /network/v2.0/security-group-rules',
    { security_group_rule: { security_group_id: id, direction: 'ingress' } },
  ],
};
let image = '';
const aServer = (more: object = {}) => ({ name: 'x', flavorRef: flavor, imageRef: image, networks: 'auto', ...more });

describe('a neighbour', () => {
  beforeAll(async () => {
    image = (await send('neighbour', 'GET /image/v2/images?visibility=public')).body.images[0].id;
  });

  it.each(Object.entries(ATTACKS))(
    'who wants to %s learns as much as of an id that nobody has',
    async (_what, attack) => {
      const [kind] = attack('');
      const nobody = randomUUID();
      const [found, missing] = [theirs[kind], nobody].map(async (id) => {
        const [, what, body] = attack(id);
        const answer = await send('neighbour', what, body);
        return [answer.status, answer.text.replaceAll(id, 'ID')] as const;
      });
      const [status, text] = (await found) ?? [0, ''];
      expect([status, text]).toEqual(await missing);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    },
  );

  it.each([
    '/servers/detail?all_tenants=1',
    '/servers/detail?project_id=VICTIM',
    '/servers/detail?tenant_id=VICTIM',
    '/servers/detail?all_tenants=1&project_id=VICTIM',
    '/servers/detail?uuid=SERVER',
    '/servers/detail?name=.*',
    '/servers/detail?ip=10',
    '/servers/detail?host=.*',
    '/servers/detail?deleted=true',
    '/servers/detail?status=DELETED',
    '/servers/detail?status=SOFT_DELETED',
    '/servers/detail?changes-since=2000-01-01T00:00:00Z',
    '/servers/detail?marker=SERVER',
    '/os-simple-tenant-usage/VICTIM',
    '/os-simple-tenant-usage',
    '/os-migrations',
    '/os-migrations?instance_uuid=SERVER',
    '/os-server-groups?all_projects=1',
    '/os-keypairs?user_id=victim',
    '/image/v2/images?owner=VICTIM',
    '/image/v2/images?visibility=all',
    '/image/v2/images?member_status=all&visibility=shared',
    '/network/v2.0/ports?device_id=SERVER',
    '/network/v2.0/ports?project_id=VICTIM',
    '/network/v2.0/networks?project_id=VICTIM',
    '/network/v2.0/security-groups?tenant_id=VICTIM',
  ])('who asks %s sees nothing of the victim', async (path) => {
    const asked = path.replaceAll('VICTIM', accounts.victim.projectId).replaceAll('SERVER', theirs.server);
    const { status, text } = await send('neighbour', `GET ${asked}`);
    expect(status).toBeLessThan(500);
    const told = status < 400 ? text.replaceAll(encodeURI(asked.split('?')[1] ?? ''), '') : '';
    for (const id of [...Object.values(theirs), ...SECRETS]) expect(told).not.toContain(id);
  });

  it.each([
    { 'os-migrateLive': { host: null, block_migration: 'auto' } },
    { evacuate: {} },
    { migrate: null },
    { 'os-resetState': { state: 'error' } },
    { trigger_crash_dump: null },
    { injectNetworkInfo: null },
  ])('may not operate: %j', async (body) => {
    for (const id of [own, theirs.server]) {
      const { status } = await send('neighbour', `POST /servers/${id}/action`, body);
      const isOwn = id === own && 'trigger_crash_dump' in body;
      expect([status, id]).toEqual([isOwn ? 202 : 'trigger_crash_dump' in body ? 404 : 403, id]);
    }
  });

  it('with the key of another request gets an answer of its own', async () => {
    const headers = { 'idempotency-key': 'the-same-key' };
    const body = { server_group: { name: 'keyed', policy: 'affinity' } };
    const first = await send('victim', 'POST /os-server-groups', body, headers);
    const second = await send('neighbour', 'POST /os-server-groups', body, headers);
    const again = await send('victim', 'POST /os-server-groups', body, headers);
    expect([first.status, second.status, again.status]).toEqual([200, 200, 200]);
    expect(second.body.server_group.id).not.toBe(first.body.server_group.id);
    expect(again.body).toEqual(first.body);
    expect(second.headers).not.toHaveProperty('idempotency-replayed');
    for (const key of ['', ' ', 'k'.repeat(256), 'é', 'a b', '\u007f']) {
      const { status } = await send('neighbour', 'POST /os-server-groups', body, { 'idempotency-key': key });
      expect([key, status]).toEqual([key, 400]);
    }
  });

  it('sends odd files, tags and metadata, and no answer is a fault', async () => {
    const odd = ['../../etc/shadow', '/etc/cron.d/x', 'a\u0000b', '\u202e', '💥', ' ', '-rf', 'latest/meta-data', '..'];
    const old = { 'openstack-api-version': 'compute 2.1' };
    for (const path of odd) {
      const server = aServer({
        networks: undefined,
        personality: [{ path, contents: 'eA==' }],
        user_data: 'not base64!',
      });
      expect((await send('neighbour', 'POST /servers', { server }, old)).status).toBeLessThan(500);
      expect((await send('neighbour', `PUT /servers/${own}/tags/${encodeURIComponent(path)}`)).status).toBeLessThan(
        500,
      );
      const meta = await send('neighbour', `POST /servers/${own}/metadata`, { metadata: { [path]: path } });
      expect(meta.status).toBeLessThan(500);
    }
    const many = Array.from({ length: 3_000 }, (_, n) => ({ path: `/f${n}`, contents: '' }));
    const server = aServer({ networks: undefined, personality: many });
    expect((await send('neighbour', 'POST /servers', { server }, old)).status).toBe(400);
  });
});

it('an image of a server has none of its secrets', () => {
  expect(JSON.parse(snapshot)).toMatchObject({
    visibility: 'private',
    name: 'snapshot',
    owner: accounts.victim.projectId,
  });
  for (const secret of SECRETS) expect(snapshot).not.toContain(secret);
});

it('an admin who names an unknown host is refused in words', async () => {
  const body = { 'os-migrateLive': { host: 'nowhere', block_migration: 'auto' } };
  const { status, text } = await send('admin', `POST /servers/${theirs.server}/action`, body);
  expect([status, text]).toEqual([400, expect.stringContaining('nowhere')]);
});
