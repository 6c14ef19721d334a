import { expect, it } from 'vitest';
import { waitUntil } from '../support/wait-until.ts';
import { sendTo } from './send-to.ts';
import { useRegion } from './use-region.ts';

const { region, fixture } = useRegion();

async function send(what: string, version: string, body?: unknown) {
  const request = what.replace(' ', ' /compute/v2.1');
  const { status, text } = await sendTo(region, fixture, request, { version, isAdmin: false, body });
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by tests.
  return { status, body: (text === '' ? undefined : JSON.parse(text)) as any };
}

it.each(['2.1', '2.102'])('os-volumes_boot is the other name of servers at %s', async (version) => {
  const imageRef = fixture.values('glance.auto_disk_config_enabled_image.id');
  const networks = version === '2.1' ? {} : { networks: 'auto' };
  const made = await send('POST /os-volumes_boot', version, {
    server: { name: 'one', flavorRef: '1', imageRef, ...networks },
  });
  expect(made.status).toBe(202);
  const { id } = made.body.server;
  const becomes = (status: string) =>
    waitUntil(`the server to be ${status}`, async () => {
      const { server } = (await send(`GET /os-volumes_boot/${id}`, version)).body;
      return server.status === status && server['OS-EXT-STS:task_state'] === null ? server : undefined;
    });
  const active = await becomes('ACTIVE');
  expect(active.links[0].href).toMatch(new RegExp(`/servers/${id}$`));
  expect((await send(`GET /servers/${id}`, version)).body.server).toEqual(active);
  for (const path of ['/os-volumes_boot', '/os-volumes_boot/detail']) {
    const { servers } = (await send(`GET ${path}?name=one`, version)).body;
    expect(servers.map((one: { id: string }) => one.id)).toEqual([id]);
  }
  const act = (action: object, of = id) => send(`POST /os-volumes_boot/${of}/action`, version, action);
  expect((await act({ 'os-stop': null })).status).toBe(202);
  await becomes('SHUTOFF');
  expect((await act({ pause: null })).status).toBe(400);
  expect((await act({ 'os-start': null }, fixture.projectId)).status).toBe(404);
  expect((await send(`PUT /os-volumes_boot/${id}`, version, { server: { name: 'two' } })).body.server.name).toBe('two');
  for (const [what, body] of [
    ['GET /os-volumes_boot', undefined],
    [`GET /os-volumes_boot/${id}`, undefined],
    [`POST /os-volumes_boot/${id}/action`, { 'os-start': null }],
    [`DELETE /os-volumes_boot/${id}`, undefined],
  ] as const) {
    expect([what, (await send(what, '2.103', body)).status]).toEqual([what, 404]);
  }
  expect((await send(`DELETE /os-volumes_boot/${id}`, version)).status).toBe(204);
  await waitUntil('the server to be gone', async () => (await send(`GET /servers/${id}`, version)).status === 404);
});
