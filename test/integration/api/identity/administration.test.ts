import { expect, test } from 'vitest';
import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { systemClock } from '#platform/time/clock.ts';
import { bootstrapIdentity } from '../../../../api/identity/bootstrap.ts';
import { aBuild } from '../../../support/a-build.ts';
import { setHome } from '../../../support/set-home.ts';
import { SEEDS } from '../front-app.ts';
import { useFrontApp } from '../use-front-app.ts';

const front = useFrontApp();

const named = (list: { name: string }[]) => list.map((item) => item.name);

test('version documents need no token', async () => {
  expect((await front.send('GET /identity')).status).toBe(300);
  expect((await front.send('GET /identity/v3/')).body.version.id).toBe('v3.14');
});

test('a project that has servers stays, and the answer says how many and what to do', async () => {
  const made = await front.send('POST /identity/v3/projects', {
    token: front.admin,
    body: { project: { name: 'owner of servers' } },
  });
  const { id } = made.body.project;
  const builds = [aBuild({ projectId: id }), aBuild({ projectId: id })];
  await front.deps.directory.transaction((tx) => acceptBuilds(tx, builds, Date.now()));
  const refused = await front.send(`DELETE /identity/v3/projects/${id}`, { token: front.admin });
  expect([refused.status, refused.body.error.message]).toEqual([
    409,
    expect.stringMatching(/has 2 servers\. Delete them first.*or disable the project/),
  ]);
  await front.deps.directory.transaction(async (tx) => {
    for (const { uuid } of builds) await setHome(tx, uuid, { state: 'deleted' }, Date.now());
  });
  expect((await front.send(`DELETE /identity/v3/projects/${id}`, { token: front.admin })).status).toBe(204);
});

test('users and projects: made, listed, changed, deleted', async () => {
  const project = await front.send('POST /identity/v3/projects', {
    token: front.admin,
    body: { project: { name: 'lab', description: 'd', domain_id: 'default' } },
  });
  expect([project.status, project.body.project]).toMatchObject([201, { name: 'lab', enabled: true, description: 'd' }]);
  const projectId = project.body.project.id;
  const user = await front.send('POST /identity/v3/users', {
    token: front.admin,
    body: { user: { name: 'lea', password: 'pw', default_project_id: projectId, email: 'l@x' } },
  });
  expect([user.status, user.body.user]).toMatchObject([201, { name: 'lea', email: 'l@x', enabled: true }]);
  expect(user.text).not.toContain('pw"');
  const userId = user.body.user.id;

  const twice = await front.send('POST /identity/v3/users', { token: front.admin, body: { user: { name: 'lea' } } });
  expect(twice.status).toBe(409);
  const listed = await front.send('GET /identity/v3/users?name=lea', { token: front.admin });
  expect(named(listed.body.users)).toEqual(['lea']);
  expect((await front.send('GET /identity/v3/users?domain_id=x', { token: front.admin })).body.users).toEqual([]);

  const [role] = (await front.send('GET /identity/v3/roles?name=member', { token: front.admin })).body.roles;
  const grant = `/identity/v3/projects/${projectId}/users/${userId}/roles/${role.id}`;
  expect((await front.send(`HEAD ${grant}`, { token: front.admin })).status).toBe(404);
  expect((await front.send(`PUT ${grant}`, { token: front.admin })).status).toBe(204);
  expect((await front.send(`HEAD ${grant}`, { token: front.admin })).status).toBe(204);
  const assigned = await front.send(`GET /identity/v3/role_assignments?user.id=${userId}&include_names`, {
    token: front.admin,
  });
  expect(assigned.body.role_assignments).toMatchObject([
    { role: { name: 'member' }, user: { name: 'lea' }, scope: { project: { name: 'lab' } } },
  ]);
  const token = await front.login('lea', 'lab', 'pw');
  expect((await front.send(`GET /identity/v3/users/${userId}/projects`, { token })).body.projects).toHaveLength(1);

  await front.send(`PATCH /identity/v3/users/${userId}`, { token: front.admin, body: { user: { enabled: false } } });
  expect((await front.send('GET /image/v2/images', { token })).status).toBe(401);
  await expect(front.login('lea', 'lab', 'pw')).rejects.toThrow('401');
  expect((await front.send(`DELETE /identity/v3/users/${userId}`, { token: front.admin })).status).toBe(204);
  expect((await front.send(`GET /identity/v3/users/${userId}`, { token: front.admin })).status).toBe(404);
  expect((await front.send(`DELETE /identity/v3/projects/${projectId}`, { token: front.admin })).status).toBe(204);
});

