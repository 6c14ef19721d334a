import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { shelvedServersReconciler } from '../../../../cell/conductor/reconcilers/shelved-servers.ts';
import { aBuild } from '../../../support/a-build.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aFlavor } from './support/build-requests.ts';
import type { CellWorld } from './support/cell-world.ts';
import { useAuditedCellWorld } from './support/use-cell-world.ts';

const anImage = () => ({ imageId: randomUUID(), upload: { url: 'http://127.0.0.1:1/file', ticket: 'ticket' } });
const snapshot = { ...aBuild().image, id: randomUUID(), name: 'one-shelved', sha256: 'e'.repeat(64) };

const guestsOf = (world: CellWorld, uuid: string) =>
  [...world.agents.guests.values()].filter((candidate) => candidate.spec.instanceUuid === uuid);
const claimsOf = (world: CellWorld, uuid: string) =>
  world.test.database.read.selectFrom('claims').select('host_id').where('instance_uuid', '=', uuid).execute();
const portsOf = (world: CellWorld, uuid: string) =>
  [...world.agents.bindings.values()].filter(({ port }) => aPortOf(uuid).includes(port.id));
const aPortOf = (uuid: string): readonly string[] => ports.get(uuid) ?? [];
const ports = new Map<string, readonly string[]>();
const noticesOf = async (world: CellWorld, uuid: string) =>
  (await world.door.watchNotices({ waitMs: 0, limit: 100, questions: false })).notices.filter(
    ({ instanceUuid }) => instanceUuid === uuid,
  );

