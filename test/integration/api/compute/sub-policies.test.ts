import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createFlavor } from '#platform/directory/stores/flavors.ts';
import { insertImage } from '#platform/directory/stores/images.ts';
import { setProjectLimits } from '#platform/directory/stores/quotas.ts';
import { createCaches } from '../../../../api/caches.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { DEFAULT_POLICIES } from '../../../../api/policies/policy-set.ts';
import { readPolicyFile } from '../../../../api/policies/read-policy-file.ts';
import { seedNetwork } from '../../../contract/fixtures.ts';
import { aFlavor } from '../../../support/a-build.ts';
import { anImage } from '../../../support/an-image.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';

const IMAGE = '70a599e0-31e7-49b7-b260-868f441e862b';

/** Rules that decide what a call may do that its own rule allows. */
const policies = { current: DEFAULT_POLICIES };
const withFile = (text: string): void => {
  policies.current = readPolicyFile(text, 'policy.yaml').policies;
};

let api: ComputeApp;
let external = '';
beforeAll(async () => {
  api = await createComputeApp({
    policies,
    caches: createCaches(),
    imageTickets: { make: async () => 'ticket', check: async () => undefined },
    waker: { wake: async () => undefined } as unknown as ApiDeps['waker'],
  });
  const now = new Date().toISOString();
  const { directory } = api.deps;
  await directory.transaction(async (tx) => {
    await insertImage(tx, anImage(now, { id: IMAGE, projectId: PROJECT, visibility: 'public' }), []);
    await createFlavor(tx, aFlavor({ id: 'small', name: 'small' }), now);
    await createFlavor(tx, aFlavor({ id: 'zero', name: 'zero', diskGb: 0 }), now);
    await setProjectLimits(tx, PROJECT, { instances: -1, cores: -1, ram: -1 });
  });
  await seedNetwork(directory, PROJECT);
  const { id } = await directory.read.selectFrom('networks').select('id').executeTakeFirstOrThrow();
  await directory.write.updateTable('networks').set({ external: 1 }).execute();
  external = id;
});
afterEach(() => {
  policies.current = DEFAULT_POLICIES;
});
afterAll(() => api.close());

const create = async (who: string, server: object = {}): Promise<[number, string | undefined]> => {
  const body = { server: { name: 's', flavorRef: 'small', imageRef: IMAGE, networks: 'none', ...server } };
  const { status, body: answer } = await api.send(who, 'POST /servers', '2.37', body);
  return [status, answer.forbidden?.message];
};

describe('a server with a flavor that bounds no disk', () => {
  const zero = { flavorRef: 'zero' };

  it('is for admins', async () => {
    expect(await create('member', zero)).toEqual([
      403,
      expect.stringContaining('Only volume-backed servers are allowed for flavors with zero disk.'),
    ]);
    expect(await create('admin', zero)).toEqual([202, undefined]);
  });

  it('is for whom the file says', async () => {
    withFile('"os_compute_api:servers:create:zero_disk_flavor": "rule:project_member_or_admin"');
    expect(await create('member', zero)).toEqual([202, undefined]);
  });
});

describe('a server on an external network that is not shared', () => {
  const onExternal = () => ({ networks: [{ uuid: external }] });

  it('is for admins', async () => {
    expect((await create('member', onExternal()))[0]).toBe(403);
    expect((await create('admin', onExternal()))[0]).toBe(202);
  });

  it('is for whom the file says, admins or not', async () => {
    withFile('"network:attach_external_network": "role:member and not role:admin"');
    expect((await create('member', onExternal()))[0]).toBe(202);
    expect((await create('admin', onExternal()))[0]).toBe(403);
  });
});

it('whoever may name no network gets what the project has', async () => {
  withFile('"os_compute_api:servers:create:attach_network": "rule:context_is_admin"');
  const refused = "Policy doesn't allow os_compute_api:servers:create:attach_network to be performed.";
  expect(await create('member', { networks: 'none' })).toEqual([403, expect.stringContaining(refused)]);
  expect(await create('admin', { networks: 'none' })).toEqual([202, undefined]);
});

describe('a role of the operator', () => {
  const list = async (who: string) => {
    const { status, body } = await api.send(who, 'GET /servers/detail?all_tenants=1', '2.90');
    return [status, body.servers?.length > 0];
  };

  it('lists the servers of all projects when its rule says so', async () => {
    await create('member');
    expect(await list('outsider')).toEqual([403, false]);
    withFile('"os_compute_api:servers:detail:get_all_tenants": "rule:context_is_admin or user_id:other"');
    expect(await list('outsider')).toEqual([200, true]);
  });

  it('sees the hosts of servers when its rule says so', async () => {
    await create('member');
    const attributes = async () => {
      const { body } = await api.send('member', 'GET /servers/detail', '2.90');
      return Object.keys(body.servers[0]).includes('OS-EXT-SRV-ATTR:host');
    };
    expect(await attributes()).toBe(false);
    withFile('"os_compute_api:os-extended-server-attributes": "rule:project_reader_or_admin"');
    expect(await attributes()).toBe(true);
  });
});
