import { expect, it } from 'vitest';
import { waitUntil } from '../support/wait-until.ts';
import { sendTo } from './send-to.ts';
import { useRegion } from './use-region.ts';

const { region, fixture } = useRegion();

const send = async (what: string, isAdmin: boolean, body?: unknown, version = '2.104') => {
  const request = what.replace(' ', ' /compute/v2.1');
  const { status, text } = await sendTo(region, fixture, request, { version, isAdmin, body });
  return { status, body: text === '' ? {} : JSON.parse(text) };
};

it('diagnostics are for admins, of a server that runs', async () => {
  const imageRef = fixture.values('glance.auto_disk_config_enabled_image.id');
  const server = { name: 'one', flavorRef: '1', imageRef, networks: 'auto', config_drive: true };
  const { body } = await send('POST /servers', false, { server });
  const path = `/servers/${body.server.id}`;
  const becomes = (status: string) =>
    waitUntil(status, async () => (await send(`GET ${path}`, true)).body.server.status === status);
  await becomes('ACTIVE');
  const running = await send(`GET ${path}/diagnostics`, true);
  expect([running.status, running.body.state, running.body.config_drive]).toEqual([200, 'running', true]);
  expect((await send(`GET ${path}/diagnostics`, false)).status).toBe(403);
  expect((await send(`POST ${path}/action`, false, { 'os-stop': null })).status).toBe(202);
  await becomes('SHUTOFF');
  const stopped = await send(`GET ${path}/diagnostics`, true);
  expect(stopped).toMatchObject({
    status: 409,
    body: {
      conflictingRequest: { message: expect.stringContaining('in power state shutdown. Cannot get_diagnostics') },
    },
  });
  expect((await send('GET /servers/00000000-0000-4000-8000-00000000dead/diagnostics', true)).status).toBe(404);
});
