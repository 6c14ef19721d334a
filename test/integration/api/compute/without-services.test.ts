import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { InstancePage } from '#platform/contracts/door.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { matchesFilter } from '../../../../api/compute/servers/list/matches-filter.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { aBuild } from '../../../support/a-build.ts';
import { anInstance } from '../../../unit/api/compute/servers/an-instance.ts';
import { beginWithServer } from './begin-with-server.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';
import { aHost, stubCells } from './stub-cells.ts';

/** Operations on servers in a region without services for volumes, shares and accelerators, and what other services tell of servers. */
const SERVER = '8600d31b-d1a1-4632-b2ff-45c2be1a70ff';
const NOBODY = '9600d31b-d1a1-4632-b2ff-45c2be1a70ff';
const VOLUME = 'a07f71dc-8151-4e7d-a0cc-cd24a3f11113';
let server: Instance;
let silent = false;
let api: ComputeApp;

beforeAll(async () => {
  const answer = () => {
    if (silent) throw new VolvoxError('unavailable', 'no answer');
    return server;
  };
  const cell = {
    ...{ id: 'east', name: 'east', url: '', enabled: true },
    door: {
      getInstance: async () => answer(),
      serverTopology: async () => ({ placement: null }),
      listInstances: async ({ filter }: InstancePage) => ({
        instances: [answer()].filter((one) => matchesFilter(filter, one)),
      }),
      listServices: async () => ({
        services: ['host1', 'host2'].map((host) => ({
          ...aHost(host, SERVER),
          binary: 'nova-compute',
          host,
          zone: 'nova',
        })),
      }),
    },
  };
  const find = (id: string) => (id === 'east' ? cell : undefined);
  const { scheduler } = stubCells([]);
  const cells = { all: () => [cell], find, of: find } as unknown as ApiDeps['cells'];
  api = await createComputeApp({ cells, scheduler });
  await beginWithServer(api.deps, aBuild({ uuid: SERVER, projectId: PROJECT }), 'east');
});
beforeEach(() => {
  server = anInstance({ uuid: SERVER, projectId: PROJECT, epoch: 2 });
  silent = false;
});
afterAll(() => api?.close());

const messageOf = (body: Record<string, { message: string }>) => Object.values(body)[0]?.message;
const said = async (who: string, what: string, version: string, payload?: object) => {
  const { status, body } = await api.send(who, what, version, payload);
  return [status, messageOf(body)];
};

it.each(['2.1', '2.104'])('has no volumes attached, and finds none to attach, at %s', async (version) => {
  const path = `/servers/${SERVER}/os-volume_attachments`;
  expect((await api.send('reader', `GET ${path}`, version)).body).toEqual({ volumeAttachments: [] });
  const notAttached = `Instance ${SERVER} is not attached to volume ${VOLUME}`;
  const unknown = `Volume ${VOLUME} could not be found. This region has no volume service.`;
  const attachment = { volumeAttachment: { volumeId: VOLUME, device: '/dev/vdb' } };
  expect(await said('reader', `GET ${path}/${VOLUME}`, version)).toEqual([404, notAttached]);
  expect(await said('member', `POST ${path}`, version, attachment)).toEqual([404, unknown]);
  expect(await said('member', `DELETE ${path}/${VOLUME}`, version)).toEqual([404, unknown]);
  const other = { volumeAttachment: { volumeId: NOBODY } };
  expect(await said('admin', `PUT ${path}/${VOLUME}`, version, other)).toEqual([404, unknown]);
  expect((await said('member', `PUT ${path}/${VOLUME}`, version, other))[0]).toBe(403);
  expect((await said('reader', `POST ${path}`, version, attachment))[0]).toBe(403);
  for (const what of [`GET ${path}`, `GET ${path}/${VOLUME}`, `DELETE ${path}/${VOLUME}`])
    expect((await api.send('outsider', what, version)).status).toBe(404);
  const bad = await said('member', `POST ${path}`, version, { volumeAttachment: { volumeId: 'x' } });
  expect(bad).toEqual([400, expect.stringContaining('volumeId')]);
  expect(
    await said('member', `POST ${path}`, version, {
      volumeAttachment: { ...attachment.volumeAttachment, device: 'vdb' },
    }),
  ).toEqual([400, expect.stringContaining('device')]);
});

