import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '#platform/config/load.ts';
import { runCommand, tryCommand } from '../../../../cell/agent/run-command.ts';
import { networkSection } from '../../../../cell/network/config.ts';
import { hostSetup } from '../../../../cell/network/drivers/linux/host-setup.ts';
import { createLinuxDriver } from '../../../../cell/network/drivers/linux/linux-driver.ts';
import { aNetwork } from './a-binding.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: the network agent needs root');

describe.skipIf(!isRoot)('the types of networks that a host carries', () => {
  const namespace = `vvt-${randomBytes(4).toString('hex')}`;
  let folder: string;
  let makesVlans: boolean;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'volvox-segments-'));
    await runCommand('ip', ['netns', 'add', namespace]);
    await runCommand('ip', ['-n', namespace, 'link', 'add', 'name', 'left', 'type', 'veth', 'peer', 'name', 'right']);
    const vlan = ['link', 'add', 'link', 'left', 'name', 'left.5', 'type', 'vlan', 'id', '5'];
    makesVlans = (await tryCommand('ip', ['-n', namespace, ...vlan])).status === 0;
  });
  afterAll(async () => {
    await tryCommand('ip', ['netns', 'delete', namespace]);
    await rm(folder, { recursive: true, force: true });
  });
  const startedDriver = async (vlanDevice: string) => {
    const environment = {
      VOLVOX_NETWORK_HOST_NAME: 'host-1',
      VOLVOX_NETWORK_RUNTIME_DIR: folder,
      VOLVOX_NETWORK_VLAN_DEVICE: vlanDevice,
    };
    const { network } = loadConfig({ network: networkSection }, { environment });
    const driver = createLinuxDriver(hostSetup(network));
    await driver.start();
    return driver;
  };
  const vlan = aNetwork({ segmentType: 'vlan', segmentId: 5 });

  it('include VLAN where the kernel makes such devices and one carries them', async () => {
    const driver = await startedDriver('eth0');
    expect(driver.segmentTypes()).toEqual(makesVlans ? ['flat', 'vlan', 'vxlan'] : ['flat', 'vxlan']);
    expect(driver.problemWith(vlan)).toBe(
      makesVlans ? null : `Network ${vlan.id} is a VLAN, and the kernel of host-1 has no 802.1Q (module 8021q).`,
    );
  });

  it('never include VLAN without a device that carries them', async () => {
    const driver = await startedDriver('');
    expect(driver.segmentTypes()).toEqual(['flat', 'vxlan']);
    expect(driver.problemWith(vlan)).toContain(makesVlans ? 'option network.vlanDevice' : 'no 802.1Q');
  });
});
