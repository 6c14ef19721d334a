import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../../../support/wait-until.ts';
import type { FrontApp } from '../front-app.ts';
import { useFrontApp } from '../use-front-app.ts';

const WAITING = 8;
const WAITING_OF_ADDRESS = 4;

describe('64 log-ins at once without a token (E8)', () => {
  const front = useFrontApp();
  let app: FrontApp;
  beforeAll(() => {
    const waiting = { slowWorkWaiting: WAITING, slowWorkWaitingPerProject: WAITING_OF_ADDRESS };
    app = front.another(undefined, { ...waiting, loginFailures: 1_000 });
  });
  afterAll(() => app.app.close());

  const logIn = async (address: string, name: string, password: string) => {
    const user = { name, domain: { id: 'default' }, password };
    const answer = await app.app.inject({
      method: 'POST',
      url: '/identity/v3/auth/tokens',
      remoteAddress: address,
      payload: { auth: { identity: { methods: ['password'], password: { user } } } },
    });
    return { address, status: answer.statusCode, retryAfter: answer.headers['retry-after'] };
  };
  type Answer = Awaited<ReturnType<typeof logIn>>;

  /** Sends 64 while another password is being hashed, and `last` when all that may not wait were refused. @returns the answers as they came. */
  async function flood(addressOf: (n: number) => string, allowed: number, last: () => readonly Promise<Answer>[]) {
    const { passwordHashing } = app.deps.budgets;
    const hashed = Promise.withResolvers<void>();
    const first = passwordHashing.run('address:198.51.100.200', () => hashed.promise);
    const answers: Answer[] = [];
    const noted = async (sent: Promise<Answer>) => void answers.push(await sent);
    const sent = Array.from({ length: 64 }, (_, n) => noted(logIn(addressOf(n), `user-${n}`, 'wrong')));
    try {
      await waitUntil('the others to be refused', () => answers.length === 64 - allowed);
      sent.push(...last().map(noted));
    } finally {
      hashed.resolve();
    }
    await Promise.all([first, ...sent]);
    return answers;
  }
  const counted = (answers: readonly Answer[]) =>
    Object.fromEntries([...Map.groupBy(answers, ({ status }) => status)].map(([status, all]) => [status, all.length]));

  it('hash few passwords, whatever the address and the user; the others are told when to come again', async () => {
    const answers = await flood(
      (n) => `192.0.2.${n}`,
      WAITING,
      () => [],
    );
    expect(counted(answers)).toEqual({ 401: WAITING, 429: 64 - WAITING });
    for (const { status, retryAfter } of answers) if (status === 429) expect(Number(retryAfter)).toBeGreaterThan(0);
  });

  it('from one address leave a turn to those from another', async () => {
    const answers = await flood(
      () => '192.0.2.1',
      WAITING_OF_ADDRESS,
      () => [logIn('198.51.100.9', 'demo', 'demo-password')],
    );
    expect(counted(answers)).toEqual({ 201: 1, 401: WAITING_OF_ADDRESS, 429: 64 - WAITING_OF_ADDRESS });
    const hashed = answers.filter(({ status }) => status !== 429);
    // In the order of arrival it would be the last.
    expect(hashed.findIndex(({ status }) => status === 201)).toBeLessThan(WAITING_OF_ADDRESS);
  });
});
