import { describe, expect, it } from 'vitest';
import { useTestRegion } from '../../support/use-test-region.ts';
import { useOpenstack } from '../use-openstack.ts';
import { OPENSTACK_WRITES } from './openstack-writes.ts';
import { showWrite } from './show-write.ts';

/** The API tells what came of each. */
describe('the openstack client, as administrator', () => {
  const region = useTestRegion({ cells: 1, simulatedHosts: 2 }, 240_000);
  const openstack = useOpenstack(() => region.region.home);

  it.each(OPENSTACK_WRITES)('$run', async (command) => {
    await showWrite(region, command, (line) => openstack(line, { as: 'admin' }));
  });

  it('a command that is refused fails at once, with what the client complains of', async () => {
    await expect(openstack('server pause nobody', { as: 'admin' })).rejects.toThrow('No Server found for nobody');
  });
});
