import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { getDecision } from '#platform/directory/stores/homes/get-homes.ts';
import { deleteImage, findImage } from '#platform/directory/stores/images.ts';
import { findServerImage } from '#platform/directory/stores/server-images.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { aBuild } from '../../../support/a-build.ts';
import { waitUntil } from '../../../support/wait-until.ts';
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
  const HOST = randomUUID();
  let refusal: Error | null = null;
  let scheduled: unknown[] = [];

  beforeAll(async () => {
    const door = {
      getInstance: async () => server,
      listHosts: async () => ({ hosts: [{ name: 'host-1', id: HOST }] }),
      act: async (request: Acted) => {
        if (refusal !== null) throw refusal;
        acted.push(request);
        return { operationId: request.operationId };
      },
    };
    const cell = { id: CELL, name: 'east', url: '', enabled: true, door };
    api = await createComputeApp({
      cells: { all: () => [cell], find: () => cell, of: () => cell } as unknown as ApiDeps['cells'],
      scheduler: {
        schedule: async ({ requests }: { requests: unknown[] }) => {
          scheduled.push(...requests);
          const candidate = { cellId: CELL, cellName: 'east', hostId: HOST, hostName: 'host-1', zone: 'nova' };
          return { decisions: [{ candidates: [candidate], refusals: [], hostsConsidered: 2, silentCells: [] }] };
        },
      } as unknown as ApiDeps['scheduler'],
      imageTickets: { make: async (id) => `read-${id}`, check: async () => undefined },
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
    [acted, refusal, scheduled] = [[], null, []];
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

  describe('a shelved server', () => {
    const shelvedImage = async () => {
      expect((await send({ shelve: null })).status).toBe(202);
      const image = await madeImage();
      expect(image).toMatchObject({ name: `${server.name}-shelved`, properties: { image_type: 'snapshot' } });
      await api.deps.directory.write
        .updateTable('images')
        .set({ status: 'active', sha256: 'a'.repeat(64), size_bytes: 10 })
        .where('id', '=', image.id)
        .execute();
      acted = [];
      return image;
    };
    const asked = () => acted.map(({ kind, params }) => ({ kind, params }));

    it('that is on its host is started there, without a choice', async () => {
      const image = await shelvedImage();
      server = { ...server, vmState: 'shelved' };
      expect((await send({ unshelve: { availability_zone: 'nova' } }, '2.77')).status).toBe(409);
      expect((await send({ unshelve: { host: 'host-1' } }, '2.91', 'admin')).status).toBe(409);
      expect((await send({ unshelve: null })).status).toBe(202);
      expect(asked()).toEqual([{ kind: 'unshelve', params: { imageId: image.id } }]);
    });

    it('that is on none is scheduled in its cell, and built from its image', async () => {
      const image = await shelvedImage();
      server = { ...server, vmState: 'shelved_offloaded', host: null };
      expect((await send({ unshelve: { anything: 1 } }, '2.76')).status).toBe(202);
      expect(asked()).toMatchObject([
        { params: { imageId: image.id, image: { id: image.id, ticket: `read-${image.id}` }, candidates: [HOST] } },
      ]);
      expect(scheduled.at(-1)).toMatchObject({ onlyCellId: CELL });
      await waitUntil('the decision to be kept', async () => {
        const kept = await getDecision(api.deps.directory.read, server.uuid);
        return kept?.decision?.chosen?.hostName === 'host-1';
      });
    });

    it('is built from its image also after an admin has reset its state; a server that has a guest is not', async () => {
      const image = await shelvedImage();
      for (const vmState of ['active', 'error'] as const) {
        server = { ...server, vmState, host: null };
        expect((await send({ unshelve: null })).status).toBe(202);
        expect(asked().at(-1)?.params).toMatchObject({ imageId: image.id, candidates: [HOST] });
        server = { ...server, host: 'host-1' };
        expect((await send({ unshelve: null })).status).toBe(409);
      }
    });

    it('goes to a zone from 2.77, and to a host from 2.91, which only admins name', async () => {
      await shelvedImage();
      server = { ...server, vmState: 'shelved_offloaded', host: null };
      expect((await send({ unshelve: { availability_zone: 'nova' } }, '2.77')).status).toBe(202);
      expect(scheduled.at(-1)).toMatchObject({ availabilityZone: 'nova' });
      expect((await send({ unshelve: { availability_zone: 'nowhere' } }, '2.77')).status).toBe(400);
      expect((await send({ unshelve: { availability_zone: null } }, '2.90')).status).toBe(400);
      expect((await send({ unshelve: {} }, '2.77')).status).toBe(400);
      expect((await send({ unshelve: { availability_zone: null } }, '2.91')).status).toBe(202);
      expect(asked().at(-1)?.params).toMatchObject({ availabilityZone: null });
      expect((await send({ unshelve: { host: 'host-1' } }, '2.91')).status).toBe(403);
      expect((await send({ unshelve: { host: 'host-1' } }, '2.91', 'admin')).status).toBe(202);
      expect(scheduled.at(-1)).toMatchObject({ requestedHost: 'host-1' });
      expect((await send({ unshelve: { host: 'unknown' } }, '2.91', 'admin')).status).toBe(400);
    });

    it('cannot be unshelved when its image is gone', async () => {
      const image = await shelvedImage();
      await api.deps.directory.transaction((tx) => deleteImage(tx, image.id));
      server = { ...server, vmState: 'shelved_offloaded', host: null };
      expect((await send({ unshelve: null })).status).toBe(409);
      expect(acted).toEqual([]);
    });

    it('leaves its host when an admin says so', async () => {
      expect((await send({ shelveOffload: null })).status).toBe(403);
      expect((await send({ shelveOffload: null }, null, 'admin')).status).toBe(202);
      expect(asked()).toMatchObject([{ kind: 'shelveOffload' }]);
      server = { ...server, vmState: 'shelved' };
      expect((await send({ shelve: null })).status).toBe(409);
    });
  });
});
