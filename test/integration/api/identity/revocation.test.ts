import { expect, test } from 'vitest';
import { Secret } from '#platform/config/secret.ts';
import { SignedTokens } from '../../../../api/identity/tokens/signed-tokens.ts';
import { useFrontApp } from '../use-front-app.ts';

const front = useFrontApp();
const domain = { id: 'default' };

const works = async (token: string, process = front) =>
  (await process.send('GET /image/v2/images', { token })).status === 200;
const revoke = (token: string) =>
  front.send('DELETE /identity/v3/auth/tokens', { token, headers: { 'x-subject-token': token } });
const idOf = async (noun: string, name: string): Promise<string> =>
  (await front.send(`GET /identity/v3/${noun}?name=${name}`, { token: front.admin })).body[noun][0].id;
const exchange = (token: string) =>
  front.send('POST /identity/v3/auth/tokens', {
    body: {
      auth: { identity: { methods: ['token'], token: { id: token } }, scope: { project: { name: 'demo', domain } } },
    },
  });
const childOf = async (token: string): Promise<string> => {
  const answer = await exchange(token);
  if (answer.status !== 201) throw new Error(answer.text);
  return String(answer.headers['x-subject-token']);
};
const setProject = async (enabled: boolean) => {
  const id = await idOf('projects', 'demo');
  const changed = await front.send(`PATCH /identity/v3/projects/${id}`, {
    token: front.admin,
    body: { project: { enabled } },
  });
  expect(changed.status).toBe(200);
};

test('a token ends with each of the tokens that it comes of, and not with one that comes of it', async () => {
  const first = await front.login('demo', 'demo');
  const second = await childOf(first);
  const third = await childOf(second);
  const fourth = await childOf(third);
  expect((await revoke(second)).status).toBe(204);
  const alive = await Promise.all([first, second, third, fourth].map((token) => works(token)));
  expect(alive).toEqual([true, false, false, false]);
  const other = front.another();
  expect(await works(fourth, { ...front, ...other })).toBe(false);
});

test('Keystone shows two audit ids, however long the chain is; a chain that is too long is refused in words', async () => {
  let token = await front.login('demo', 'demo');
  for (let made = 1; made < 64; made++) token = await childOf(token);
  const shown = await front.send('GET /identity/v3/auth/tokens', { token, headers: { 'x-subject-token': token } });
  expect(shown.body.token.audit_ids).toHaveLength(2);
  const more = await exchange(token);
  expect([more.status, more.body.error.message]).toEqual([403, expect.stringContaining('log in again')]);
});

test('tokens of a project that was disabled stay void when it is enabled again, in every process', async () => {
  const other = { ...front, ...front.another() };
  const before = await front.login('demo', 'demo');
  const child = await childOf(before);
  expect(await works(before, other)).toBe(true);
  await setProject(false);
  await setProject(true);
  front.pass(1_000);
  const after = await front.login('demo', 'demo');
  for (const process of [front, other]) {
    expect([await works(before, process), await works(child, process), await works(after, process)]).toEqual([
      false,
      false,
      true,
    ]);
  }
});

test('a change of a project that does not disable it voids nothing', async () => {
  const token = await front.login('demo', 'demo');
  await setProject(true);
  expect(await works(token)).toBe(true);
});

test('tokens of a user that was disabled stay void when it is enabled again', async () => {
  const id = await idOf('users', 'outsider');
  const before = await front.login('outsider', 'other');
  for (const enabled of [false, true]) {
    const path = `PATCH /identity/v3/users/${id}`;
    expect((await front.send(path, { token: front.admin, body: { user: { enabled } } })).status).toBe(200);
  }
  expect(await works(before)).toBe(false);
  expect(await works(await front.login('outsider', 'other'))).toBe(true);
});