describe('shelving', () => {
  let world: CellWorld;
  useAuditedCellWorld({ hosts: 2, total: { vcpus: 1_000, ramMb: 1_000_000, diskGb: 10_000 } }, (made) => {
    world = made;
  });
  const anActive = async (host = 0) => {
    const uuid = await world.anActiveInstance(host);
    ports.set(
      uuid,
      (await world.get(uuid)).ports.map(({ id }) => id),
    );
    return uuid;
  };
  const offloaded = async () => {
    const uuid = await anActive();
    const image = anImage();
    await world.act(uuid, 'shelve', image);
    const server = await world.until(uuid, 'shelved_offloaded');
    await waitUntil('the guest to go', async () => (await claimsOf(world, uuid)).length === 0);
    return { uuid, image, server };
  };

  it('stops the guest, saves its disk, and takes it off its host with its claim and its ports', async () => {
    const seen: unknown[] = [];
    world.agents.guestFate = (guest) => {
      // An agent that is slow looks at the same state again.
      const state = [guest.power, guest.parts?.saves.length ?? 0];
      if (String(seen.at(-1)) !== String(state)) seen.push(state);
      return 'settle';
    };
    const { uuid, server } = await offloaded();
    world.agents.guestFate = () => 'settle';
    expect(seen).toEqual([
      ['running', 0],
      ['stopped', 1],
      ['absent', 1],
    ]);
    expect(server).toMatchObject({ taskState: null, host: null, node: null, hostStatus: '', powerState: 'none' });
    expect(guestsOf(world, uuid)).toEqual([]);
    await waitUntil('the ports to be unplugged', async () => portsOf(world, uuid).length === 0);
    expect(await noticesOf(world, uuid)).toEqual([]);
    await expect(world.act(uuid, 'start')).rejects.toMatchObject({ kind: 'conflict' });
  });

  it.each(['active', 'error'] as const)(
    'ends with an unshelve after an admin has made it %s, and with no other action',
    async (state) => {
      const { uuid, image } = await offloaded();
      await world.act(uuid, 'resetState', { state });
      expect(await world.get(uuid)).toMatchObject({ vmState: state, taskState: null, host: null });
      const build = { image: snapshot, changes: {}, preserveEphemeral: false, trustedImageCertificates: null };
      for (const [kind, params] of [
        ['start', {}],
        ['stop', {}],
        ['reboot', { reboot: 'hard' }],
        ['rebuild', build],
        ['shelve', anImage()],
      ] as const) {
        await expect(world.act(uuid, kind, params)).rejects.toMatchObject({
          kind: 'conflict',
          message: expect.stringMatching(
            / It is on no host, because .* Unshelve it to start it from its image, or delete/,
          ),
        });
      }
      await world.act(uuid, 'unshelve', { imageId: image.imageId, image: snapshot, candidates: [world.host(1).id] });
      await waitUntil('its end', async () => (await world.get(uuid)).taskState === null);
      expect(await world.get(uuid)).toMatchObject({ vmState: 'active', host: 'host-2' });
      expect(guestsOf(world, uuid)).toMatchObject([{ power: 'running', spec: { image: { id: snapshot.id } } }]);
    },
  );

  it('does not begin on a server that has a guest', async () => {
    const uuid = await anActive();
    const params = { imageId: null, image: snapshot, candidates: [world.host(1).id] };
    await expect(world.act(uuid, 'unshelve', params)).rejects.toThrow(/ while it is in vm_state active; /);
    await world.act(uuid, 'resetState', { state: 'error' });
    await expect(world.act(uuid, 'unshelve', params)).rejects.toThrow(/ while it is in vm_state error; /);
  });

  it.each(['stop', 'pause', 'suspend'])('may begin after %s', async (action) => {
    const uuid = await anActive();
    await world.act(uuid, action);
    await waitUntil('it', async () => (await world.get(uuid)).taskState === null);
    await world.act(uuid, 'shelve', anImage());
    await world.until(uuid, 'shelved_offloaded');
  });

  it('that fails leaves the server running, and its image is not needed', async () => {
    const uuid = await anActive();
    const image = anImage();
    world.agents.guestFate = (guest) =>
      (guest.parts?.saves ?? []).length > 0 ? { message: 'no space', permanent: true } : 'settle';
    await world.act(uuid, 'shelve', image);
    await waitUntil('the way back', async () => (await world.get(uuid)).taskState === null);
    world.agents.guestFate = () => 'settle';
    expect(await world.get(uuid)).toMatchObject({ vmState: 'active', fault: { message: 'no space' } });
    await waitUntil('the guest to run', async () => guestsOf(world, uuid)[0]?.power === 'running');
    expect(await noticesOf(world, uuid)).toMatchObject([{ kind: 'image-unneeded', imageId: image.imageId }]);
  });

  it('ends with an unshelve on a host that has capacity: its guest stands on the image, which goes', async () => {
    const { uuid, image } = await offloaded();
    const candidates = [world.host(1).id, world.host(0).id];
    await world.act(uuid, 'unshelve', {
      ...{ imageId: image.imageId, image: snapshot, candidates, zone: 'there', availabilityZone: 'there' },
    });
    const server = await world.until(uuid, 'active');
    expect(server).toMatchObject({ host: 'host-2', zone: 'there', availabilityZone: 'there', taskState: null });
    expect(server.image.id).not.toBe(snapshot.id);
    expect(guestsOf(world, uuid)).toMatchObject([{ power: 'running', spec: { image: { id: snapshot.id } } }]);
    expect(portsOf(world, uuid)).toHaveLength(ports.get(uuid)?.length ?? 0);
    expect(await noticesOf(world, uuid)).toMatchObject([{ kind: 'image-unneeded', imageId: image.imageId }]);

    // A resize takes the disk with what is under it.
    await world.act(uuid, 'resize', { flavor: aFlavor({ id: '2', vcpus: 2 }), hostId: world.host(0).id });
    await world.until(uuid, 'resized');
    await world.act(uuid, 'confirmResize');
    await world.until(uuid, 'active');
    await waitUntil('the old guest to go', async () => guestsOf(world, uuid).length === 1);
    expect(guestsOf(world, uuid)).toMatchObject([{ spec: { image: { id: snapshot.id } } }]);
  });

  it('ends on the same host, too, after the earlier ports have gone', async () => {
    const { uuid, image } = await offloaded();
    await world.act(uuid, 'unshelve', { imageId: image.imageId, image: snapshot, candidates: [world.host(0).id] });
    expect(await world.until(uuid, 'active')).toMatchObject({ host: 'host-1' });
    expect(portsOf(world, uuid)).toHaveLength(ports.get(uuid)?.length ?? 0);
  });

  it('stays when no host can build the server, and may be tried again', async () => {
    const { uuid, image } = await offloaded();
    const asked = { imageId: image.imageId, image: snapshot, candidates: [world.host(0).id] };
    world.agents.guestFate = (guest) =>
      guest.power === 'running' ? { message: 'it is broken', permanent: true } : 'settle';
    await world.act(uuid, 'unshelve', asked);
    const server = await world.until(uuid, 'shelved_offloaded');
    expect(server).toMatchObject({ host: null, fault: { message: 'it is broken' } });
    await waitUntil('the claim to go', async () => (await claimsOf(world, uuid)).length === 0);
    expect(await noticesOf(world, uuid)).toEqual([]);
    world.agents.guestFate = () => 'settle';
    await world.act(uuid, 'unshelve', asked);
    await world.until(uuid, 'active');
  });

  it('ends with a delete', async () => {
    const { uuid } = await offloaded();
    await world.act(uuid, 'delete');
    await waitUntil('the notice', async () =>
      (await noticesOf(world, uuid)).some(({ kind }) => kind === 'instance-deleted'),
    );
  });

  it('an unshelved server does not move to another cell', async () => {
    const { uuid, image } = await offloaded();
    await world.act(uuid, 'unshelve', { imageId: image.imageId, image: snapshot, candidates: [world.host(0).id] });
    await world.until(uuid, 'active');
    expect((await world.door.estimateMove({ uuid })).refusal).toContain('unshelved');
  });
});

