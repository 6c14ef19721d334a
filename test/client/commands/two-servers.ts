import { newServer } from '../../support/server-calls.ts';
import type { TestRegion } from '../../support/test-region.ts';
import { useTestRegion } from '../../support/use-test-region.ts';

const SETTINGS = { VOLVOX_CONDUCTOR_RECLAIM_INSTANCE_SECONDS: '3600' };

/** A simulated region with the servers alpha and beta of the administrator; alpha has a tag. Deleted servers can be restored. */
export const useTwoServers = (): TestRegion =>
  useTestRegion({ cells: 1, simulatedHosts: 2, settings: SETTINGS }, 240_000, async (region) => {
    const { admin } = region;
    const { images } = await admin.call('image', 'GET /v2/images', { query: { name: 'volvox-guest' } });
    const { networks } = await admin.call('network', 'GET /v2.0/networks', { query: { name: 'private' } });
    const made = { flavorRef: '1', imageRef: images[0]?.id ?? '', networks: [{ uuid: networks[0]?.id ?? '' }] };
    for (const server of [{ name: 'alpha', tags: ['seen'] }, { name: 'beta' }]) {
      await region.untilActive(await newServer(admin, { ...made, ...server }));
    }
  });