it('checks the state of a server, and its lock, before it looks for a volume', async () => {
  const path = `/servers/${SERVER}/os-volume_attachments`;
  const attach = (version: string, more = {}) =>
    said('member', `POST ${path}`, version, { volumeAttachment: { volumeId: VOLUME, ...more } });
  server = { ...server, vmState: 'suspended' };
  expect(await attach('2.1')).toEqual([
    ...[409, expect.stringContaining(`Cannot 'attach_volume' instance ${SERVER} while it is in vm_state suspended`)],
  ]);
  server = { ...server, vmState: 'shelved' };
  expect((await attach('2.19'))[0]).toBe(409);
  expect((await attach('2.20'))[0]).toBe(404);
  server = { ...server, vmState: 'active', lockedBy: 'owner' };
  expect(await attach('2.1')).toEqual([409, expect.stringContaining(`Instance ${SERVER} is locked`)]);
  expect(await attach('2.48', { tag: 'disk' })).toEqual([400, expect.stringContaining('tag')]);
  expect((await attach('2.49', { tag: 'disk' }))[0]).toBe(409);
  expect(await attach('2.78', { delete_on_termination: true })).toEqual([
    ...[400, expect.stringContaining('delete_on_termination')],
  ]);
  expect((await attach('2.79', { delete_on_termination: true }))[0]).toBe(409);
  const change = { volumeAttachment: { volumeId: VOLUME, delete_on_termination: true } };
  expect(await said('member', `PUT ${path}/${VOLUME}`, '2.85', change)).toEqual([
    ...[404, `Instance ${SERVER} is not attached to volume ${VOLUME}`],
  ]);
  expect((await said('member', `PUT ${path}/${VOLUME}`, '2.84', change))[0]).toBe(400);
});

it.each(['2.97', '2.104'])('has no shares, and finds none, at %s', async (version) => {
  const path = `/servers/${SERVER}/shares`;
  expect((await api.send('reader', `GET ${path}`, version)).body).toEqual({ shares: [] });
  const unknown = `Share ${VOLUME} could not be found. This region has no service for shares.`;
  expect(await said('reader', `GET ${path}/${VOLUME}`, version)).toEqual([404, unknown]);
  const attach = (share: object) => said('member', `POST ${path}`, version, { share });
  expect(await attach({ share_id: VOLUME })).toEqual([
    ...[409, expect.stringContaining(`Cannot 'create share' instance ${SERVER} while it is in vm_state active`)],
  ]);
  expect(await said('member', `DELETE ${path}/${VOLUME}`, version)).toEqual([
    ...[409, expect.stringContaining(`Cannot 'delete share' instance ${SERVER} while it is in vm_state active`)],
  ]);
  server = { ...server, vmState: 'stopped' };
  expect(await attach({ share_id: VOLUME, tag: 'data' })).toEqual([404, unknown]);
  expect(await said('member', `DELETE ${path}/${VOLUME}`, version)).toEqual([404, unknown]);
  expect(await attach({ share_id: 'x' })).toEqual([400, expect.stringContaining('share_id')]);
  expect(await attach({ share_id: VOLUME, tag: 'a b' })).toEqual([400, expect.stringContaining('tag')]);
  expect((await api.send('outsider', `GET ${path}`, version)).status).toBe(404);
  expect((await api.send('reader', `GET ${path}`, '2.96')).status).toBe(404);
});

it.each(['2.78', '2.104'])('has no NUMA nodes, at %s', async (version) => {
  const { status, body } = await api.send('reader', `GET /servers/${SERVER}/topology`, version);
  expect([status, body]).toEqual([200, { nodes: [], pagesize_kb: null }]);
  expect((await api.send('outsider', `GET /servers/${SERVER}/topology`, version)).status).toBe(404);
  expect((await api.send('reader', `GET /servers/${SERVER}/topology`, '2.77')).status).toBe(404);
});

it.each(['2.1', '2.104'])('makes no snapshots for a volume service, at %s', async (version) => {
  const info = { snapshot_id: VOLUME, type: 'qcow2', new_file: 'new' };
  const create = (create_info: object, who = 'admin') =>
    said(who, 'POST /os-assisted-volume-snapshots', version, { snapshot: { volume_id: VOLUME, create_info } });
  const unknown = `No volume Block Device Mapping with id ${VOLUME}.`;
  expect(await create(info)).toEqual([400, unknown]);
  expect(await create({ ...info, type: 'raw' })).toEqual([400, expect.stringContaining('type')]);
  expect((await create(info, 'member'))[0]).toBe(403);
  const remove = (query: string) => said('admin', `DELETE /os-assisted-volume-snapshots/${VOLUME}${query}`, version);
  const asked = (value: unknown) => `?delete_info=${encodeURIComponent(JSON.stringify(value))}`;
  expect(await remove(asked({ volume_id: VOLUME }))).toEqual([400, unknown]);
  expect(await remove('')).toEqual([400, expect.stringContaining('delete_info')]);
  expect(await remove('?delete_info=x')).toEqual([400, expect.stringContaining('delete_info')]);
  expect(await remove(asked({}))).toEqual([400, expect.stringContaining('volume_id')]);
});

