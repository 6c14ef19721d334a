import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { systemClock } from '#platform/time/clock.ts';
import type { Budgets } from '../../../../api/budgets/budgets.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { aBuild } from '../../../support/a-build.ts';
import { defaultBudgets } from '../../../support/default-budgets.ts';
import { setHome } from '../../../support/set-home.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { type ComputeApp, createComputeApp } from './compute-app.ts';

let app: ComputeApp;
let budgets: Budgets;
beforeAll(async () => {
  // Log-ins alone need the directory of the budgets.
  budgets = defaultBudgets({} as never, systemClock, { slowWorkWaitingPerProject: 8 }).budgets;
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

describe('a list whose client goes away', () => {
  let listening: ComputeApp | undefined;
  afterAll(() => listening?.close());

  it.each([
    ['that the directory decides', ''],
    ['that cells decide', '&status=ACTIVE'],
  ])('ends its calls to cells, for a list %s', async (_what, filter) => {
    const signals: (AbortSignal | undefined)[] = [];
    const listInstances = (_page: unknown, { signal }: { signal?: AbortSignal }) => {
      signals.push(signal);
      return new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new VolvoxError('deadline-exceeded', 'not waited for')));
      });
    };
    const cell = { id: randomUUID(), name: 'cell-1', door: { listInstances } };
    const cells = { all: () => [cell], find: () => cell, of: () => cell } as unknown as ApiDeps['cells'];
    await listening?.close();
    listening = await createComputeApp({ cells });
    const build = aBuild();
    await listening.deps.directory.transaction(async (tx) => {
      await acceptBuilds(tx, [build], Date.now());
      await setHome(tx, build.uuid, { state: 'placed', cell_id: cell.id }, Date.now());
    });
    const url = await listening.app.listen({ host: '127.0.0.1', port: 0 });
    const gone = new AbortController();
    const headers = { 'x-auth-token': 'admin' };
    const answer = fetch(`${url}/compute/v2.1/servers?all_tenants=1${filter}`, { headers, signal: gone.signal });
    await waitUntil('the cell to be asked', () => signals.length === 1);
    expect(signals[0]?.aborted).toBe(false);
    gone.abort();
    await expect(answer).rejects.toThrow();
    await waitUntil('the cell to hear of it', () => signals[0]?.aborted === true);
    const load = () => listening?.deps.budgets.requests.load('list');
    await waitUntil('the request to end', () => load()?.running === 0);
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
