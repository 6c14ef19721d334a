import { describe, expect, it } from 'vitest';
import { compareShown, everythingShown } from '../support/moved/everything-shown.ts';
import { moveTo } from '../support/moved/move.ts';
import { makeProofServer, proofOf, untilStatus } from '../support/moved/proof-server.ts';
import { useTestRegion } from '../support/use-test-region.ts';

/** Once; `npm run test:moves` does it twenty times and prints what it compares. */
describe('a server on QEMU hosts', () => {
  const region = useTestRegion({ cells: 2, simulatedHosts: 0 }, 240_000);

  it('goes to another cell and back, and all that users know of it stays, the file in the guest too', async () => {
    const { admin } = region;
    const id = await makeProofServer(admin, 'proof');
    const before = await everythingShown(admin, id);
    const first = await proofOf(admin, id, 0);
    let { boots } = first;
    for (const [at, cell] of ['cell-2', 'cell-1'].entries()) {
      const { move } = await moveTo(admin, id, cell);
      expect(move.state, move.message ?? '').toBe('done');
      await untilStatus(admin, id, 'ACTIVE');
      const now = await proofOf(admin, id, boots);
      boots = now.boots;
      expect(now.sum).toBe(first.sum);
      const shown = await everythingShown(admin, id);
      const { different, newActions } = compareShown(before, shown);
      expect(different).toEqual([]);
      expect(newActions).toBe(at + 1);
      expect(shown.get('server.OS-EXT-SRV-ATTR:host')).toBe(`${cell}-host`);
    }
  }, 400_000);
});
