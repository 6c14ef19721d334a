import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { useFrontApp } from '../use-front-app.ts';

describe('what the Identity API is given', () => {
  const K = '/identity/v3';
  const front = useFrontApp();

  const post = (path: string, body: unknown) => front.send(`POST ${K}${path}`, { token: front.admin, body });
  const get = (path: string) => front.send(`GET ${K}${path}`, { token: front.admin });

  it('filters users by default project, and refuses an unknown filter (A2)', async () => {
    const { body } = await post('/users', { user: { name: 'with-project', default_project_id: 'z' } });
    const found = await get('/users?default_project_id=z');
    expect(found.body.users.map(({ id }: { id: string }) => id)).toEqual([body.user.id]);
    expect((await get('/users?default_project_id=nobody')).body.users).toEqual([]);
    expect((await get('/users?bogus=1')).status).toBe(400);
    expect((await get('/projects?bogus=1')).status).toBe(400);
    expect((await get('/projects?parent_id=x')).body.projects).toEqual([]);
  });

  it('keeps extra attributes of users (F12)', async () => {
    const user = await post('/users', { user: { name: 'extra', department: 'R&D', constructor: 'c' } });
    expect(user.body.user).toMatchObject({ department: 'R&D', constructor: 'c' });
    const changed = await front.send(`PATCH ${K}/users/${user.body.user.id}`, {
      token: front.admin,
      body: { user: { floor: 5 } },
    });
    expect(changed.body.user).toMatchObject({ department: 'R&D', floor: 5 });
  });

  it('keeps tags of projects (F12)', async () => {
    const project = await post('/projects', { project: { name: 'tagged', tags: ['a', 'b'], is_domain: false } });
    expect(project.body.project.tags).toEqual(['a', 'b']);
    expect((await get('/projects?tags=b')).body.projects).toHaveLength(1);
    expect((await get('/projects?tags=c')).body.projects).toEqual([]);
  });

  it.each([
    ['/users', { user: { name: 'u', domain_id: 'elsewhere' } }, 404],
    ['/projects', { project: { name: 'p', is_domain: true } }, 400],
    ['/projects', { project: { name: 'p', parent_id: 'q' } }, 400],
    ['/projects', { project: { name: 'p', domain_id: 'elsewhere' } }, 404],
  ])('refuses what it cannot apply: %s %j (F12)', async (path, body, status) => {
    expect((await post(path, body)).status).toBe(status);
  });

  it('refuses it in a change too, and takes the rest (F12)', async () => {
    const user = (await post('/users', { user: { name: 'to-change' } })).body.user;
    const project = (await post('/projects', { project: { name: 'to-change' } })).body.project;
    const patch = (path: string, body: object) => front.send(`PATCH ${K}/${path}`, { token: front.admin, body });
    const changeOf = (values: object) => patch(`projects/${project.id}`, { project: values });
    expect((await patch(`users/${user.id}`, { user: { domain_id: 'elsewhere' } })).status).toBe(404);
    expect((await changeOf({ domain_id: 'elsewhere' })).status).toBe(404);
    expect((await changeOf({ is_domain: true })).status).toBe(400);
    expect((await changeOf({ parent_id: 'q' })).status).toBe(400);
    const changed = await changeOf({ tags: ['c'], cost_center: 'x' });
    expect(changed.body.project).toMatchObject({ name: 'to-change', tags: ['c'], cost_center: 'x' });
  });

  it('names services as client libraries look for them (F11)', async () => {
    const { body } = await get('/auth/catalog');
    const names = body.catalog.map(({ name, type }: { name: string; type: string }) => `${type} ${name}`).sort();
    expect(names).toEqual([
      'compute nova',
      'identity keystone',
      'image glance',
      'network neutron',
      'placement placement',
    ]);
  });

  /** Makes an application credential of the user `demo`, with these attributes besides its name. */
  async function makeCredential(rest: object) {
    const { demo } = front;
    const shown = await front.send(`GET ${K}/auth/tokens`, { token: demo, headers: { 'x-subject-token': demo } });
    const path = `${K}/users/${shown.body.token.user.id}/application_credentials`;
    const body = { application_credential: { name: randomUUID(), ...rest } };
    return { path, token: demo, made: await front.send(`POST ${path}`, { token: demo, body }) };
  }

  it('shows the end of an application credential with microseconds and without a zone (F13)', async () => {
    const { path, token: demo, made } = await makeCredential({ expires_at: '2099-01-02T03:04:05.678Z' });
    const expires_at = '2099-01-02T03:04:05.678000';
    expect([made.status, made.body.application_credential]).toMatchObject([201, { expires_at }]);
    const { id } = made.body.application_credential;
    const shown = await front.send(`GET ${path}/${id}`, { token: demo });
    expect(shown.body.application_credential).toMatchObject({ id, expires_at });
    const listed = await front.send(`GET ${path}`, { token: demo });
    expect(listed.body.application_credentials).toContainEqual(expect.objectContaining({ id, expires_at }));
  });

  it('takes an implied role for an application credential (F14)', async () => {
    const { made } = await makeCredential({ roles: [{ name: 'reader' }] });
    expect([made.status, made.body.application_credential]).toMatchObject([201, { roles: [{ name: 'reader' }] }]);
    const { secret, id: credential } = made.body.application_credential;
    const login = await front.send(`POST ${K}/auth/tokens`, {
      body: {
        auth: {
          identity: { methods: ['application_credential'], application_credential: { id: credential, secret } },
        },
      },
    });
    expect(login.status).toBe(201);
    expect(login.body.token.roles.map(({ name }: { name: string }) => name)).toEqual(['reader']);
  });

  it('changes a password for whoever knows the old one (F14)', async () => {
    const { body } = await post('/users', { user: { name: 'forgetful', password: 'old-password' } });
    const demo = await front.login('demo', 'demo');
    const change = (original: string) =>
      front.send(`POST ${K}/users/${body.user.id}/password`, {
        token: demo,
        body: { user: { original_password: original, password: 'new-password' } },
      });
    expect((await change('wrong')).status).toBe(401);
    expect((await change('old-password')).status).toBe(204);
  });

  it('pages a list when a limit is given', async () => {
    const page = await get('/users?limit=1');
    expect(page.body.users).toHaveLength(1);
    expect(page.body.links.next).toContain('marker=');
  });
});
