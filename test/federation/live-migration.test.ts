import { describe, expect, it } from 'vitest';
import { liveRounds } from '../support/live/live-rounds.ts';
import { TWO_HOSTS } from '../support/live/two-hosts.ts';
import { useTestRegion } from '../support/use-test-region.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: QEMU hosts need root');

describe.skipIf(!isRoot)('a server that is migrated live between the hosts of its cell', () => {
  const region = useTestRegion(TWO_HOSTS, 300_000);

  it('loses no write and no connection, and has its card and its config drive as they were', async () => {
    const rounds = await liveRounds(region, 2, console.log);
    expect(rounds).toMatchObject({ migrations: 2, lost: [], broken: null, sameConfigDrive: true });
    expect(rounds.taken).toBeGreaterThan(0);
    expect(rounds.downtimesMs).toHaveLength(2);
  }, 900_000);
});