test('tokens stay void when a role that was taken away is given back, an application credential too', async () => {
  const [user, project] = [await idOf('users', 'demo'), await idOf('projects', 'demo')];
  const role = (
    await front.send('POST /identity/v3/roles', { token: front.admin, body: { role: { name: 'passing' } } })
  ).body.role.id;
  const grant = `/identity/v3/projects/${project}/users/${user}/roles/${role}`;
  expect((await front.send(`PUT ${grant}`, { token: front.admin })).status).toBe(204);
  const byPassword = await front.login('demo', 'demo');
  const made = await front.send(`POST /identity/v3/users/${user}/application_credentials`, {
    token: byPassword,
    body: { application_credential: { name: 'one', secret: 's3cret' } },
  });
  const { id } = made.body.application_credential;
  const byCredential = async () => {
    const identity = { methods: ['application_credential'], application_credential: { id, secret: 's3cret' } };
    const answer = await front.send('POST /identity/v3/auth/tokens', { body: { auth: { identity } } });
    return String(answer.headers['x-subject-token']);
  };
  const credential = await byCredential();
  expect([await works(byPassword), await works(credential)]).toEqual([true, true]);

  expect((await front.send(`DELETE ${grant}`, { token: front.admin })).status).toBe(204);
  expect((await front.send(`PUT ${grant}`, { token: front.admin })).status).toBe(204);
  expect([await works(byPassword), await works(credential)]).toEqual([false, false]);
  const [again, credentialAgain] = [await front.login('demo', 'demo'), await byCredential()];
  expect([await works(again), await works(credentialAgain)]).toEqual([true, true]);

  expect((await front.send(`DELETE /identity/v3/roles/${role}`, { token: front.admin })).status).toBe(204);
  expect([await works(again), await works(credentialAgain)]).toEqual([false, false]);
  await front.logIn();
});

test('a clock that goes back hides no revocation from another process', async () => {
  front.freeze();
  const other = { ...front, ...front.another() };
  const token = await front.login('demo', 'demo');
  expect(await works(token, other)).toBe(true);
  front.pass(-600_000);
  expect((await revoke(token)).status).toBe(204);
  front.pass(1_000);
  expect(await works(token, other)).toBe(false);
  front.pass(600_000);
});

test('a clock that goes back revives no token of a user who was disabled', async () => {
  front.freeze();
  await front.logIn();
  const token = await front.login('outsider', 'other');
  const id = await idOf('users', 'outsider');
  const enable = async (enabled: boolean) => {
    const sent = { token: front.admin, body: { user: { enabled } } };
    expect((await front.send(`PATCH /identity/v3/users/${id}`, sent)).status).toBe(200);
  };
  front.pass(1_000);
  await enable(false);
  front.pass(-600_000);
  await enable(true);
  expect(await works(token)).toBe(false);
  await enable(false);
  await enable(true);
  expect(await works(token)).toBe(false);
  // Tokens of the moment of the first change are void.
  front.pass(601_000);
});

test('a refused token that comes again and again costs the directory nothing, and works when it is valid again', async () => {
  let reads = 0;
  const read = new Proxy(front.directory.read, {
    get: (target, name) => {
      if (name === 'selectFrom') reads++;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const tokens = new SignedTokens({
    directory: { ...front.directory, read },
    signingKey: new Secret('a signing key of more than 32 characters'),
    lifetimeMs: 3_600_000,
    clock: front.deps.clock,
  });
  await front.logIn();
  const token = await front.login('demo', 'demo');
  const { userId } = await tokens.verify(token);
  const setEnabled = (enabled: number) =>
    front.directory.write.updateTable('users').set({ enabled }).where('id', '=', userId).execute();
  await setEnabled(0);
  tokens.forget();
  await expect(async () => tokens.verify(token)).rejects.toMatchObject({ kind: 'unauthenticated' });
  reads = 0;
  for (let n = 0; n < 50; n++) {
    await expect(async () => tokens.verify(token)).rejects.toMatchObject({ kind: 'unauthenticated' });
  }
  expect(reads).toBeLessThan(3);
  await setEnabled(1);
  tokens.forget();
  expect((await tokens.verify(token)).userId).toBe(userId);
});
