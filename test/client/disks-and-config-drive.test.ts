import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ApiClient } from '../../deploy/client/api-client.ts';
import { consoleOf, newServer } from '../support/server-calls.ts';
import { useTestRegion } from '../support/use-test-region.ts';
import { waitUntil } from '../support/wait-until.ts';

const BOOT_MS = 240_000;
const LETTER = 'Hello,\nthis is a file.\n';
/** The last microversion with `personality`, which has tags of devices too. */
const VERSION = { 'openstack-api-version': 'compute 2.56' };

/** What the guest finds. It says each thing on a line of its own. */
const USER_DATA = `#!/bin/sh
base=http://169.254.169.254
tell() { echo "found $*"; }
without_seed() { sed 's/"random_seed":"[^"]*"/"random_seed":""/'; }
cd /config
for file in $(find . -type f | sort); do
  case $file in
    ./ec2/*/meta-data.json) continue ;;
    ./ec2/*) url=$base/\${file#./ec2/} ;;
    *) url=$base/\${file#./} ;;
  esac
  rm -f /run/told
  for attempt in 1 2 3 4 5; do timeout 10 wget -q -O /run/told "$url" && break; sleep 1; done
  [ -e /run/told ] || tell "nothing at $url"
  without_seed < /run/told > /run/told.plain
  without_seed < "$file" > /run/drive.plain
  cmp -s /run/told.plain /run/drive.plain && tell "the same $file" || tell "another $file"
done
tell "seed $(sed 's/.*"random_seed":"\\([^"]*\\)".*/\\1/' /config/openstack/latest/meta_data.json | base64 -d | wc -c) bytes"
tell "letter $(sha256sum < /config/openstack/content/0000 | cut -d' ' -f1)"
for disk in /sys/block/[sv]d*; do
  name=\${disk##*/}
  tell "disk $name $(cat $disk/size) sectors"
  tell "address $name $(readlink -f $disk/device)"
done
for card in /sys/class/net/eth*; do tell "address \${card##*/} $(cat $card/address) $(readlink -f $card/device)"; done
mkdir -p /mnt && mount LABEL=ephemeral0 /mnt 2>/dev/null || mount "$(findfs LABEL=ephemeral0)" /mnt
echo kept > /mnt/file && tell "ephemeral0 $(cat /mnt/file) on $(awk '$2 == "/mnt" {print $3}' /proc/mounts)"
for disk in /dev/[sv]d?; do swapon $disk 2>/dev/null && tell "swap $(awk '/SwapTotal/ {print $2}' /proc/meminfo) kB"; done
tell "all"
`;

interface Device {
  readonly type: 'nic' | 'disk';
  readonly bus: string;
  readonly address: string;
  readonly mac?: string;
  readonly tags: readonly string[];
}

/** One without a gateway; its id. */
async function anotherNetwork(admin: ApiClient): Promise<string> {
  const answer = await admin.call('network', 'POST /v2.0/networks', { body: { network: { name: 'inside' } } });
  if (!('network' in answer)) throw new Error('the API did not say which network it created');
  const { id } = answer.network;
  const subnet = { network_id: id, ip_version: 4 as const, cidr: '10.78.0.0/24', gateway_ip: null };
  await admin.call('network', 'POST /v2.0/subnets', { body: { subnet } });
  return id;
}

