import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { GuestSpec } from '#platform/objects/guest.ts';
import { runCommand } from '../../../agent/run-command.ts';

const VERSIONS = ['latest', '2018-08-27'] as const;

/**
 * A config drive (ISO 9660, label config-2) with what a host knows of its guest: names and network cards. Keys and user data are at the
 * metadata service.
 * @throws VolvoxError unsupported when the program that makes it is not installed.
 */
export async function makeConfigDrive(path: string, spec: GuestSpec): Promise<void> {
  const folder = await mkdtemp(join(dirname(path), 'config-drive-'));
  try {
    for (const version of VERSIONS) {
      const content = join(folder, 'openstack', version);
      await mkdir(content, { recursive: true });
      await writeFile(join(content, 'meta_data.json'), JSON.stringify(metaData(spec)));
      await writeFile(join(content, 'network_data.json'), JSON.stringify(networkData(spec)));
    }
    await runCommand('genisoimage', ['-quiet', '-o', `${path}.in-work`, '-V', 'config-2', '-J', '-r', folder]);
    await rename(`${path}.in-work`, path);
  } catch (cause) {
    if (!isVolvoxError(cause, 'unavailable')) throw cause;
    throw new VolvoxError('unsupported', 'This host can make no config drive: genisoimage is not installed.', {
      cause,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const metaData = (spec: GuestSpec) => ({
  uuid: spec.instanceUuid,
  name: spec.displayName,
  hostname: spec.hostname,
  project_id: spec.projectId,
  devices: [],
});

const networkData = (spec: GuestSpec) => ({
  links: spec.nics.map((nic) => ({
    id: nic.tapName,
    vif_id: nic.portId,
    type: 'tap',
    mtu: nic.mtu,
    ethernet_mac_address: nic.mac,
  })),
  networks: spec.nics.map((nic, index) => ({
    id: `network${index}`,
    type: 'ipv4_dhcp',
    link: nic.tapName,
    network_id: nic.networkId,
  })),
  services: [],
});
