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
