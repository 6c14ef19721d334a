import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FrontApp } from '../front-app.ts';
import { useFrontApp } from '../use-front-app.ts';

const front = useFrontApp();

interface Given {
  readonly user?: string;
  /** Of the user, instead of a name. */
  readonly id?: string;
  readonly domain?: Readonly<Record<string, string>>;
  readonly password?: string;
  readonly address?: string;
  readonly app?: FrontApp;
}

let wrongPasswords = 0;
/** A guess that nobody has made before. */
const another = () => `wrong-${++wrongPasswords}`;

const logIn = async ({ user = 'demo', id, domain = { id: 'default' }, password, address, app = front }: Given = {}) => {
  const named = id === undefined ? { name: user, domain } : { id, name: 'not looked at' };
  const answer = await app.app.inject({
    method: 'POST',
    url: '/identity/v3/auth/tokens',
    remoteAddress: address ?? '192.0.2.1',
    payload: {
      auth: { identity: { methods: ['password'], password: { user: { ...named, password: password ?? another() } } } },
    },
  });
  const { 'x-openstack-request-id': _id, date: _date, ...headers } = answer.headers;
  return { status: answer.statusCode, retryAfter: answer.headers['retry-after'], headers, body: answer.json() };
};
const RIGHT = { password: 'demo-password' };
const ELSEWHERE = '198.51.100.9';
/** The statuses of so many attempts, one after the other, each with another password unless `given` has one. */
const statuses = async (count: number, given: Given = {}): Promise<Readonly<Record<number, number>>> => {
  const seen: Record<number, number> = {};
  for (let n = 0; n < count; n++) {
    const { status } = await logIn(given);
    seen[status] = (seen[status] ?? 0) + 1;
  }
  return seen;
};

/** Removes old counts, in a process without a lock-out. */
const forgetOld = async () => {
  const { throttle } = front.deps as unknown as { throttle: { forgotten(): { reconcile(): Promise<void> } } };
  await throttle.forgotten().reconcile();
};

// A slow machine must not let a count leak.
beforeAll(() => front.freeze());
const forgetAll = () => front.directory.write.deleteFrom('login_failures').execute();
beforeEach(async () => {
  await forgetAll();
  // Some tests let more time pass than a token lives.
  await front.logIn();
  await forgetAll();
});

