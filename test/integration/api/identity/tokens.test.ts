import { expect, test } from 'vitest';
import { insertApplicationCredential } from '#platform/directory/stores/application-credentials.ts';
import { hashPassword } from '../../../../api/identity/passwords/password-hash.ts';
import { useFrontApp } from '../use-front-app.ts';

const front = useFrontApp();

const domain = { id: 'default' };
const passwordOf = (name: string, password: string, scope?: unknown) => ({
  body: {
    auth: {
      identity: { methods: ['password'], password: { user: { name, domain, password } } },
      ...(scope === undefined ? {} : { scope }),
    },
  },
});
const log = (sent: ReturnType<typeof passwordOf>) => front.send('POST /identity/v3/auth/tokens', sent);
const UNAUTHORIZED = {
  error: { code: 401, message: 'The request you have made requires authentication.', title: 'Unauthorized' },
};

test('a password gives a token for the default project, with roles, implied ones and the catalog', async () => {
  const answer = await log(passwordOf('demo', 'demo-password'));
  expect(answer.status).toBe(201);
  expect(answer.headers['x-subject-token']).toEqual(expect.any(String));
  expect(answer.headers['x-openstack-request-id']).toMatch(/^req-/);
  const { token } = answer.body;
  expect(token.user).toMatchObject({ name: 'demo', domain: { id: 'default', name: 'Default' } });
  expect(token.project.name).toBe('demo');
  expect(token.methods).toEqual(['password']);
  expect(token.roles.map((role: { name: string }) => role.name)).toEqual(['member', 'reader']);
  expect(token.catalog.map((service: { type: string }) => service.type)).toEqual([
    'compute',
    'identity',
    'image',
    'network',
    'placement',
  ]);
  expect(token.catalog[0].endpoints).toHaveLength(3);
  expect(token.catalog[0].endpoints[0]).toMatchObject({
    interface: 'public',
    region_id: 'RegionOne',
    url: 'http://api.test/compute/v2.1',
  });
  expect(Date.parse(token.expires_at) - Date.parse(token.issued_at)).toBe(3_600_000);
});

test('unscoped has no project, and is no good for other APIs', async () => {
  const answer = await log(passwordOf('demo', 'demo-password', 'unscoped'));
  expect(answer.body.token).not.toHaveProperty('project');
  const token = String(answer.headers['x-subject-token']);
  expect((await front.send('GET /image/v2/images', { token })).status).toBe(403);
  const projects = await front.send('GET /identity/v3/auth/projects', { token });
  expect(projects.body.projects.map((project: { name: string }) => project.name)).toEqual(['demo']);
});

test.each([
  ['a wrong password', passwordOf('demo', 'wrong')],
  ['an unknown user', passwordOf('nobody', 'demo-password')],
  ['a project without a role', passwordOf('demo', 'demo-password', { project: { name: 'admin', domain } })],
  ['an unknown project', passwordOf('demo', 'demo-password', { project: { id: 'f'.repeat(32) } })],
])('%s is the same 401', async (_what, sent) => {
  const answer = await log(sent);
  expect([answer.status, answer.body]).toEqual([401, UNAUTHORIZED]);
});

test('a malformed request names the field', async () => {
  const answer = await front.send('POST /identity/v3/auth/tokens', { body: { auth: {} } });
  expect([answer.status, answer.body.error.message]).toEqual([
    400,
    expect.stringContaining("'identity' is required in 'auth'"),
  ]);
  const broken = await front.send('POST /identity/v3/auth/tokens', {
    body: '{',
    headers: { 'content-type': 'application/json' },
  });
  expect([broken.status, broken.body.error.title]).toEqual([400, 'Bad Request']);
});

test('without a token, with a forged one, or with an expired one: 401', async () => {
  const token = await front.login('demo', 'demo');
  const [head = '', payload = '', signature = ''] = token.split('.');
  const stolen = Buffer.from(payload, 'base64url').toString().replace('"ext":1', '"ext":9');
  const forged = [head, Buffer.from(stolen).toString('base64url'), signature].join('.');
  for (const bad of [undefined, 'nonsense', forged]) {
    const answer = await front.send('GET /image/v2/images', bad === undefined ? {} : { token: bad });
    expect([answer.status, answer.body]).toEqual([401, UNAUTHORIZED]);
  }
  expect((await front.send('GET /image/v2/images', { token })).status).toBe(200);
  front.pass(3_600_001);
  expect((await front.send('GET /image/v2/images', { token })).status).toBe(401);
});

