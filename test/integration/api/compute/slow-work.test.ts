import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#platform/time/clock.ts';
import type { Budgets } from '../../../../api/budgets/budgets.ts';
import { defaultBudgets } from '../../../support/default-budgets.ts';
import { type ComputeApp, createComputeApp } from './compute-app.ts';

let app: ComputeApp;
let budgets: Budgets;
beforeAll(async () => {
  // Log-ins alone need the directory of the budgets.
  budgets = defaultBudgets({} as never, systemClock, { slowWorkWaitingPerProject: 4 }).budgets;
  app = await createComputeApp({ budgets });
});
afterAll(() => app.close());

describe('key pairs that the server generates', () => {
  it('are generated one at a time, in turns; too many wait no longer than others can bear', async () => {
    const create = async (who: string, name: string) => {
      const { status, headers, body } = await app.send(who, 'POST /os-keypairs', null, { keypair: { name } });
      return { status, retryAfter: headers['retry-after'], body };
    };
    let ended = 0;
    const flood = Array.from({ length: 12 }, async (_, n) => {
      const answer = await create('member', `flood-${n}`);
      if (answer.status === 200) ended++;
      expect(budgets.keyGeneration.running).toBeLessThanOrEqual(1);
      return answer;
    });
    const other = create('outsider', 'mine').then((answer) => ({ ...answer, ended }));
    const imported = await app.send('member', 'GET /os-keypairs');
    expect(imported.status).toBe(200);
    const answers = await Promise.all(flood);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused).toHaveLength(7);
    for (const one of refused)
      expect(one).toMatchObject({ status: 429, retryAfter: '1', body: { overLimit: { code: 429 } } });
    expect(await other).toMatchObject({ status: 200 });
    // One of the flood was generated when it came, and one had its turn before.
    expect((await other).ended).toBeLessThanOrEqual(2);
  });
});

describe('a pattern', () => {
  it.each(['name', 'description', 'ip', 'ip6'])('of the filter %s may have 255 characters', async (filter) => {
    const list = (length: number) => app.send('admin', `GET /servers?${filter}=${'a'.repeat(length)}`);
    expect((await list(255)).status).toBe(200);
    expect(await list(256)).toMatchObject({
      status: 400,
      body: { badRequest: { message: `The filter '${filter}' may have at most 255 characters.` } },
    });
  });
});
