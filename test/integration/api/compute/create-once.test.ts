import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Directory } from '#platform/directory/directory.ts';
import { createFlavor } from '#platform/directory/stores/flavors.ts';
import { insertImage } from '#platform/directory/stores/images.ts';
import { projectUsages, setProjectLimits } from '#platform/directory/stores/quotas.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { aBuild } from '../../../support/a-build.ts';
import { anImage } from '../../../support/an-image.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';

const IMAGE = '70a599e0-31e7-49b7-b260-868f441e862b';
const DAY_MS = 24 * 3_600_000;

describe('a server that is asked for under an Idempotency-Key', () => {
  let api: ComputeApp;
  let offsetMs = 0;
  let losesAnswer = false;
  beforeAll(async () => {
    api = await createComputeApp({
      clock: { now: () => Date.now() + offsetMs, sleep: async () => undefined },
      imageTickets: { make: async () => 'ticket', check: async () => undefined },
      waker: { wake: async () => undefined } as unknown as ApiDeps['waker'],
    });
    const { directory } = api.deps;
    const now = new Date().toISOString();
    await directory.transaction(async (tx) => {
      await insertImage(tx, anImage(now, { id: IMAGE, projectId: PROJECT }), []);
      await createFlavor(tx, aBuild().flavor, now);
      await setProjectLimits(tx, PROJECT, { instances: 2, cores: -1, ram: -1 });
    });
    const { transaction } = directory;
    Object.assign(directory, {
      transaction: async (work: Parameters<Directory['transaction']>[0]) => {
        const result = await transaction(work);
        if (losesAnswer && (await homes()).length > 0) throw new VolvoxError('unavailable', 'The answer was lost.');
        return result;
      },
    });
  });
  beforeEach(async () => {
    offsetMs = 0;
    losesAnswer = false;
    for (const table of ['idempotency_keys', 'instance_homes', 'operations', 'quota_usages'] as const) {
      await api.deps.directory.write.deleteFrom(table).execute();
    }
  });
  afterAll(() => api.close());

  const post = async (key: string, rest: object = {}) => {
    const server = { name: 's', flavorRef: 'small', imageRef: IMAGE, networks: 'none', ...rest };
    const reply = await api.app.inject({
      method: 'POST',
      url: '/compute/v2.1/servers',
      headers: { 'x-auth-token': 'member', 'openstack-api-version': 'compute 2.37', 'idempotency-key': key },
      payload: { server },
    });
    const { id, adminPass } = (reply.json().server ?? {}) as { id?: string; adminPass?: string };
    return { status: reply.statusCode, id, adminPass };
  };
  const homes = () => api.deps.directory.read.selectFrom('instance_homes').select('uuid').execute();
  const inUse = async () => (await projectUsages(api.deps.directory.read, PROJECT)).instances;
  /** As often as it takes: it locks what requests in progress have locked. */
  const forgetAnswers = () => api.deps.directory.transaction((tx) => tx.deleteFrom('idempotency_keys').execute());

  it('is made once though the kept answer is gone, also when the quota is used up', async () => {
    const both = { min_count: 2 };
    const first = await post('k', both);
    expect(first).toMatchObject({ status: 202, adminPass: expect.stringMatching(/^[A-Za-z0-9]{12}$/) });
    await forgetAnswers();
    expect(await post('k', both)).toEqual(first);
    expect([(await homes()).length, await inUse()]).toEqual([2, 2]);
  });

  it('is made once by requests that do not see each other', async () => {
    const parallel = Array.from({ length: 4 }, async () => {
      await forgetAnswers();
      return post('k');
    });
    const ids = (await Promise.all(parallel)).flatMap(({ id }) => id ?? []);
    expect(new Set(ids).size).toBe(1);
    expect([(await homes()).length, await inUse()]).toEqual([1, 1]);
  });

  it('is told when only the answer to the commit was lost', async () => {
    losesAnswer = true;
    const first = await post('k');
    expect(first.status).toBe(202);
    expect(await homes()).toEqual([{ uuid: first.id }]);
  });

  it('is another one for another key, for another request, and a day later', async () => {
    const first = await post('k');
    await forgetAnswers();
    const others = [await post('other'), await post('k', { name: 'renamed' })];
    expect(others.map(({ status }) => status)).toEqual([202, 403]);
    offsetMs = DAY_MS;
    await api.deps.directory.write.deleteFrom('quota_usages').execute();
    const later = await post('k');
    expect(new Set([first.id, others[0]?.id, later.id]).size).toBe(3);
    await forgetAnswers();
    expect(await post('k')).toEqual(later);
  });
});