describe('shelving where servers keep their host', () => {
  let world: CellWorld;
  useAuditedCellWorld(
    {
      ...{ hosts: 1, total: { vcpus: 1_000, ramMb: 1_000_000, diskGb: 10_000 } },
      conductor: { shelvedOffloadSeconds: -1 },
    },
    (made) => {
      world = made;
    },
  );

  it('ends with an unshelve there, from its own disk', async () => {
    const uuid = await world.anActiveInstance();
    const image = anImage();
    await world.act(uuid, 'shelve', image);
    expect(await world.until(uuid, 'shelved')).toMatchObject({ host: 'host-1', powerState: 'shutdown' });
    const [guest] = guestsOf(world, uuid);
    await world.act(uuid, 'unshelve', { imageId: image.imageId });
    await world.until(uuid, 'active');
    expect(guestsOf(world, uuid)).toMatchObject([{ guestId: guest?.guestId, power: 'running' }]);
    expect(await noticesOf(world, uuid)).toMatchObject([{ kind: 'image-unneeded' }]);
  });

  it('cannot be taken off its host when an unshelve has failed, after which its disk may be newer than its image', async () => {
    const uuid = await world.anActiveInstance();
    const image = anImage();
    await world.act(uuid, 'shelve', image);
    await world.until(uuid, 'shelved');
    const [guest] = guestsOf(world, uuid);
    world.agents.guestFate = ({ power }) =>
      power === 'running' ? { message: 'no memory', permanent: true } : 'settle';
    await world.act(uuid, 'unshelve', { imageId: image.imageId });
    await waitUntil('the way back', async () => (await world.get(uuid)).taskState === null);
    world.agents.guestFate = () => 'settle';
    expect(await world.get(uuid)).toMatchObject({
      vmState: 'stopped',
      host: 'host-1',
      fault: { message: 'no memory' },
    });
    await expect(world.act(uuid, 'shelveOffload')).rejects.toMatchObject({ kind: 'conflict' });
    await world.act(uuid, 'start');
    await world.until(uuid, 'active');
    expect(guestsOf(world, uuid)).toMatchObject([{ guestId: guest?.guestId, power: 'running' }]);
    expect(await noticesOf(world, uuid)).toEqual([]);
  });

  it('leaves the host when an admin says so', async () => {
    const uuid = await world.anActiveInstance();
    await expect(world.act(uuid, 'shelveOffload')).rejects.toMatchObject({ kind: 'conflict' });
    await world.act(uuid, 'shelve', anImage());
    await world.until(uuid, 'shelved');
    await world.act(uuid, 'shelveOffload');
    expect(await world.until(uuid, 'shelved_offloaded')).toMatchObject({ host: null });
    await waitUntil('the guest to go', async () => (await claimsOf(world, uuid)).length === 0);
    expect(guestsOf(world, uuid)).toEqual([]);
    await expect(world.act(uuid, 'unshelve', { imageId: null })).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('leaves the host by itself once it was shelved for long enough', async () => {
    const uuid = await world.anActiveInstance();
    await world.act(uuid, 'shelve', anImage());
    await world.until(uuid, 'shelved');
    const { parts } = world.conductor;
    const lookAfter = (shelvedOffloadSeconds: number) =>
      shelvedServersReconciler({ ...parts, settings: { ...parts.settings, shelvedOffloadSeconds } }).reconcile();
    await lookAfter(-1);
    await lookAfter(3_600);
    expect((await world.get(uuid)).vmState).toBe('shelved');
    await lookAfter(0);
    await world.until(uuid, 'shelved_offloaded');
  });
});
