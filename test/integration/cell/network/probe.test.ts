import { expect, test } from 'vitest';
import { probeNetworking } from '../../../../cell/network/drivers/linux/probe.ts';

test('the probe of networking finds nothing missing on a host that runs guests', async () => {
  expect(await probeNetworking()).toEqual([]);
  expect(await probeNetworking({ securityGroups: 'on' })).toEqual([]);
});
