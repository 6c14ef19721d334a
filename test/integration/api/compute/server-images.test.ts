import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findImage } from '#platform/directory/stores/images.ts';
import { findServerImage } from '#platform/directory/stores/server-images.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { aBuild } from '../../../support/a-build.ts';
import { anInstance } from '../../../unit/api/compute/servers/an-instance.ts';
import { beginWithServer } from './begin-with-server.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';

interface Acted {
  readonly operationId: string;
  readonly kind: string;
  readonly params: { readonly imageId: string; readonly upload: unknown };
}

describe('images of servers', () => {
  const CELL = randomUUID();
  let api: ComputeApp;
  let server: Instance;
  let acted: Acted[] = [];
  let refusal: Error | null = null;

  beforeAll(async () => {
    const door = {
      getInstance: async () => server,
      act: async (request: Acted) => {
        if (refusal !== null) throw refusal;
        acted.push(request);
        return { operationId: request.operationId };
      },
    };
    const cell = { id: CELL, name: 'east', url: '', enabled: true, door };
    api = await createComputeApp({
      cells: { all: () => [cell], find: () => cell, of: () => cell } as unknown as ApiDeps['cells'],
      uploadTickets: { make: async (id) => `upload-${id}`, check: async () => undefined },
      config: {
        ...{ publicUrl: 'http://volvox.test', agentUrl: 'https://agents.volvox.test', checkResponses: true },
        ...{ imageCountTotal: 3, imageSizeTotalMb: -1, imageCountUploading: -1 },
      } as unknown as ApiDeps['config'],
    });
  });
  beforeEach(async () => {
    const image = { ...aBuild().image, minRamMb: 7, properties: { os_distro: 'debian', img_signature: 'x' } };
    const build = aBuild({ projectId: PROJECT, image });
    server = anInstance({ ...build, launchedAt: '2026-05-01T12:00:00Z' });
    [acted, refusal] = [[], null];
    await api.deps.directory.write.deleteFrom('images').execute();
    await api.deps.directory.write.deleteFrom('server_images').execute();
    await beginWithServer(api.deps, build, CELL);
  });
  afterAll(() => api.close());

  const send = (body: object, version: string | null = null, who = 'member') =>
    api.send(who, `POST /servers/${server.uuid}/action`, version, body);
  const madeImage = async () => {
    const [request] = acted;
    const image = await findImage(api.deps.directory.read, request?.params.imageId ?? '');
    if (image === null) throw new Error('no image was made');
    return image;
  };

  it('are made before the cell is asked, with what users know them by, and the cell gets a ticket to upload', async () => {
    const answer = await send({ createImage: { name: 'foo', metadata: { meta_var: 'meta_val' } } });
    const image = await madeImage();
    expect(answer).toMatchObject({ status: 202, body: null });
    expect(answer.headers.location).toBe(`http://volvox.test/image/v2/images/${image.id}`);
    expect(image).toMatchObject({ name: 'foo', status: 'queued', projectId: PROJECT, visibility: 'private' });
    expect(image).toMatchObject({ diskFormat: 'qcow2', containerFormat: 'bare', minRamMb: 7 });
    expect(image.minDiskGb).toBe(server.flavor.diskGb);
    expect(image.properties).toEqual({
      ...{ os_distro: 'debian', base_image_ref: server.image.id, image_location: 'snapshot', image_state: 'available' },
      ...{ instance_uuid: server.uuid, user_id: 'fake', owner_id: PROJECT, image_type: 'snapshot' },
      meta_var: 'meta_val',
    });
    expect(acted).toMatchObject([
      {
        kind: 'createImage',
        params: {
          upload: {
            url: `https://agents.volvox.test/image/v2/images/${image.id}/file`,
            ticket: `upload-${image.id}`,
          },
        },
      },
    ]);
  });

  it('are named in the body from 2.45', async () => {
    const answer = await send({ createImage: { name: 'foo' } }, '2.45');
    expect(answer.body).toEqual({ image_id: (await madeImage()).id });
    expect(answer.headers.location).toBeUndefined();
  });

  it('are backups with a type and a rotation; none is named when none stays', async () => {
    const backup = { name: 'Backup 1', backup_type: 'daily', rotation: '2' };
    const answer = await send({ createBackup: backup });
    const image = await madeImage();
    expect(answer.headers.location).toContain(image.id);
    expect(image.properties).toMatchObject({ image_type: 'backup', backup_type: 'daily' });
    expect(await findServerImage(api.deps.directory.read, image.id, server.uuid)).toMatchObject({ rotation: 2 });
    const none = await send({ createBackup: { ...backup, rotation: 0 } });
    expect(none).toMatchObject({ status: 202 });
    expect(none.headers.location).toBeUndefined();
    expect((await send({ createBackup: { ...backup, rotation: -1 } })).status).toBe(400);
    expect((await send({ createBackup: { name: 'Backup 1', rotation: 1 } })).status).toBe(400);
  });

  it('are gone when the cell refuses, and are not made where the state forbids it', async () => {
    refusal = new VolvoxError('conflict', 'Instance is locked');
    expect((await send({ createImage: { name: 'foo' } })).status).toBe(409);
    expect(await api.deps.directory.read.selectFrom('images').selectAll().execute()).toEqual([]);
    refusal = null;
    server = { ...server, vmState: 'rescued' };
    const { status, body } = await send({ createImage: { name: 'foo' } });
    expect([status, body.conflictingRequest.message]).toEqual([409, expect.stringContaining('in vm_state rescued')]);
    expect(acted).toEqual([]);
  });

  it('count against the quota of images, and their metadata against that of metadata', async () => {
    const metadata = Object.fromEntries(Array.from({ length: 129 }, (_, at) => [`key${at}`, '']));
    const tooMany = await send({ createImage: { name: 'foo', metadata } });
    expect([tooMany.status, tooMany.body.forbidden.message]).toEqual([403, expect.stringContaining('exceeds 128')]);
    for (let made = 0; made < 3; made++) expect((await send({ createImage: { name: 'foo' } })).status).toBe(202);
    const over = await send({ createImage: { name: 'foo' } });
    expect([over.status, over.body.forbidden.message]).toEqual([403, expect.stringContaining('image_count_total')]);
  });

  it('take no attribute of every image as metadata', async () => {
    for (const metadata of [{ visibility: 'public' }, { name: 'other' }]) {
      expect((await send({ createImage: { name: 'foo', metadata } })).status).toBe(400);
    }
  });

  it('are offered to the project of the server when somebody else makes them, and are nobody else’s', async () => {
    const image = { createImage: { name: 'foo' } };
    expect((await send(image, null, 'outsider')).status).toBe(404);
    expect((await send(image, null, 'reader')).status).toBe(403);
  });
});
