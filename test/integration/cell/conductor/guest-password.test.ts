import { describe, expect, it } from 'vitest';
import { guestPassword, setGuestPassword } from '../../../../cell/conductor/agents/guest-password.ts';
import { dropPasswords } from '../../../../cell/database/stores/guest-passwords.ts';
import { aBuild, aPort, NETWORK } from './support/build-requests.ts';
import type { CellWorld } from './support/cell-world.ts';
import { useCellWorld } from './support/use-cell-world.ts';

describe('the password of a guest', () => {
  let world: CellWorld;
  useCellWorld({ hosts: 1 }, (made) => {
    world = made;
  });
  const ADDRESS = '10.20.7.7';

  it('is posted once by the guest itself, and cleared by its user', async () => {
    const ports = [aPort({ fixedIps: [{ subnetId: NETWORK.subnets[0]?.id ?? '', address: ADDRESS }] })];
    const uuid = await world.anActiveInstance(0, { build: aBuild({ ports }) });
    const agent = await world.test.database.read.selectFrom('hosts').select('network_agent_id').executeTakeFirst();
    const asker = { agentId: agent?.network_agent_id ?? '', networkId: NETWORK.id, address: ADDRESS };
    const post = (password: string, more = {}) =>
      setGuestPassword(world.conductor.parts, { ...asker, ...more, password });
    expect(await guestPassword(world.conductor.parts, asker)).toBe('');
    await post('');
    await post('c2VjcmV0');
    expect(await guestPassword(world.conductor.parts, asker)).toBe('c2VjcmV0');
    await expect(post('b3RoZXI=')).rejects.toMatchObject({ kind: 'conflict' });
    await expect(post('b3RoZXI=', { address: '10.20.7.8' })).rejects.toMatchObject({ kind: 'not-found' });
    await expect(post('b3RoZXI=', { agentId: uuid })).rejects.toMatchObject({ kind: 'not-found' });
    expect(await world.door.serverPassword({ uuid })).toEqual({ password: 'c2VjcmV0' });
    await world.door.clearServerPassword({ uuid });
    expect(await world.door.serverPassword({ uuid })).toEqual({ password: '' });
    await post('x'.repeat(1_020));
    expect((await world.door.serverPassword({ uuid })).password).toHaveLength(1_020);
  });

  it('goes with its instance', async () => {
    const { database } = world.test;
    expect(await dropPasswords(database, 10)).toBe(0);
    await database.write.updateTable('guest_passwords').set({ instance_uuid: NETWORK.id }).execute();
    expect(await dropPasswords(database, 10)).toBe(1);
    expect(await database.read.selectFrom('guest_passwords').selectAll().execute()).toEqual([]);
  });
});
