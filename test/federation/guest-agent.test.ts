import { execFileSync } from 'node:child_process';
import { openAsBlob } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testGuestDisk } from '../integration/cell/compute/test-guest.ts';
import { makeAgentGuestImage } from '../support/agent-guest/agent-guest-image.ts';
import { savedRoot } from '../support/agent-guest/saved-root.ts';
import { actOn, consoleOf, newServer } from '../support/server-calls.ts';
import { useTestRegion } from '../support/use-test-region.ts';
import { waitUntil } from '../support/wait-until.ts';

const READY_MS = 420_000;
const BOOT_MS = 280_000;

/** Through the whole region, with Debian's QEMU guest agent in a Linux guest: what a user asks for, and what the guest then has. */
describe('a server with a guest agent', () => {
  let withAgent = '';
  /** Its image requires what its guest cannot. */
  let without = '';
  const region = useTestRegion({ cells: 1, simulatedHosts: 0 }, READY_MS, async ({ admin, untilActive }) => {
    const flavor = { id: 'agent', name: 'agent', vcpus: 1, ram: 192, disk: 1 };
    await admin.call('compute', 'POST /flavors', { body: { flavor } });
    const upload = async (format: 'qcow2' | 'raw', content: Blob, properties: Record<string, string>) => {
      const body = { name: format, disk_format: format, container_format: 'bare', ...properties } as const;
      const { id } = await admin.call('image', 'POST /v2/images', { body });
      await admin.call('image', 'PUT /v2/images/{id}/file', { path: { id }, bytes: content.stream() });
      return id;
    };
    const build = (name: string, imageRef: string) =>
      newServer(admin, { name, flavorRef: 'agent', imageRef, networks: 'none' });
    const content = await openAsBlob(await makeAgentGuestImage());
    const properties = { hw_qemu_guest_agent: 'yes', os_require_quiesce: 'yes', os_admin_user: 'admin' };
    withAgent = await build('with-agent', await upload('qcow2', content, properties));
    const other = new Blob([new Uint8Array(testGuestDisk())]);
    without = await build('without-agent', await upload('raw', other, { os_require_quiesce: 'yes' }));
    for (const id of [withAgent, without]) await untilActive(id, BOOT_MS);
    await waitUntil('the guest writes', async () => /wrote \d+/.test(await consoleOf(admin, withAgent)), BOOT_MS, 500);
  });

  const setPassword = (id: string, adminPass: string) => actOn(region.admin, id, { changePassword: { adminPass } });
  const snapshot = async (id: string, name: string): Promise<string> => {
    const answer = await actOn(region.admin, id, { createImage: { name } });
    if (answer === null || !('image_id' in answer)) throw new Error('the API did not say which image it makes');
    return answer.image_id;
  };
  /** As the image service keeps them. */
  const bytesOf = async (id: string): Promise<Buffer> => {
    const folder = region.region.home.data('images');
    const name = (await readdir(folder)).find((one) => one.startsWith(id)) ?? 'no such image';
    return await readFile(join(folder, name));
  };
  const imageOf = (id: string) => region.admin.call('image', 'GET /v2/images/{id}', { path: { id } });
  const lastOf = async (id: string, what: RegExp) =>
    [...(await consoleOf(region.admin, id)).matchAll(what)].at(-1)?.[1] ?? '';

  it('is without the password of a user that asks before the agent runs, and has it afterwards', async () => {
    await waitUntil(
      'the password is set',
      async () =>
        await setPassword(withAgent, 'of the user').then(
          () => true,
          (error: unknown) => {
            expect(error).toMatchObject({ status: 501, message: expect.stringContaining('Unable to set password') });
            return false;
          },
        ),
      BOOT_MS,
    );
    await expect(setPassword(without, 'x')).rejects.toMatchObject({
      status: 409,
      message: expect.stringContaining('QEMU guest agent is not enabled'),
    });
    const { instanceActions } = await region.admin.call('compute', 'GET /servers/{id}/os-instance-actions', {
      path: { id: withAgent },
    });
    expect(instanceActions.map(({ action }) => action)).toContain('changePassword');
  });

  it('has an image made of it that needs no repair, and has its password', async () => {
    const before = Number(await lastOf(withAgent, /wrote (\d+)/g));
    const id = await snapshot(withAgent, 'quiet');
    await waitUntil('the image is active', async () => (await imageOf(id)).status === 'active', BOOT_MS);
    const root = await savedRoot(await bytesOf(id));
    expect(root).toMatchObject({ needsRecovery: false, isClean: true });
    expect(root.count).toBeGreaterThanOrEqual(before);
    const [, salt = '', hash] = /^admin:\$6\$([^$]*)\$([^:]*):/m.exec(root.shadow) ?? [];
    expect(`$6$${salt}$${hash}`).toBe(
      execFileSync('openssl', ['passwd', '-6', '-salt', salt, 'of the user']).toString().trim(),
    );
    const after = Number(await lastOf(withAgent, /wrote (\d+)/g));
    await waitUntil('it writes on', async () => Number(await lastOf(withAgent, /wrote (\d+)/g)) > after, BOOT_MS);
  });

  it('says why no image was made, where the image requires an agent and there is none', async () => {
    const id = await snapshot(without, 'not quiet');
    await waitUntil(
      'the image is deleted',
      async () =>
        await imageOf(id).then(
          () => false,
          (error: unknown) => {
            expect(error).toMatchObject({ status: 404 });
            return true;
          },
        ),
      BOOT_MS,
    );
    const server = await region.server(without);
    expect(server).toMatchObject({ status: 'ACTIVE', 'OS-EXT-STS:task_state': null });
    const { instanceActions } = await region.admin.call('compute', 'GET /servers/{id}/os-instance-actions', {
      path: { id: without },
    });
    expect(instanceActions.find(({ action }) => action === 'createImage')).toMatchObject({ message: 'Error' });
  });
});
