import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../../../cell/agent/run-command.ts';
import { look } from '../../../../cell/network/drivers/linux/look.ts';
import { segmentName } from '../../../../cell/network/names.ts';
import { aBinding, aNetwork } from './a-binding.ts';
import { aCellNetwork, gone, type TestCellNetwork } from './an-agent.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: the network agent needs root');

describe.skipIf(!isRoot)('a network that spans hosts', () => {
  let cell: TestCellNetwork;
  beforeAll(async () => {
    cell = await aCellNetwork({
      VOLVOX_NETWORK_VXLAN_ADDRESS: '127.0.0.1',
      VOLVOX_NETWORK_VXLAN_PEERS: '127.0.0.2,127.0.0.3',
    });
    await cell.agent.start();
  });
  afterAll(async () => await cell.stop());

  it('is carried by VXLAN to every other host, and goes with its last port', async () => {
    const segmentId = randomInt(100_000, 16_000_000);
    const network = aNetwork({ segmentType: 'vxlan', segmentId });
    const binding = aBinding(network, 'host-1', ['10.9.0.5']);
    await cell.want(binding);
    const device = segmentName(network.id);
    expect((await look(cell.setup)).networks).toMatchObject([{ segmentDevice: device }]);
    const inside = ['-n', cell.namespace, '-j'];
    const [link] = JSON.parse(await runCommand('ip', [...inside, '-d', 'link', 'show', 'dev', device]));
    expect(link).toMatchObject({ mtu: 1450, linkinfo: { info_data: { id: segmentId, local: '127.0.0.1' } } });
    const table: { mac: string; dst?: string }[] = JSON.parse(
      await runCommand('bridge', [...inside, 'fdb', 'show', 'dev', device]),
    );
    const flooded = table.filter(({ mac, dst }) => mac === '00:00:00:00:00:00' && dst !== undefined);
    expect(flooded.map(({ dst }) => dst).sort()).toEqual(['127.0.0.2', '127.0.0.3']);

    await cell.want(gone(binding));
    expect(await runCommand('ip', ['-n', cell.namespace, '-j', 'link', 'show'])).not.toContain(device);
  });
});
