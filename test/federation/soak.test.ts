import { describe, expect, it } from 'vitest';
import { soak } from '../soak/soak.ts';
import { useTestRegion } from '../support/use-test-region.ts';

/** For some seconds; `npm run test:soak` does it for minutes. */
describe('servers that many clients change at once', () => {
  const region = useTestRegion({ cells: 2, simulatedHosts: 10 }, 240_000);

  it('become idle, can be deleted, and leave nothing', async () => {
    const seed = Date.now();
    const { calls, faults } = await soak(region, { servers: 16, clients: 8, ms: 15_000, seed });
    expect(faults, `seed ${seed}`).toEqual([]);
    expect(calls).toBeGreaterThan(100);
  }, 300_000);
});