it.each(['2.1', '2.104'])('answers each event of another service by itself, at %s', async (version) => {
  const tell = (events: object[], who = 'admin') =>
    api.send(who, 'POST /os-server-external-events', version, { events });
  const plugged = { server_uuid: SERVER, name: 'network-vif-plugged', status: 'completed', tag: VOLUME };
  const changed = { server_uuid: NOBODY, name: 'network-changed' };
  const one = await tell([plugged]);
  expect([one.status, one.body]).toEqual([200, { events: [{ ...plugged, code: 200 }] }]);
  const mixed = await tell([{ ...plugged, status: 'failed' }, changed]);
  expect([mixed.status, mixed.body.events]).toEqual([
    ...[
      207,
      [
        { ...plugged, code: 200 },
        { ...changed, status: 'failed', code: 404 },
      ],
    ],
  ]);
  const none = await tell([changed]);
  expect([none.status, messageOf(none.body)]).toEqual([
    404,
    expect.stringContaining('No instances found for any event'),
  ]);
  server = { ...server, host: null };
  expect((await tell([plugged])).status).toBe(404);
  server = { ...server, host: 'host1' };
  const wrong = await tell([{ ...plugged, name: 'reboot' }]);
  expect([wrong.status, messageOf(wrong.body)]).toEqual([400, expect.stringContaining('name')]);
  expect((await tell([plugged], 'member')).status).toBe(403);
  silent = true;
  expect((await tell([plugged])).status).toBe(503);
});

it('knows more events with newer microversions, and which of them need a tag', async () => {
  const tell = async (name: string, version: string, more = {}) => {
    const events = [
      { server_uuid: SERVER, name, ...more },
      { server_uuid: SERVER, name: 'network-changed' },
    ];
    const { status, body } = await api.send('admin', 'POST /os-server-external-events', version, { events });
    return [status, body.events?.[0].code];
  };
  const NEW = [
    ['volume-extended', 51],
    ['power-update', 76],
    ['accelerator-request-bound', 82],
    ['volume-reimaged', 93],
  ] as const;
  for (const [name, minor] of NEW) {
    expect(await tell(name, `2.${minor - 1}`)).toEqual([400, undefined]);
    expect(await tell(name, `2.${minor}`)).toEqual([207, 400]);
    expect(await tell(name, `2.${minor}`, { tag: VOLUME })).toEqual([200, 200]);
  }
});

it.each(['2.1', '2.104'])('shows that no host audits its usage, at %s', async (version) => {
  const at = encodeURIComponent('2012-07-05 10:00:00');
  const { status, body } = await api.send('admin', `GET /os-instance_usage_audit_log/${at}`, version);
  const log = {
    ...{ period_beginning: '2012-06-01 00:00:00', period_ending: '2012-07-01 00:00:00', num_hosts: 2 },
    ...{ num_hosts_done: 0, num_hosts_running: 0, num_hosts_not_run: 2, hosts_not_run: ['host1', 'host2'] },
    ...{ total_instances: 0, total_errors: 0, overall_status: '0 of 2 hosts done. 0 errors.', log: {} },
  };
  expect([status, body]).toEqual([200, { instance_usage_audit_log: log }]);
  const boundary = encodeURIComponent('2012-07-01 00:00:00.000000');
  const earlier = await api.send('admin', `GET /os-instance_usage_audit_log/${boundary}`, version);
  expect(earlier.body.instance_usage_audit_log.period_ending).toBe('2012-06-01 00:00:00');
  const all = await api.send('admin', 'GET /os-instance_usage_audit_log', version);
  expect(all.body.instance_usage_audit_logs).toMatchObject({ num_hosts: 2, log: {} });
  expect(await said('admin', 'GET /os-instance_usage_audit_log/2012', version)).toEqual([
    ...[400, expect.stringContaining('Invalid timestamp for date 2012')],
  ]);
  expect((await api.send('member', 'GET /os-instance_usage_audit_log', version)).status).toBe(403);
});
