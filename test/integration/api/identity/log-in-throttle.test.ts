import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FrontApp } from '../front-app.ts';
import { useFrontApp } from '../use-front-app.ts';

const front = useFrontApp();

interface Given {
  readonly user?: string;
  readonly password?: string;
  readonly address?: string;
  readonly app?: FrontApp;
}

const logIn = async ({ user = 'demo', password = 'wrong', address = '192.0.2.1', app = front }: Given = {}) => {
  const answer = await app.app.inject({
    method: 'POST',
    url: '/identity/v3/auth/tokens',
    remoteAddress: address,
    payload: {
      auth: {
        identity: { methods: ['password'], password: { user: { name: user, domain: { id: 'default' }, password } } },
      },
    },
  });
  return { status: answer.statusCode, retryAfter: answer.headers['retry-after'], body: answer.json() };
};
const RIGHT = { password: 'demo-password' };
/** The statuses of so many attempts, one after the other. */
const statuses = async (count: number, given: Given = {}): Promise<Readonly<Record<number, number>>> => {
  const seen: Record<number, number> = {};
  for (let n = 0; n < count; n++) {
    const { status } = await logIn(given);
    seen[status] = (seen[status] ?? 0) + 1;
  }
  return seen;
};

// A slow machine must not end a block.
beforeAll(() => front.freeze());
beforeEach(async () => {
  await front.directory.write.deleteFrom('login_failures').execute();
});

describe('wrong passwords', () => {
  it('refuse more attempts for a growing time, also with the right password, in every process', async () => {
    expect(await statuses(150)).toEqual({ 401: 10, 429: 140 });
    const refused = await logIn(RIGHT);
    expect(refused).toMatchObject({ status: 429, retryAfter: '2' });
    expect(refused.body.error).toMatchObject({ code: 429, title: 'Too Many Requests' });
    expect((await logIn({ ...RIGHT, app: front.another() })).status).toBe(429);
    front.pass(2_000);
    expect((await logIn()).status).toBe(401);
    front.pass(2_000);
    expect((await logIn(RIGHT)).status).toBe(429);
    front.pass(2_000);
    expect((await logIn(RIGHT)).status).toBe(201);
    expect(await statuses(11)).toEqual({ 401: 10, 429: 1 });
  });

  it('count for parallel attempts too', async () => {
    const answers = await Promise.all(Array.from({ length: 64 }, () => logIn()));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429).every(({ retryAfter }) => retryAfter !== undefined)).toBe(
      true,
    );
  });

  it('of one address do not keep the user out from another, and count for all users of the address', async () => {
    await statuses(12);
    expect((await logIn({ ...RIGHT, address: '198.51.100.9' })).status).toBe(201);
    for (const user of ['a', 'b', 'c', 'd']) await statuses(10, { user });
    expect((await logIn({ user: 'outsider', password: 'outsider-password' })).status).toBe(429);
  });

  it('from many addresses keep the user out everywhere', async () => {
    for (let n = 1; n <= 10; n++) await statuses(10, { address: `192.0.2.${n}` });
    expect((await logIn({ ...RIGHT, address: '198.51.100.9' })).status).toBe(429);
  });

  it('are forgotten after a while, and of another user they say the same as of one who does not exist', async () => {
    const seen = async (user: string) => {
      const answers: unknown[] = [];
      for (let n = 0; n < 12; n++) answers.push(await logIn({ user, address: `203.0.113.${user.length}` }));
      return answers;
    };
    expect(await seen('nobody-of-this-name')).toEqual(await seen('outsider'));
    front.pass(16 * 60_000);
    expect((await logIn({ user: 'outsider', address: '203.0.113.8' })).status).toBe(401);
  });

  it('of a password change count as those of a log-in do', async () => {
    const { userId } = await front.deps.tokens.verify(await front.login('demo', 'demo'));
    const change = () =>
      front.send(`POST /identity/v3/users/${userId}/password`, {
        token: front.demo,
        body: { user: { original_password: 'wrong', password: 'whatever-else' } },
      });
    for (let n = 0; n < 10; n++) expect((await change()).status).toBe(401);
    expect((await change()).status).toBe(429);
    expect((await logIn({ ...RIGHT, address: '127.0.0.1' })).status).toBe(429);
  });
});

describe('with a lock-out', () => {
  const strict = () => front.another(undefined, { lockoutFailures: 3, lockoutSeconds: 600, loginFailures: 1_000 });
  let app: FrontApp | undefined;
  afterAll(() => app?.app.close());

  it('locks a user out for a time, from everywhere, and says no more than for a wrong password', async () => {
    app = strict();
    const wrong = await logIn({ app });
    await statuses(2, { app, address: '192.0.2.2' });
    const locked = await logIn({ ...RIGHT, app, address: '192.0.2.3' });
    expect(locked).toEqual(wrong);
    front.pass(600_000);
    expect((await logIn({ ...RIGHT, app })).status).toBe(201);
    await statuses(2, { app });
    expect((await logIn({ ...RIGHT, app })).status).toBe(201);
    await statuses(2, { app });
    expect((await logIn({ ...RIGHT, app })).status).toBe(201);
  });
});

it('an admin ends a lock-out with a new password, or by enabling the user', async () => {
  const strict = front.another(undefined, { lockoutFailures: 3, loginFailures: 1_000 });
  const { userId } = await front.deps.tokens.verify(await front.login('outsider', 'other'));
  const outsider = { user: 'outsider', password: 'outsider-password', app: strict };
  for (const change of [{ enabled: true }, { password: 'outsider-password' }]) {
    await statuses(3, { user: 'outsider', app: strict });
    expect((await logIn(outsider)).status).toBe(401);
    const changed = await strict.send(`PATCH /identity/v3/users/${userId}`, {
      token: front.admin,
      body: { user: change },
    });
    expect(changed.status).toBe(200);
    // Tokens of the moment of a new password are void.
    front.pass(1_000);
    expect((await logIn(outsider)).status).toBe(201);
  }
  await strict.app.close();
});

it('counts that no longer matter are removed', async () => {
  const { throttle } = front.deps as unknown as { throttle: { forgotten(): { reconcile(): Promise<void> } } };
  await statuses(3);
  const count = async () =>
    (await front.directory.read.selectFrom('login_failures').select('subject').execute()).length;
  await throttle.forgotten().reconcile();
  expect(await count()).toBe(3);
  front.pass(16 * 60_000);
  await throttle.forgotten().reconcile();
  expect(await count()).toBe(0);
});
