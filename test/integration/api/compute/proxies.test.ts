import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertNetworks, type NetworkRecord } from '#platform/directory/stores/networks.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';

const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const aRecord = (n: number, name: string, rest: Partial<NetworkRecord>): NetworkRecord => ({
  ...{ id: id(n), name, projectId: PROJECT, description: '', adminStateUp: true, shared: false, external: false },
  ...{
    mtu: 1_500,
    segmentType: 'vxlan',
    physicalNetwork: null,
    segmentId: n,
    revision: 1,
    portSecurityEnabled: true,
    qosPolicyId: null,
    dnsDomain: '',
    tags: [],
  },
  ...{ createdAt: '2026-01-31T12:00:00.000Z', updatedAt: '2026-01-31T12:00:00.000Z' },
  ...rest,
});
const [OWN, SHARED, FOREIGN] = [id(1), id(2), id(3)];

let api: ComputeApp;
beforeAll(async () => {
  api = await createComputeApp();
  await api.deps.directory.transaction(async (tx) => {
    await insertNetworks(tx, [aRecord(1, 'own', {})]);
    await insertNetworks(tx, [aRecord(2, 'public', { projectId: 'others', shared: true, external: true })]);
    await insertNetworks(tx, [aRecord(3, 'foreign', { projectId: 'others' })]);
  });
});
afterAll(() => api.close());

const VERSIONS = ['2.1', '2.35'];
const refusalOf = async (who: string, what: string, body?: object) => {
  const answer = await api.send(who, what, '2.35', body);
  return [answer.status, (Object.values(answer.body ?? {})[0] as { message?: string } | undefined)?.message];
};

describe('the proxy of networks', () => {
  it.each(VERSIONS)('lists those that the project can use, at %s', async (version) => {
    const labels = async (who: string, path: string) =>
      (await api.send(who, `GET ${path}`, version)).body.networks.map(({ label }: { label: string }) => label);
    for (const path of ['/os-networks', '/os-tenant-networks']) {
      expect(await labels('reader', path)).toEqual(['own', 'public']);
      expect(await labels('outsider', path)).toEqual(['public']);
      expect(await labels('admin', path)).toEqual(['foreign', 'own', 'public']);
    }
  });

  it.each(VERSIONS)('shows one: a name, and the empty members of the time before, at %s', async (version) => {
    const { network } = (await api.send('member', `GET /os-networks/${OWN}`, version)).body;
    expect(network).toMatchObject({ id: OWN, label: 'own', cidr: null, netmask_v6: null });
    expect(Object.keys(network)).toHaveLength(11);
    const seen = (await api.send('admin', `GET /os-networks/${FOREIGN}`, version)).body.network;
    expect(seen).toMatchObject({ label: 'foreign', vlan: null, share_address: null });
    expect(Object.keys(seen)).toHaveLength(32);
    const short = await api.send('member', `GET /os-tenant-networks/${SHARED}`, version);
    expect(short.body).toEqual({ network: { id: SHARED, label: 'public', cidr: 'None' } });
    for (const path of ['/os-networks', '/os-tenant-networks']) {
      expect(await refusalOf('member', `GET ${path}/${FOREIGN}`)).toEqual([
        404,
        expect.stringContaining('Network not found'),
      ]);
      expect(await refusalOf('member', `GET ${path}/nope`)).toEqual([
        404,
        expect.stringContaining('Network not found'),
      ]);
    }
  });

  it('ends a list that has no pages, and names the API that has them', async () => {
    await api.deps.directory.transaction(async (tx) => {
      for (let n = 1_000; n < 2_000; n++) await insertNetworks(tx, [aRecord(n, `n${n}`, { projectId: 'many' })]);
    });
    expect((await refusalOf('admin', 'GET /os-networks'))[0]).toBe(413);
    expect((await refusalOf('admin', 'GET /os-tenant-networks'))[1]).toMatch(/Network API/);
    expect((await api.send('member', 'GET /os-networks')).status).toBe(200);
  });
});

describe('the proxy of floating addresses', () => {
  it.each(VERSIONS)('has the external networks as pools, and no address in them, at %s', async (version) => {
    const read = async (path: string) => (await api.send('member', `GET ${path}`, version)).body;
    expect(await read('/os-floating-ip-pools')).toEqual({ floating_ip_pools: [{ name: 'public' }] });
    expect(await read('/os-floating-ips')).toEqual({ floating_ips: [] });
    const create = async (body: object | undefined) => {
      const answer = await api.send('member', 'POST /os-floating-ips', version, body);
      return [answer.status, answer.body.itemNotFound?.message ?? answer.body.badRequest.message];
    };
    const exhausted = /^No more floating IPs in pool/;
    expect(await create({ pool: 'public' })).toEqual([404, expect.stringMatching(exhausted)]);
    expect(await create({ pool: SHARED })).toEqual([404, expect.stringMatching(exhausted)]);
    expect(await create({ pool: 'own' })).toEqual([404, expect.stringContaining('Floating IP pool not found.')]);
    expect(await create(undefined)).toEqual([404, expect.stringContaining('Floating IP pool not found.')]);
    expect(await create({ pool: 7 })).toEqual([400, expect.stringMatching(/pool/)]);
  });

  it('finds none', async () => {
    expect(await refusalOf('member', 'GET /os-floating-ips/7')).toEqual([404, 'Floating IP not found for ID 7']);
    expect(await refusalOf('member', 'DELETE /os-floating-ips/7')).toEqual([404, 'Floating IP not found for ID 7']);
    expect((await refusalOf('reader', 'DELETE /os-floating-ips/7'))[0]).toBe(403);
    expect((await refusalOf('reader', 'POST /os-floating-ips', { pool: 'public' }))[0]).toBe(403);
  });
});

