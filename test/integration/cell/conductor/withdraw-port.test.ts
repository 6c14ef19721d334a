import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Instance } from '#platform/objects/instance.ts';
import { specOf } from '../../../../cell/database/stores/guests.ts';
import { aBuild } from '../../../support/a-build.ts';
import { aNetwork } from '../../../support/a-network.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aFlavor, anActor, aPort } from './support/build-requests.ts';
import type { CellWorld } from './support/cell-world.ts';
import { useAuditedCellWorld } from './support/use-cell-world.ts';

const network = aNetwork({ id: randomUUID(), name: 'second' });
const anImage = () => ({ imageId: randomUUID(), upload: { url: 'http://127.0.0.1:1/file', ticket: 'ticket' } });
const admin = anActor({ isAdmin: true, projectId: 'admins' });

describe('a port whose attachment goes back', () => {
  let world: CellWorld;
  useAuditedCellWorld(
    {
      hosts: 2,
      total: { vcpus: 1_000, ramMb: 1_000_000, diskGb: 10_000 },
      conductor: { shelvedOffloadSeconds: -1, reclaimInstanceSeconds: 3_600 },
    },
    (made) => {
      world = made;
    },
  );

  const guestsOf = (uuid: string) =>
    world.test.database.read.selectFrom('guests').select('id').where('instance_uuid', '=', uuid).execute();
  const cardsOf = async (uuid: string) => {
    const specs = (await guestsOf(uuid)).map(({ id }) => specOf(world.test.database.read, id));
    return (await Promise.all(specs)).map(({ nics }) => nics.map(({ portId }) => portId));
  };
  const hasBinding = (portId: string) =>
    [...world.agents.bindings.values()].some((binding) => binding.port.id === portId);
  const withTwoPorts = async () => {
    const uuid = await world.anActiveInstance();
    const [first] = (await world.get(uuid)).ports;
    const port = aPort({ networkId: network.id });
    await world.act(uuid, 'attachInterface', { port, network });
    await waitUntil('the port', async () => (await world.get(uuid)).taskState === null);
    return { uuid, first: first?.id ?? '', second: port.id };
  };

  type Doing = (uuid: string) => Promise<unknown>;
  const go =
    (kind: string, vmState: Instance['vmState'], params: Readonly<Record<string, unknown>> = {}): Doing =>
    async (uuid) => {
      await world.act(uuid, kind, params, admin);
      await world.until(uuid, vmState);
    };
  const resize: Doing = (uuid) =>
    go('resize', 'resized', { flavor: aFlavor({ id: '2', vcpus: 2 }), hostId: world.host(1).id })(uuid);
  const offload: Doing = async (uuid) => {
    await go('shelve', 'shelved', anImage())(uuid);
    await go('shelveOffload', 'shelved_offloaded')(uuid);
    await waitUntil('the guest to go', async () => (await guestsOf(uuid)).length === 0);
  };
  const unshelve: Doing = (uuid) =>
    go('unshelve', 'active', { ...{ imageId: null, image: aBuild().image }, candidates: [world.host(1).id] })(uuid);
  const rescue: Doing = (uuid) => go('rescue', 'rescued', { image: aBuild().image })(uuid);
  const nothing: Doing = async () => undefined;

  const STATES: readonly (readonly [state: string, there: Doing, back: Doing])[] = [
    ['active', nothing, nothing],
    ['paused', (uuid) => go('pause', 'paused')(uuid), (uuid) => go('unpause', 'active')(uuid)],
    ['suspended', (uuid) => go('suspend', 'suspended')(uuid), (uuid) => go('resume', 'active')(uuid)],
    ['stopped', (uuid) => go('stop', 'stopped')(uuid), (uuid) => go('start', 'active')(uuid)],
    ['rescued', rescue, (uuid) => go('unrescue', 'active')(uuid)],
    [
      'error',
      (uuid) => go('resetState', 'error', { state: 'error' })(uuid),
      (uuid) => go('reboot', 'active', { reboot: 'hard' })(uuid),
    ],
    ['resized, then confirmed', resize, (uuid) => go('confirmResize', 'active')(uuid)],
    ['resized, then reverted', resize, (uuid) => go('revertResize', 'active')(uuid)],
    ['shelved', (uuid) => go('shelve', 'shelved', anImage())(uuid), unshelve],
    ['shelved_offloaded', offload, unshelve],
    ['soft-delete', (uuid) => go('delete', 'soft-delete')(uuid), (uuid) => go('restore', 'active')(uuid)],
  ];

  it.each(STATES)('goes at once from a server that is %s', async (_, there, back) => {
    const { uuid, first, second } = await withTwoPorts();
    await there(uuid);
    const { vmState } = await world.get(uuid);
    await world.act(uuid, 'withdrawPort', { portId: second }, admin);
    const after = await world.get(uuid);
    expect(after).toMatchObject({ vmState, taskState: null });
    expect(after.ports.map(({ id }) => id)).toEqual([first]);
    expect(after.networks.map(({ id }) => id)).not.toContain(network.id);
    for (const cards of await cardsOf(uuid)) expect(cards).toEqual([first]);
    await waitUntil('the port to be unplugged', async () => !hasBinding(second));
    await back(uuid);
    await waitUntil('the server to have one guest', async () => (await guestsOf(uuid)).length === 1);
    expect(await cardsOf(uuid)).toEqual([[first]]);
    expect([hasBinding(first), hasBinding(second)]).toEqual([true, false]);
  });

  it('goes once: a late repetition leaves a later attachment of the same port alone', async () => {
    const { uuid, first, second } = await withTwoPorts();
    const withdraw = {
      ...{ uuid, operationId: randomUUID(), kind: 'withdrawPort' },
      ...{ params: { portId: second }, actor: admin },
    };
    await world.door.act(withdraw);
    await world.act(uuid, 'attachInterface', { port: aPort({ id: second, networkId: network.id }), network });
    await waitUntil('the port', async () => (await world.get(uuid)).taskState === null);
    await world.door.act(withdraw);
    expect((await world.get(uuid)).ports.map(({ id }) => id)).toEqual([first, second]);
    expect(await cardsOf(uuid)).toEqual([[first, second]]);
  });

  it('prevents what was asked before and arrives later', async () => {
    const { uuid, first, second } = await withTwoPorts();
    const detach = { ...{ uuid, operationId: randomUUID(), kind: 'detachInterface' }, actor: admin };
    await world.door.preventAction(detach);
    await world.door.preventAction(detach);
    expect(await world.door.getOperation({ id: detach.operationId })).toMatchObject({ state: 'undone', subject: uuid });
    expect(await world.door.act({ ...detach, params: { portId: second } })).toEqual({
      operationId: detach.operationId,
    });
    expect(await world.get(uuid)).toMatchObject({ taskState: null, ports: [{ id: first }, { id: second }] });
    expect(await cardsOf(uuid)).toEqual([[first, second]]);
    const { actions } = await world.door.listActions({ uuid });
    expect(actions[0]).toMatchObject({ action: 'detach_interface', message: 'Error', requestId: admin.requestId });
  });

  it('lets an action that has begun go on, and shows no withdrawal that was prevented', async () => {
    const { uuid, first, second } = await withTwoPorts();
    const operationId = randomUUID();
    const detach = { ...{ uuid, operationId, kind: 'detachInterface' }, actor: admin };
    await world.door.act({ ...detach, params: { portId: second } });
    await world.door.preventAction(detach);
    await waitUntil('the port to go', async () => (await world.get(uuid)).taskState === null);
    expect(await world.door.getOperation({ id: operationId })).toMatchObject({ state: 'done' });
    expect(await cardsOf(uuid)).toEqual([[first]]);
    const logged = async () => (await world.door.listActions({ uuid })).actions.map(({ action }) => action);
    const before = await logged();
    await world.door.preventAction({ uuid, operationId: randomUUID(), kind: 'withdrawPort', actor: admin });
    expect(await logged()).toEqual(before);
  });

  it('waits for the end of another action', async () => {
    const { uuid, first, second } = await withTwoPorts();
    world.agents.guestFate = () => 'silence';
    await world.act(uuid, 'stop');
    await expect(world.act(uuid, 'withdrawPort', { portId: second }, admin)).rejects.toMatchObject({
      ...{ kind: 'conflict', details: { attribute: 'task_state', state: 'powering-off' } },
    });
    expect((await world.get(uuid)).ports.map(({ id }) => id)).toEqual([first, second]);
  });

  it.each([
    ['resetState', { state: 'active' }, 'active'],
    ['delete', {}, 'soft-delete'],
  ] as const)('has its card again when %s ends its detachment', async (kind, params, vmState) => {
    const { uuid, first, second } = await withTwoPorts();
    world.agents.guestFate = (guest) => (guest.spec.nics.length < 2 ? 'silence' : 'settle');
    await world.act(uuid, 'detachInterface', { portId: first });
    expect(await cardsOf(uuid)).toEqual([[second]]);
    await world.act(uuid, kind, params, admin);
    await world.until(uuid, vmState);
    expect((await world.get(uuid)).ports.map(({ id }) => id)).toEqual([first, second]);
    expect(await cardsOf(uuid)).toEqual([[first, second]]);
    expect([hasBinding(first), hasBinding(second)]).toEqual([true, true]);
  });
});
