import { describe, expect, it } from 'vitest';
import { moveTo } from '../support/moved/move.ts';
import { actOn, consoleOf, newServer } from '../support/server-calls.ts';
import { useTestRegion } from '../support/use-test-region.ts';
import { waitUntil } from '../support/wait-until.ts';

const GPUS = 2;
const FLAVOR = { name: 'gpu', ram: 256, vcpus: 1, disk: 1, id: 'gpu' };

/** Two cells with one simulated host each, which has two devices. */
describe('devices of hosts', () => {
  const settings = {
    VOLVOX_COMPUTE_FAKE_HOST_DEVICES: JSON.stringify([{ vendor_id: '10de', product_id: '2230', count: GPUS }]),
    VOLVOX_API_PCI_ALIASES: JSON.stringify({ name: 'gpu', vendor_id: '10de', product_id: '2230' }),
  };
  const region = useTestRegion({ cells: 2, simulatedHosts: 2, settings }, 180_000, async ({ admin }) => {
    await admin.call('compute', 'POST /flavors', { body: { flavor: FLAVOR } });
    const body = { extra_specs: { 'pci_passthrough:alias': 'gpu:1' } };
    await admin.call('compute', 'POST /flavors/{id}/os-extra_specs', { path: { id: FLAVOR.id }, body });
  });

  const create = async (name: string): Promise<string> => {
    const { images } = await region.admin.call('image', 'GET /v2/images', { query: { name: 'volvox-guest' } });
    return newServer(region.admin, {
      ...{ name, flavorRef: FLAVOR.id, networks: 'none' },
      imageRef: images[0]?.id ?? '',
    });
  };
  const remove = (id: string) => region.admin.call('compute', 'DELETE /servers/{id}', { path: { id } });
  const cellOf = async (id: string): Promise<1 | 2> =>
    (await region.server(id))['OS-EXT-SRV-ATTR:host']?.startsWith('cell-1-') === true ? 1 : 2;
  /** How many devices are in use on each host. */
  const used = async (): Promise<readonly number[]> => {
    const { resource_providers: providers } = await region.admin.call('placement', 'GET /resource_providers');
    const usages = await Promise.all(
      providers.map(async ({ uuid }) => {
        const answer = await region.admin.call('placement', 'GET /resource_providers/{uuid}/usages', {
          path: { uuid },
        });
        return (answer.usages as Readonly<Record<string, number>>).CUSTOM_PCI_10DE_2230 ?? -1;
      }),
    );
    return usages.sort();
  };
  const untilUsed = (counts: readonly number[]) =>
    waitUntil(
      `${counts.join(' and ')} to be used`,
      async () => JSON.stringify(await used()) === JSON.stringify(counts),
    );

  it('a server has one while it exists, also when it moves to another cell; nobody else gets it', async () => {
    const ids = await Promise.all(['a', 'b', 'c', 'd'].map(create));
    await Promise.all(ids.map((id) => region.untilActive(id)));
    expect(await used()).toEqual([GPUS, GPUS]);
    for (const id of ids)
      expect(await consoleOf(region.admin, id)).toMatch(/^pci \[10de:2230\] \(0000:80:0[01]\.0 of the host\)$/m);

    const fifth = await create('e');
    await waitUntil('the fifth to be refused', async () => (await region.server(fifth)).status === 'ERROR');
    expect((await region.server(fifth)).fault?.message).toContain('No valid host');
    await remove(fifth);

    const cells = await Promise.all(ids.map(cellOf));
    const [leaving = '', moving = ''] = ([1, 2] as const).map((cell) => ids[cells.indexOf(cell)] ?? '');
    await remove(leaving);
    await untilUsed([1, 2]);
    await moveTo(region.admin, moving, 'cell-1');
    await region.untilActive(moving);
    expect(await cellOf(moving)).toBe(1);
    await untilUsed([1, 2]);
    const late = await create('after them');
    await region.untilActive(late);
    expect(await cellOf(late)).toBe(2);

    for (const id of [...ids.filter((id) => id !== leaving), late]) await remove(id);
    await untilUsed([0, 0]);
  }, 180_000);

  it('a server with one is not migrated live', async () => {
    const id = await create('still');
    await region.untilActive(id);
    await actOn(region.admin, id, { 'os-migrateLive': { host: null, block_migration: 'auto' } });
    const reason = await waitUntil('the migration to fail', async () => {
      const path = { id };
      const { instanceActions } = await region.admin.call('compute', 'GET /servers/{id}/os-instance-actions', { path });
      return instanceActions.some(({ action, message }) => action === 'live-migration' && message === 'Error') || null;
    });
    expect(reason).toBe(true);
    expect((await region.server(id)).status).toBe('ACTIVE');
  }, 60_000);

  it('an alias that is not defined is refused in words of Nova', async () => {
    const body = { extra_specs: { 'pci_passthrough:alias': 'fpga:1' } };
    await region.admin.call('compute', 'POST /flavors/{id}/os-extra_specs', { path: { id: FLAVOR.id }, body });
    await expect(create('none')).rejects.toThrow('PCI alias fpga is not defined');
  });
});