test('an ordinary user may look at itself only', async () => {
  for (const what of ['GET /identity/v3/users', 'GET /identity/v3/projects', 'GET /identity/v3/services']) {
    const answer = await front.send(what, { token: front.demo });
    expect(answer.status).toBe(403);
    expect(answer.body.error.message).toMatch(/^You are not authorized to perform the requested action: identity:/);
  }
  const caller = await front.deps.tokens.verify(front.demo);
  expect((await front.send(`GET /identity/v3/users/${caller.userId}`, { token: front.demo })).body.user.name).toBe(
    'demo',
  );
  expect((await front.send(`GET /identity/v3/projects/${caller.projectId}`, { token: front.demo })).status).toBe(200);
});

test('an application credential logs in, with its roles and no more', async () => {
  const { userId } = await front.deps.tokens.verify(front.demo);
  const route = `/identity/v3/users/${userId}/application_credentials`;
  const made = await front.send(`POST ${route}`, {
    token: front.demo,
    body: { application_credential: { name: 'ci', secret: 's3cret', unrestricted: null } },
  });
  expect(made.status).toBe(400);
  const right = await front.send(`POST ${route}`, {
    token: front.demo,
    body: { application_credential: { name: 'ci', secret: 's3cret' } },
  });
  expect([right.status, right.body.application_credential.secret]).toEqual([201, 's3cret']);
  const { id } = right.body.application_credential;
  const login = (secret: string) =>
    front.send('POST /identity/v3/auth/tokens', {
      body: { auth: { identity: { methods: ['application_credential'], application_credential: { id, secret } } } },
    });
  expect((await login('wrong')).status).toBe(401);
  const answer = await login('s3cret');
  expect([answer.status, answer.body.token.project.name]).toEqual([201, 'demo']);
  const token = String(answer.headers['x-subject-token']);
  const further = await front.send(`POST ${route}`, { token, body: { application_credential: { name: 'x' } } });
  expect(further.status).toBe(403);
  expect(
    (await front.send(`GET ${route}/${id}`, { token: front.demo })).body.application_credential,
  ).not.toHaveProperty('secret');
  expect((await front.send(`DELETE ${route}/${id}`, { token: front.demo })).status).toBe(204);
  expect((await front.send('GET /image/v2/images', { token })).status).toBe(401);
});

test('services and endpoints tell the catalog; groups are empty; the domain is there', async () => {
  expect((await front.send('GET /identity/v3/services?type=image', { token: front.admin })).body.services).toHaveLength(
    1,
  );
  expect((await front.send('GET /identity/v3/endpoints', { token: front.admin })).body.endpoints).toHaveLength(15);
  expect((await front.send('GET /identity/v3/groups', { token: front.admin })).body.groups).toEqual([]);
  expect((await front.send('GET /identity/v3/domains/default', { token: front.admin })).body.domain.name).toBe(
    'Default',
  );
  expect((await front.send('GET /identity/v3/domains/x', { token: front.admin })).status).toBe(404);
});

test('bootstrapping again changes nothing but a password that differs', async () => {
  const before = await front.directory.read.selectFrom('users').selectAll().orderBy('name').execute();
  await bootstrapIdentity(front.directory, SEEDS, silentLogger, systemClock);
  expect(await front.directory.read.selectFrom('users').selectAll().orderBy('name').execute()).toEqual(before);
  const seed = { project: 'demo', user: 'demo', password: 'new one', role: 'member' };
  await bootstrapIdentity(front.directory, [seed], silentLogger, systemClock);
  await front.login('demo', 'demo', 'new one');
});

test('unknown paths are 404, wrong methods 405, in the words of the API', async () => {
  const unknown = await front.send('GET /identity/v3/nothing', { token: front.admin });
  expect([unknown.status, unknown.body.error.title]).toEqual([404, 'Not Found']);
  const wrong = await front.send('POST /identity/v3/services', { token: front.admin, body: {} });
  expect([wrong.status, wrong.headers.allow]).toEqual([405, 'GET, HEAD']);
});