describe('wrong passwords', () => {
  it('refuse more attempts, also with the right password, in every process, and leak one by one', async () => {
    expect(await statuses(150)).toEqual({ 401: 10, 429: 140 });
    const refused = await logIn(RIGHT);
    expect(refused).toMatchObject({ status: 429, retryAfter: '60' });
    expect(refused.body.error).toMatchObject({ code: 429, title: 'Too Many Requests' });
    expect((await logIn({ ...RIGHT, app: front.another() })).status).toBe(429);
    front.pass(59_999);
    expect(await logIn(RIGHT)).toMatchObject({ status: 429, retryAfter: '1' });
    front.pass(1);
    expect(await statuses(2)).toEqual({ 401: 1, 429: 1 });
    front.pass(3 * 60_000);
    expect(await statuses(5)).toEqual({ 401: 3, 429: 2 });
    front.pass(60_000);
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

  it('count all when they come to several processes at once', async () => {
    const processes = [front.another(), front.another(), front.another()];
    await Promise.all(processes.map((app, n) => statuses(3, { app, address: `192.0.2.${n}` })));
    const rows = await front.directory.read.selectFrom('login_failures').select('empty_at').execute();
    const start = front.deps.clock.now();
    expect(Math.max(...rows.map((row) => row.empty_at)) - start).toBe(9 * 60_000);
  });

  it('that come less often than they leak never add up', async () => {
    for (let n = 0; n < 60; n++) {
      expect((await logIn()).status).toBe(401);
      front.pass(60_000);
    }
    expect((await logIn(RIGHT)).status).toBe(201);
  });

  it('of a password change count as those of a log-in by id do, also for an id that nobody has', async () => {
    const { userId } = await front.deps.tokens.verify(await front.login('demo', 'demo'));
    const change = (id: string) =>
      front.send(`POST /identity/v3/users/${id}/password`, {
        token: front.demo,
        body: { user: { original_password: another(), password: 'whatever-else' } },
      });
    for (const id of [userId, 'f'.repeat(32)]) {
      for (let n = 0; n < 10; n++) expect((await change(id)).status).toBe(401);
      expect((await change(id)).status).toBe(429);
      expect((await logIn({ ...RIGHT, id, address: '127.0.0.1' })).status).toBe(429);
      expect((await logIn({ ...RIGHT, address: '127.0.0.1' })).status).toBe(201);
    }
  });
});

describe('one wrong password that is repeated', () => {
  const STALE = { password: 'of last year' };

  it('counts once, from wherever it comes, and is refused alone when it comes too often', async () => {
    expect(await statuses(40, STALE)).toEqual({ 401: 10, 429: 30 });
    for (let n = 2; n < 12; n++) await statuses(2, { ...STALE, address: `192.0.2.${n}` });
    expect((await logIn({ ...RIGHT, address: ELSEWHERE })).status).toBe(201);
    expect(await statuses(10)).toEqual({ 401: 9, 429: 1 });
  });

  it('by jobs that run for hours does not keep its user out', async () => {
    for (let minutes = 0; minutes < 5 * 60; minutes += 10) {
      for (let host = 1; host <= 2; host++) await logIn({ ...STALE, address: `192.0.2.${host}` });
      front.pass(10 * 60_000);
    }
    expect((await logIn(RIGHT)).status).toBe(201);
    expect((await logIn({ ...RIGHT, address: ELSEWHERE })).status).toBe(201);
  });

  it('logs in at once when an admin makes it the right one', async () => {
    const { userId } = await front.deps.tokens.verify(await front.login('outsider', 'other'));
    const change = (password: string) =>
      front.send(`PATCH /identity/v3/users/${userId}`, { token: front.admin, body: { user: { password } } });
    await statuses(12, { ...STALE, user: 'outsider' });
    expect((await change(STALE.password)).status).toBe(200);
    // Tokens of the moment of a new password are void.
    front.pass(1_000);
    expect((await logIn({ ...STALE, user: 'outsider' })).status).toBe(201);
    expect((await change('outsider-password')).status).toBe(200);
    front.pass(1_000);
  });
});

describe('wrong passwords of a user', () => {
  it('from one address do not keep the user out from another', async () => {
    await statuses(12);
    expect((await logIn({ ...RIGHT, address: ELSEWHERE })).status).toBe(201);
  });

  it('from many addresses keep the user out, but not where the user has logged in', async () => {
    expect((await logIn(RIGHT)).status).toBe(201);
    for (let n = 10; n < 20; n++) await statuses(10, { address: `192.0.2.${n}` });
    expect((await logIn({ ...RIGHT, address: ELSEWHERE })).status).toBe(429);
    expect((await logIn(RIGHT)).status).toBe(201);
    // A right password does not end the count of all addresses.
    expect((await logIn({ ...RIGHT, address: ELSEWHERE })).status).toBe(429);
    expect(await statuses(12)).toEqual({ 401: 10, 429: 2 });
    front.pass(31 * 24 * 3_600_000);
    for (let n = 10; n < 20; n++) await statuses(10, { address: `192.0.2.${n}` });
    expect((await logIn(RIGHT)).status).toBe(429);
  });
});

describe('wrong passwords from an address', () => {
  it('count by users: many of one user leave the others alone', async () => {
    for (let n = 0; n < 20; n++) {
      await statuses(4);
      front.pass(60_000);
    }
    expect((await logIn({ user: 'outsider', password: 'outsider-password' })).status).toBe(201);
  });

  it('of fifty users refuse others there, but not those who have logged in there', async () => {
    expect((await logIn(RIGHT)).status).toBe(201);
    for (let n = 0; n < 50; n++) expect((await logIn({ user: `nobody-${n}` })).status).toBe(401);
    const outsider = { user: 'outsider', password: 'outsider-password' };
    expect(await logIn(outsider)).toMatchObject({ status: 429, retryAfter: '60' });
    expect((await logIn({ ...outsider, address: ELSEWHERE })).status).toBe(201);
    expect((await logIn(RIGHT)).status).toBe(201);
    expect((await logIn(outsider)).status).toBe(429);
    front.pass(60_000);
    expect((await logIn(outsider)).status).toBe(201);
  });
});

describe('whether a user exists', () => {
  /** What 200 attempts say, in several words for the same user, at an address of its own. */
  const seen = async (user: string, id: string) => {
    const DOMAINS = [{ id: 'default' }, { name: 'Default' }, { name: 'dEFAULT' }, { id: 'default', name: 'other' }];
    const answers: unknown[] = [];
    for (let n = 0; n < 200; n++) {
      const given = n % 8 === 7 ? { id } : n % 8 === 6 ? { user, domain: { id: 'another' } } : { user };
      const password = n % 5 === 4 ? { password: 'the same' } : {};
      const address = `203.0.113.${user.length + (n % 3)}`;
      answers.push(await logIn({ domain: DOMAINS[n % 4] ?? {}, ...given, ...password, address }));
      if (n % 20 === 19) front.pass(61_000);
    }
    return answers;
  };
  const idOf = async (user: string, project: string) =>
    (await front.deps.tokens.verify(await front.login(user, project))).userId;

  it('shows in no status, header, message or order of 200 attempts', async () => {
    const existing = await seen('outsider', await idOf('outsider', 'other'));
    expect(await seen('nobody-of-this-name', 'f'.repeat(32))).toEqual(existing);
    expect(new Set(existing.map((answer) => (answer as { status: number }).status))).toEqual(new Set([401, 429]));
  });

  it('nor whether a disabled user has this password', async () => {
    const id = await idOf('outsider', 'other');
    const enable = (enabled: boolean) =>
      front.send(`PATCH /identity/v3/users/${id}`, { token: front.admin, body: { user: { enabled } } });
    await enable(false);
    const right = { user: 'outsider', password: 'outsider-password' };
    const answers = [];
    for (let n = 0; n < 12; n++) answers.push(await logIn(right));
    const wrong = [];
    for (let n = 0; n < 12; n++) wrong.push(await logIn({ ...right, password: 'wrong', address: ELSEWHERE }));
    await enable(true);
    front.pass(1_000);
    expect(answers).toEqual(wrong);
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

  it('lasts for its whole time, however long that is and whichever process removes old counts', async () => {
    app ??= strict();
    const long = front.another(undefined, { lockoutFailures: 3, lockoutSeconds: 7_200, loginFailures: 1_000 });
    await statuses(3, { app: long });
    for (let minutes = 0; minutes < 7 * 17; minutes += 17) {
      front.pass(17 * 60_000);
      await forgetOld();
    }
    expect((await logIn({ ...RIGHT, app: long })).status).toBe(401);
    front.pass(60_000);
    expect((await logIn({ ...RIGHT, app: long })).status).toBe(201);
  });

  it('tells the right password from a wrong one by nothing', async () => {
    app ??= strict();
    await statuses(3, { app });
    const seen = async (given: Given) => {
      const answers = [];
      for (let n = 0; n < 30; n++) answers.push(await logIn({ app: front, ...given }));
      return answers;
    };
    const lockedOut = { lockoutFailures: 3, lockoutSeconds: 600 };
    const one = front.another(undefined, lockedOut);
    expect(await seen({ ...RIGHT, app: one, address: '192.0.2.77' })).toEqual(
      await seen({ password: 'wrong', app: one, address: '192.0.2.78' }),
    );
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
  await statuses(3);
  const count = async () =>
    (await front.directory.read.selectFrom('login_failures').select('subject').execute()).length;
  await forgetOld();
  // Three passwords; the user, here and everywhere; the address.
  expect(await count()).toBe(6);
  front.pass(16 * 60_000);
  await forgetOld();
  expect(await count()).toBe(0);
});
