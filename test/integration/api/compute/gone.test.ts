import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ComputeApp, createComputeApp } from './compute-app.ts';

let api: ComputeApp;
beforeAll(async () => {
  api = await createComputeApp();
});
afterAll(() => api.close());

it.each([
  'GET /os-cells',
  'POST /os-agents',
  'GET /os-fping/1',
  'DELETE /os-networks/1',
  'GET /servers/00000000-0000-4000-8000-000000000000/consoles',
])('%s is gone for good', async (what) => {
  const { status, body } = await api.send('member', what, '2.1', what.startsWith('POST') ? {} : undefined);
  expect([status, body.computeFault.code]).toEqual([410, 410]);
});

it('actions too, but not unknown ones', async () => {
  expect((await api.send('member', 'POST /os-networks/1/action', null, { disassociate: null })).status).toBe(410);
  expect((await api.send('member', 'POST /os-networks/1/action', null, { explode: null })).status).toBe(400);
});

it.each([
  'GET /os-networks',
  'GET /os-networks/1',
  'GET /os-tenant-networks',
  'GET /os-tenant-networks/1',
  'GET /os-floating-ips',
  'GET /os-volumes/1',
  'GET /os-hosts',
])('%s, a proxy that ended, is not found', async (what) => {
  for (const version of ['2.35', '2.36', '2.104']) {
    expect([version, (await api.send('member', what, version)).status]).toEqual([version, 404]);
  }
});
