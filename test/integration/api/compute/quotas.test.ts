import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeQuota } from '#platform/directory/stores/quotas.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';

let api: ComputeApp;
beforeAll(async () => {
  api = await createComputeApp();
});
afterAll(() => api.close());

const NETWORK = { fixed_ips: -1, floating_ips: -1, security_groups: -1, security_group_rules: -1 };
const FILES = { injected_files: 5, injected_file_content_bytes: 10240, injected_file_path_bytes: 255 };
const SERVERS = { instances: 10, cores: 20, ram: 51200, metadata_items: 128, key_pairs: 100 };
const GROUPS = { server_groups: 10, server_group_members: 10 };

describe('quota sets', () => {
  it.each([
    ['2.1', { ...SERVERS, ...GROUPS, ...NETWORK, ...FILES }],
    ['2.36', { ...SERVERS, ...GROUPS, ...FILES }],
    ['2.57', { ...SERVERS, ...GROUPS }],
  ])('at %s', async (version, limits) => {
    for (const path of ['', '/defaults'])
      expect((await api.send('reader', `GET /os-quota-sets/${PROJECT}${path}`, version)).body).toEqual({
        quota_set: { id: PROJECT, ...limits },
      });
    const { body } = await api.send('reader', `GET /os-quota-sets/${PROJECT}/detail`, version);
    expect(body.quota_set.cores).toEqual({ limit: 20, in_use: 0, reserved: 0 });
    expect(Object.keys(body.quota_set).sort()).toEqual(['id', ...Object.keys(limits)].sort());
  });
  it('of other projects are for admins', async () => {
    expect((await api.send('outsider', `GET /os-quota-sets/${PROJECT}`)).status).toBe(403);
    expect((await api.send('member', `PUT /os-quota-sets/${PROJECT}`, null, { quota_set: {} })).status).toBe(403);
    expect((await api.send('outsider', `GET /os-quota-sets/${PROJECT}/defaults`)).status).toBe(200);
  });
  it('are set, not below what is in use unless forced, and given back', async () => {
    await api.deps.directory.transaction((tx) => takeQuota(tx, 'p1', { instances: 3 }));
    const set = (body: object) => api.send('admin', 'PUT /os-quota-sets/p1', '2.57', { quota_set: body });
    expect(await set({ instances: '45' })).toMatchObject({ status: 200, body: { quota_set: { instances: 45 } } });
    const low = await set({ instances: 2 });
    expect([low.status, low.body.badRequest.message]).toEqual([
      400,
      'Quota limit 2 for instances must be greater than or equal to already used and reserved 3.',
    ]);
    expect((await set({ instances: 2, force: true })).body.quota_set).toEqual({ ...SERVERS, ...GROUPS, instances: 2 });
    expect((await api.send('admin', 'DELETE /os-quota-sets/p1')).status).toBe(202);
    expect((await api.send('admin', 'GET /os-quota-sets/p1')).body.quota_set.instances).toBe(10);
  });
  it('of a user stay below those of the project', async () => {
    const set = (body: object) => api.send('admin', 'PUT /os-quota-sets/p2?user_id=u', null, { quota_set: body });
    expect((await set({ instances: 5 })).status).toBe(200);
    expect((await api.send('admin', 'GET /os-quota-sets/p2?user_id=u')).body.quota_set.instances).toBe(5);
    expect((await api.send('admin', 'GET /os-quota-sets/p2')).body.quota_set.instances).toBe(10);
    const high = await set({ instances: 11 });
    expect([high.status, high.body.badRequest.message]).toEqual([
      400,
      'Quota limit 11 for instances must be less than or equal to 10.',
    ]);
    await api.send('admin', 'DELETE /os-quota-sets/p2?user_id=u');
    expect((await api.send('admin', 'GET /os-quota-sets/p2?user_id=u')).body.quota_set.instances).toBe(10);
  });
  it.each([
    [
      { instances: -2 },
      'Invalid input for field/attribute quota_set.instances. Value: -2. -2 is less than the minimum of -1',
    ],
    [{ colour: 1 }, "Additional properties are not allowed ('colour' was unexpected)"],
    [{ fixed_ips: 1 }, 'fixed_ips'],
  ])('refuses %j', async (body, message) => {
    const reply = await api.send('admin', 'PUT /os-quota-sets/p1', '2.36', { quota_set: body });
    expect(reply.status).toBe(400);
    expect(reply.body.badRequest.message).toContain(message);
  });
});

describe('quota class sets', () => {
  it.each([
    ['2.1', { ...SERVERS, ...NETWORK, ...FILES }],
    ['2.50', { ...SERVERS, ...GROUPS, ...FILES }],
    ['2.57', { ...SERVERS, ...GROUPS }],
  ])('at %s', async (version, limits) => {
    expect((await api.send('admin', 'GET /os-quota-class-sets/default', version)).body).toEqual({
      quota_class_set: { id: 'default', ...limits },
    });
    expect(
      (await api.send('admin', 'PUT /os-quota-class-sets/default', version, { quota_class_set: limits })).body,
    ).toEqual({
      quota_class_set: limits,
    });
  });
  it('the default class stands under every project', async () => {
    await api.send('admin', 'PUT /os-quota-class-sets/default', '2.57', { quota_class_set: { ram: 99 } });
    expect((await api.send('admin', 'GET /os-quota-sets/p9', '2.57')).body.quota_set.ram).toBe(99);
    expect((await api.send('admin', 'GET /os-quota-sets/p9/defaults', '2.57')).body.quota_set.ram).toBe(99);
    await api.send('admin', 'PUT /os-quota-class-sets/default', '2.57', { quota_class_set: { ram: 51200 } });
  });
});

describe('limits', () => {
  const absolute = {
    maxServerMeta: 128,
    maxTotalCores: 20,
    maxTotalInstances: 10,
    maxTotalKeypairs: 100,
    maxTotalRAMSize: 51200,
    maxServerGroups: 10,
    maxServerGroupMembers: 10,
    totalCoresUsed: 0,
    totalInstancesUsed: 0,
    totalRAMUsed: 0,
    totalServerGroupsUsed: 0,
  };
  const files = { maxPersonality: 5, maxPersonalitySize: 10240 };
  const network = {
    maxTotalFloatingIps: -1,
    maxSecurityGroups: -1,
    maxSecurityGroupRules: -1,
    totalSecurityGroupsUsed: 0,
    totalFloatingIpsUsed: 0,
  };
  it.each([
    ['2.1', { ...absolute, ...files, ...network, maxImageMeta: 128 }],
    ['2.36', { ...absolute, ...files, maxImageMeta: 128 }],
    ['2.39', { ...absolute, ...files }],
    ['2.57', absolute],
  ])('at %s', async (version, expected) => {
    expect((await api.send('member', 'GET /limits', version)).body).toEqual({
      limits: { rate: [], absolute: expected },
    });
  });
  it('of another project are for admins', async () => {
    expect((await api.send('member', 'GET /limits?tenant_id=p1')).status).toBe(403);
    expect((await api.send('admin', 'GET /limits?tenant_id=p1')).body.limits.absolute.totalInstancesUsed).toBe(3);
    expect((await api.send('member', 'GET /limits?x=1', '2.75')).status).toBe(400);
  });
});
