import { describe, expect, it } from 'vitest';
import { ApiError } from '../../deploy/client/api-client.ts';
import { moveTo } from '../support/moved/move.ts';
import { actOn } from '../support/server-calls.ts';
import { useTestRegion } from '../support/use-test-region.ts';
import { waitUntil } from '../support/wait-until.ts';

type Amounts = Readonly<Record<string, number>>;

describe('the Placement API over two cells', () => {
  const servers: string[] = [];
  const region = useTestRegion({ cells: 2, simulatedHosts: 4 }, 180_000, async ({ createServer, untilActive }) => {
    for (let at = 0; at < 6; at++) servers.push(await createServer(`server-${at}`));
    await Promise.all(servers.map((id) => untilActive(id)));
  });

  const providers = async () =>
    (await region.admin.call('placement', 'GET /resource_providers')).resource_providers.map(({ uuid }) => uuid);
  const allocationsOf = async (consumer: string) =>
    (await region.admin.call('placement', 'GET /allocations/{consumer_uuid}', { path: { consumer_uuid: consumer } }))
      .allocations as Readonly<Record<string, { readonly resources: Amounts }>>;
  const sum = (all: readonly Amounts[]): Amounts => {
    const total: Record<string, number> = {};
    for (const amounts of all)
      for (const [name, amount] of Object.entries(amounts)) total[name] = (total[name] ?? 0) + amount;
    return total;
  };
  /** Of each provider: what it says is used, what its allocations sum up to, and who has them. */
  const books = async () =>
    Promise.all(
      (await providers()).map(async (uuid) => {
        const path = { uuid };
        const [{ usages }, { allocations }] = await Promise.all([
          region.admin.call('placement', 'GET /resource_providers/{uuid}/usages', { path }),
          region.admin.call('placement', 'GET /resource_providers/{uuid}/allocations', { path }),
        ]);
        const used = Object.fromEntries(Object.entries(usages as Amounts).filter(([, amount]) => amount > 0));
        const claimed = Object.values(allocations as Record<string, { readonly resources: Amounts }>);
        return { uuid, used, claimed: sum(claimed.map(({ resources }) => resources)), by: Object.keys(allocations) };
      }),
    );
  const usagesOfProject = async () => {
    const query = { project_id: [region.admin.projectId] };
    const { usages } = await region.admin.call('placement', 'GET /usages', { query });
    return (usages as Readonly<Record<string, Amounts>>).INSTANCE;
  };

  it('the claims of all hosts are the usages of all hosts, and of the project', async () => {
    const all = await books();
    expect(all).toHaveLength(4);
    for (const { used, claimed } of all) expect(claimed).toEqual(used);
    expect(all.flatMap(({ by }) => by).sort()).toEqual([...servers].sort());
    expect(await usagesOfProject()).toEqual({ consumer_count: 6, ...sum(all.map(({ used }) => used)) });
  });

  it('a server that was resized is on both hosts until the resize is confirmed', async () => {
    const [id = ''] = servers;
    const [before] = Object.keys(await allocationsOf(id));
    await actOn(region.admin, id, { resize: { flavorRef: '2' } });
    await waitUntil('the resize', async () => (await region.server(id)).status === 'VERIFY_RESIZE');
    const both = await allocationsOf(id);
    expect(Object.keys(both)).toContain(before);
    expect(sum(Object.values(both).map(({ resources }) => resources)).VCPU).toBeGreaterThan(1);
    await actOn(region.admin, id, { revertResize: null });
    await region.untilActive(id);
    await waitUntil('the old claim alone', async () => {
      const left = await allocationsOf(id);
      return JSON.stringify(Object.keys(left)) === JSON.stringify([before]);
    });
  }, 60_000);

  it('a server that moves to the other cell takes its allocation along', async () => {
    const [, id = ''] = servers;
    const from = (await region.server(id))['OS-EXT-SRV-ATTR:host']?.startsWith('cell-1-') === true ? 1 : 2;
    const [before] = Object.keys(await allocationsOf(id));
    await moveTo(region.admin, id, `cell-${3 - from}`);
    const [after, ...more] = Object.keys(await allocationsOf(id));
    expect([more, after === before]).toEqual([[], false]);
    await waitUntil('the books to agree', async () => {
      const all = await books();
      return all.every(({ used, claimed }) => JSON.stringify(claimed) === JSON.stringify(used));
    });
  }, 60_000);

  it('a cell that is silent is left out of lists, and sums that lack it are 503', async () => {
    const conductor = region.region.processes.get('cell-1-conductor');
    await conductor.stop();
    expect(await providers()).toHaveLength(2);
    const refused = await usagesOfProject().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect([(refused as ApiError).status, (refused as ApiError).message]).toMatchObject([
      503,
      expect.stringContaining('cell-1'),
    ]);
    conductor.start();
    await waitUntil('the cell', async () => (await providers()).length === 4, 30_000);
  }, 60_000);
});