test('a token can be shown, exchanged and revoked; one made from it ends with it', async () => {
  const token = await front.login('demo', 'demo');
  const shown = await front.send('GET /identity/v3/auth/tokens', { token, headers: { 'x-subject-token': token } });
  expect(shown.body.token.project.name).toBe('demo');
  const head = await front.send('HEAD /identity/v3/auth/tokens', { token, headers: { 'x-subject-token': token } });
  expect(head.status).toBe(200);
  const exchanged = await front.send('POST /identity/v3/auth/tokens', {
    body: {
      auth: {
        identity: { methods: ['token'], token: { id: token } },
        scope: { project: { name: 'demo', domain } },
      },
    },
  });
  expect(exchanged.body.token.methods).toEqual(['password', 'token']);
  expect(exchanged.body.token.expires_at).toBe(shown.body.token.expires_at);
  const child = String(exchanged.headers['x-subject-token']);
  const revoked = await front.send('DELETE /identity/v3/auth/tokens', { token, headers: { 'x-subject-token': token } });
  expect(revoked.status).toBe(204);
  for (const dead of [token, child])
    expect((await front.send('GET /image/v2/images', { token: dead })).status).toBe(401);
});

test('a revoked token stays so until it expires, whatever the life of tokens is by then', async () => {
  const short = front.another(60_000);
  const revoke = async (token: string) => {
    const answer = await short.send('DELETE /identity/v3/auth/tokens', {
      token,
      headers: { 'x-subject-token': token },
    });
    expect(answer.status).toBe(204);
  };
  const token = await front.login('demo', 'demo');
  await revoke(token);
  front.pass(120_000);
  await revoke(await short.login('demo', 'demo'));
  expect((await front.send('GET /image/v2/images', { token })).status).toBe(401);
});

test('another user may not look at a token; a service may', async () => {
  const token = await front.login('demo', 'demo');
  const outsider = await front.login('outsider', 'other');
  const admin = await front.login('admin', 'admin');
  const look = (who: string) =>
    front.send('GET /identity/v3/auth/tokens', { token: who, headers: { 'x-subject-token': token } });
  expect((await look(outsider)).status).toBe(403);
  expect((await look(admin)).status).toBe(200);
  const unknown = await front.send('GET /identity/v3/auth/tokens', { token, headers: { 'x-subject-token': 'x' } });
  expect([unknown.status, unknown.body.error.message]).toEqual([404, expect.stringContaining('Could not find token.')]);
});

test('a second process hears of revocations, lost roles and new passwords within a second', async () => {
  const second = front.another();
  const admin = await front.login('admin', 'admin');
  const works = async (token: string) => (await second.send('GET /image/v2/images', { token })).status;
  const [user] = (await front.send('GET /identity/v3/users?name=outsider', { token: admin })).body.users;
  const [project] = (await front.send('GET /identity/v3/projects?name=other', { token: admin })).body.projects;
  const [role] = (await front.send('GET /identity/v3/roles?name=member', { token: admin })).body.roles;
  const grant = `/identity/v3/projects/${project.id}/users/${user.id}/roles/${role.id}`;

  const byRole = await front.login('outsider', 'other');
  expect(await works(byRole)).toBe(200);
  expect((await front.send(`DELETE ${grant}`, { token: admin })).status).toBe(204);
  front.pass(1_000);
  expect(await works(byRole)).toBe(401);
  expect((await front.send(`PUT ${grant}`, { token: admin })).status).toBe(204);
  front.pass(1_000);
  const byPassword = await front.login('outsider', 'other');
  expect([await works(byRole), await works(byPassword)]).toEqual([401, 200]);

  const changed = await front.send(`POST /identity/v3/users/${user.id}/password`, {
    token: byPassword,
    body: { user: { original_password: 'outsider-password', password: 'another one' } },
  });
  expect(changed.status).toBe(204);
  front.pass(1_000);
  expect(await works(byPassword)).toBe(401);
  expect(await works(await front.login('outsider', 'other', 'another one'))).toBe(200);
});

test('a known token is verified without asking the database', async () => {
  const token = await front.login('demo', 'demo');
  await front.deps.tokens.verify(token);
  const known = front.deps.tokens.verify(token);
  expect(known).not.toBeInstanceOf(Promise);
  expect(known).toMatchObject({ userName: 'demo', isAdmin: false });
});

test('an application credential with a role that its user has by implication gives that role, and no other', async () => {
  const { read } = front.directory;
  const token = await front.login('demo', 'demo');
  const { userId, projectId } = await front.deps.tokens.verify(token);
  const reader = await read.selectFrom('roles').select('id').where('name', '=', 'reader').executeTakeFirstOrThrow();
  const credential = {
    id: 'credential-of-a-reader',
    name: 'reads',
    description: '',
    userId,
    projectId,
    secretHash: await hashPassword('s3cret'),
    roleIds: [reader.id],
    unrestricted: false,
    expiresAt: null,
    createdAt: '2026-01-01T00:00:00Z',
  };
  await front.directory.transaction((tx) => insertApplicationCredential(tx, credential));
  const answer = await front.send('POST /identity/v3/auth/tokens', {
    body: {
      auth: {
        identity: {
          methods: ['application_credential'],
          application_credential: { id: credential.id, secret: 's3cret' },
        },
      },
    },
  });
  expect([answer.status, answer.body.token?.roles?.map(({ name }: { name: string }) => name)]).toEqual([
    201,
    ['reader'],
  ]);
});