describe('the proxies of volumes, without a volume service', () => {
  it.each(VERSIONS)('list nothing and find nothing, at %s', async (version) => {
    for (const noun of ['volumes', 'snapshots']) {
      for (const path of [`/os-${noun}`, `/os-${noun}/detail?limit=5&offset=0&x=1`]) {
        expect((await api.send('reader', `GET ${path}`, version)).body).toEqual({ [noun]: [] });
      }
      expect((await refusalOf('reader', `GET /os-${noun}?limit=-1`))[1]).toMatch(/limit/);
    }
    for (const what of ['GET /os-volumes/7', 'DELETE /os-volumes/7']) {
      expect(await refusalOf('member', what)).toEqual([404, expect.stringMatching(/^Volume 7 could not be found\./)]);
    }
    for (const what of ['GET /os-snapshots/7', 'DELETE /os-snapshots/7']) {
      expect(await refusalOf('member', what)).toEqual([404, expect.stringMatching(/^Snapshot 7 could not be found\./)]);
    }
  });

  it('make none, and say why', async () => {
    const volume = (body: object) => refusalOf('member', 'POST /os-volumes', { volume: body });
    const snapshot = (body: object) => refusalOf('member', 'POST /os-snapshots', { snapshot: body });
    expect(await volume({ size: 1 })).toEqual([400, expect.stringMatching(/no volume service/)]);
    expect(await volume({ size: '0' })).toEqual([400, expect.stringMatching(/size/)]);
    expect(await volume({})).toEqual([400, expect.stringMatching(/size/)]);
    expect(await volume({ size: 1, colour: 'red' })).toEqual([400, expect.stringMatching(/colour/)]);
    expect((await volume({ size: 1, snapshot_id: '7' }))[0]).toBe(404);
    expect(await snapshot({ volume_id: '7' })).toEqual([400, expect.stringMatching(/^Volume 7 could not be found\./)]);
    expect(await snapshot({})).toEqual([400, expect.stringMatching(/volume_id/)]);
    expect(await snapshot({ volume_id: '7', force: 'maybe' })).toEqual([400, expect.stringMatching(/force/)]);
    expect((await refusalOf('reader', 'POST /os-volumes', { volume: { size: 1 } }))[0]).toBe(403);
  });
});

describe('the proxy of bare metal nodes, without a bare metal service', () => {
  it.each(VERSIONS)('cannot read, and never could change, at %s', async (version) => {
    for (const path of ['/os-baremetal-nodes', '/os-baremetal-nodes/7']) {
      const { status, body } = await api.send('admin', `GET ${path}`, version);
      expect([status, body.notImplemented.message]).toEqual([501, 'The requested functionality is not supported.']);
      expect((await api.send('member', `GET ${path}`, version)).status).toBe(403);
    }
    const refused = async (what: string, body?: object) =>
      (await api.send('admin', what, version, body)).body.badRequest.message;
    expect(await refused('POST /os-baremetal-nodes', { node: {} })).toMatch(/node-create/);
    expect(await refused('DELETE /os-baremetal-nodes/7')).toMatch(/node-delete/);
    expect(await refused('POST /os-baremetal-nodes/7/action', { add_interface: {} })).toMatch(/port-create/);
    expect(await refused('POST /os-baremetal-nodes/7/action', { remove_interface: {} })).toMatch(/port-delete/);
  });
});

it.each([
  ...['GET /os-networks', `GET /os-networks/${OWN}`, 'GET /os-tenant-networks', `GET /os-tenant-networks/${OWN}`],
  ...['GET /os-floating-ip-pools', 'GET /os-floating-ips', 'POST /os-floating-ips', 'DELETE /os-floating-ips/7'],
  ...['GET /os-volumes', 'GET /os-volumes/detail', 'POST /os-volumes', 'GET /os-volumes/7', 'DELETE /os-volumes/7'],
  ...['GET /os-snapshots', 'GET /os-snapshots/detail', 'POST /os-snapshots', 'GET /os-snapshots/7'],
  ...['GET /os-baremetal-nodes', 'POST /os-baremetal-nodes', 'GET /os-baremetal-nodes/7'],
])('%s ended with 2.35', async (what) => {
  for (const version of ['2.36', '2.104']) {
    const { status, body } = await api.send('admin', what, version, what.startsWith('POST') ? {} : undefined);
    expect([status, body.itemNotFound.message]).toEqual([
      404,
      expect.stringContaining(`API version '${version}' is not supported on this method.`),
    ]);
  }
});
