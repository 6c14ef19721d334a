import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { InstancePatch } from '#platform/contracts/door.ts';
import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { createCaches } from '../../../../api/caches.ts';
import type { CellDoors } from '../../../../api/cross-cell/cell-doors.ts';
import { aBuild } from '../../../support/a-build.ts';
import { setHome } from '../../../support/set-home.ts';
import { anInstance } from '../../../unit/api/compute/servers/an-instance.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';

const UUID = anInstance().uuid;
const PATH = `/servers/${UUID}`;

describe('a server in parts', () => {
  let api: ComputeApp;
  let server: Instance;
  const actions = [1, 2, 3].map((at) => ({
    requestId: `req-${at}`,
    instanceUuid: UUID,
    action: 'stop',
    userId: 'fake',
    projectId: PROJECT,
    startTime: `2026-01-01T00:00:0${at}.123456Z`,
    updatedAt: `2026-01-01T00:00:0${at}.123456Z`,
    message: null,
    events: [],
  }));
  const door = {
    listActions: async () => ({ actions }),
    // As it was when the question arrived: others may change it before the answer is read.
    getInstance: async () => {
      const told = server;
      await new Promise((resolve) => setImmediate(resolve));
      return told;
    },
    updateInstance: async ({ patch, ifVersion }: { patch: InstancePatch; ifVersion?: number }) => {
      const { version } = server;
      if (ifVersion !== undefined && ifVersion !== version) {
        throw new VolvoxError('conflict', 'changed', { details: { version } });
      }
      server = { ...server, ...patch, version: version + 1 } as Instance;
      return server;
    },
    lockInstance: async ({ locked }: { locked: boolean }) => {
      server = { ...server, lockedBy: locked ? 'owner' : null };
      return {};
    },
  };
  beforeAll(async () => {
    const cell = { id: randomUUID(), name: 'cell', url: '', enabled: true, door };
    const cells = { all: () => [cell], find: () => cell, of: () => cell } as unknown as CellDoors;
    api = await createComputeApp({ cells, caches: createCaches() });
    await api.deps.directory.transaction(async (tx) => {
      await acceptBuilds(tx, [aBuild({ uuid: UUID, projectId: PROJECT })], Date.now());
      await setHome(tx, UUID, { state: 'placed', cell_id: cell.id, epoch: anInstance().epoch }, Date.now());
    });
  });
  beforeEach(() => {
    server = anInstance({ projectId: PROJECT });
  });
  afterAll(() => api.close());

  const eight = Array.from({ length: 8 }, (_, n) => `key-${n}`);

  it('keeps all of eight metadata items that are added at once', async () => {
    const added = eight.map((key) => api.send('member', `POST ${PATH}/metadata`, null, { metadata: { [key]: 'v' } }));
    expect((await Promise.all(added)).map(({ status }) => status)).toEqual(eight.map(() => 200));
    expect(server.metadata).toMatchObject(Object.fromEntries(eight.map((key) => [key, 'v'])));
    const set = eight.map((key) => api.send('member', `PUT ${PATH}/metadata/${key}`, null, { meta: { [key]: 'w' } }));
    expect((await Promise.all(set)).map(({ status }) => status)).toEqual(eight.map(() => 200));
    expect(server.metadata).toMatchObject(Object.fromEntries(eight.map((key) => [key, 'w'])));
    const removed = eight.map((key) => api.send('member', `DELETE ${PATH}/metadata/${key}`));
    expect((await Promise.all(removed)).map(({ status }) => status)).toEqual(eight.map(() => 204));
    expect(Object.keys(server.metadata)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^key-/)]));
  });

  it('keeps all of eight tags that are added at once', async () => {
    server = { ...server, tags: [] };
    const added = eight.map((key) => api.send('member', `PUT ${PATH}/tags/${key}`, '2.26'));
    expect((await Promise.all(added)).map(({ status }) => status)).toEqual(eight.map(() => 201));
    expect([...server.tags].sort()).toEqual(eight);
  });

  it('pages its action log with the key `links`', async () => {
    const { body } = await api.send('member', `GET ${PATH}/os-instance-actions?limit=1`, '2.58');
    expect(Object.keys(body).sort()).toEqual(['instanceActions', 'links']);
    expect(body.links).toEqual([
      { rel: 'next', href: expect.stringMatching(/os-instance-actions\?limit=1&marker=req-3$/) },
    ]);
  });

  it('finds an action by the time it is shown with, at either end', async () => {
    const at = '2026-01-01T00:00:02.123456';
    const seen = async (query: string) => {
      const { body } = await api.send('member', `GET ${PATH}/os-instance-actions?${query}`, '2.66');
      return body.instanceActions.map((one: { request_id: string }) => one.request_id);
    };
    expect(await seen(`changes-since=${at}`)).toEqual(['req-3', 'req-2']);
    expect(await seen(`changes-before=${at}`)).toEqual(['req-2', 'req-1']);
    expect(await seen(`changes-since=${at}&changes-before=${at}`)).toEqual(['req-2']);
  });

  it('keeps its access addresses in canonical form', async () => {
    const put = (accessIPv6: string) => api.send('member', `PUT ${PATH}`, '2.96', { server: { accessIPv6 } });
    const long = await put('0000:0000:0000:0000:0000:babe:220.12.22.2');
    expect([long.status, long.body.server?.accessIPv6]).toEqual([200, '::babe:dc0c:1602']);
    expect((await put('FD00:0:0:0:0:0:0:AB')).body.server.accessIPv6).toBe('fd00::ab');
  });

  /** Members that every object has and no user has given. */
  const INHERITED = ['constructor', 'toString', '__proto__'];

  it.each(INHERITED)('has no metadata item %s and no network of that name before it is given', async (name) => {
    expect((await api.send('member', `GET ${PATH}/ips/${name}`)).status).toBe(404);
    expect((await api.send('member', `GET ${PATH}/metadata/${name}`)).status).toBe(404);
    expect((await api.send('member', `DELETE ${PATH}/metadata/${name}`)).status).toBe(404);
    const mismatch = { meta: { other: 'value' } };
    expect((await api.send('member', `PUT ${PATH}/metadata/${name}`, null, mismatch)).status).toBe(400);
    const networks = server.networks.map((network) => ({ ...network, name }));
    server = { ...server, networks, metadata: Object.fromEntries([[name, 'value']]) };
    const { body } = await api.send('member', `GET ${PATH}/ips`);
    expect(Object.keys(body.addresses)).toEqual([name]);
    const own = await api.send('member', `GET ${PATH}/ips/${name}`);
    expect(own.body).toEqual(body.addresses);
    expect((await api.send('member', `GET ${PATH}/metadata/${name}`)).body.meta).toEqual(server.metadata);
  });

  it('takes a tag in any script, and says where it is', async () => {
    const path = `${PATH}/tags/${encodeURIComponent('日本')}`;
    const { status, headers } = await api.send('member', `PUT ${path}`, '2.26');
    expect([status, headers.location]).toEqual([201, `http://volvox.test/compute/v2.1${path}`]);
    expect((await api.send('member', `GET ${path}`, '2.26')).status).toBe(204);
  });

  it.each(['building', 'error', 'resized', 'rescued'] as const)('keeps its tags while it is %s', async (vmState) => {
    server = { ...server, vmState, tags: ['old'] };
    const writes = [
      ['PUT', '/tags/new', 'update tag'],
      ['PUT', '/tags', 'update tags', { tags: ['new'] }],
      ['DELETE', '/tags/old', 'delete tag'],
      ['DELETE', '/tags', 'delete tags'],
    ] as const;
    for (const [method, path, doing, body] of writes) {
      const refused = await api.send('member', `${method} ${PATH}${path}`, '2.26', body);
      expect(refused.status).toBe(409);
      expect(refused.body.conflictingRequest.message).toContain(`'${doing}'`);
    }
    expect(server.tags).toEqual(['old']);
  });

  it("keeps an admin's lock from its owner, who may take away the own", async () => {
    server = { ...server, lockedBy: 'admin' };
    const refused = await api.send('member', `POST ${PATH}/action`, null, { unlock: null });
    expect(refused.status).toBe(403);
    expect(refused.body.forbidden.message).toContain('unlock_override');
    expect((await api.send('admin', `POST ${PATH}/action`, null, { unlock: null })).status).toBe(202);
    server = { ...server, lockedBy: 'owner' };
    expect((await api.send('member', `POST ${PATH}/action`, null, { unlock: null })).status).toBe(202);
    expect(server.lockedBy).toBeNull();
  });
});