describe('a server with disks of its own choice, files, tags and a config drive', () => {
  const region = useTestRegion({ cells: 1, simulatedHosts: 0 }, 300_000);

  it('finds on its machine what its metadata tells, and the same metadata on its config drive', async () => {
    const { admin } = region;
    const { images } = await admin.call('image', 'GET /v2/images', { query: { name: 'volvox-guest' } });
    const { networks } = await admin.call('network', 'GET /v2.0/networks', { query: { name: 'private' } });
    const flavor = {
      id: 'disks',
      name: 'disks',
      vcpus: 1,
      ram: 256,
      disk: 1,
      'OS-FLV-EXT-DATA:ephemeral': 1,
      swap: 64,
    };
    await admin.call('compute', 'POST /flavors', { body: { flavor } });
    const imageRef = images[0]?.id ?? '';
    // The types that clients are made from are those of the newest microversion, which has no files any more.
    const files = { personality: [{ path: '/etc/letter', contents: Buffer.from(LETTER).toString('base64') }] };
    const id = await newServer(
      admin,
      {
        name: 'everything',
        flavorRef: 'disks',
        imageRef,
        config_drive: true,
        networks: [
          { uuid: networks[0]?.id ?? '', tag: 'uplink' },
          { uuid: await anotherNetwork(admin), fixed_ip: '10.78.0.9', tag: 'inside' },
        ],
        ...files,
        user_data: Buffer.from(USER_DATA).toString('base64'),
        block_device_mapping_v2: [
          { source_type: 'image', destination_type: 'local', uuid: imageRef, boot_index: 0, tag: 'system' },
          { source_type: 'blank', destination_type: 'local', volume_size: 1, disk_bus: 'scsi', tag: 'scratch' },
          { source_type: 'blank', destination_type: 'local', volume_size: 32, guest_format: 'swap', tag: 'swap' },
        ],
      },
      VERSION,
    );
    await region.untilActive(id, BOOT_MS);
    const log = await waitUntil(
      'the guest to have looked at everything',
      async () => {
        const said = await consoleOf(admin, id);
        return /^user-data: found all\r?$/m.test(said) ? said : null;
      },
      BOOT_MS,
    );
    const found = [...log.matchAll(/^user-data: found (.*?)\r?$/gm)].map(([, line]) => line ?? '');

    const compared = found.filter((line) => /^(the same|another|nothing at) /.test(line));
    expect(compared.filter((line) => !line.startsWith('the same '))).toEqual([]);
    expect(compared.filter((line) => line.endsWith('/meta_data.json'))).toHaveLength(10);
    expect(compared).toContain('the same ./openstack/content/0000');
    expect(compared).toContain('the same ./openstack/latest/network_data.json');
    expect(compared).toContain('the same ./ec2/latest/user-data');
    expect(found).toContain('seed 512 bytes');
    expect(found).toContain(`letter ${hash('sha256', LETTER)}`);

    expect(found).toContain('disk sda 2097152 sectors');
    expect(found).toContain('disk vdb 65536 sectors');
    expect(found).toContain('ephemeral0 kept on ext4');
    expect(found).toContainEqual(expect.stringMatching(/^swap 327\d\d kB$/));

    const told = /volvox-guest: metadata (\{.*\})/.exec(log)?.[1] ?? '{}';
    const { devices } = JSON.parse(told) as { devices: readonly Device[] };
    const addressOf = (tag: string): string => devices.find(({ tags }) => tags.includes(tag))?.address ?? 'none';
    const pathOf = (name: string): string => found.find((line) => line.startsWith(`address ${name} `)) ?? '';
    expect(devices.map(({ tags }) => tags)).toEqual([['uplink'], ['inside'], ['system'], ['swap'], ['scratch']]);
    expect(pathOf('eth0')).toContain(`/${addressOf('uplink')}/`);
    expect(pathOf('eth0')).toContain(devices[0]?.mac ?? 'none');
    expect(pathOf('eth1')).toContain(`/${addressOf('inside')}/`);
    expect(pathOf('eth1')).toContain(devices[1]?.mac ?? 'none');
    expect(log).toMatch(/volvox-guest: eth1 \S+ address 10\.78\.0\.9\/24 by DHCP/);
    expect(pathOf('vda')).toContain(`/${addressOf('system')}/`);
    expect(pathOf('vdb')).toContain(`/${addressOf('swap')}/`);
    expect(pathOf('sda')).toMatch(new RegExp(`/host\\d+/target[^/]*/\\d+:${addressOf('scratch').slice(2)}$`));
  }, 600_000);
});
