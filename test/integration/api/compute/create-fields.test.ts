import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFlavor } from '#platform/directory/stores/flavors.ts';
import { getHomesWithBuild } from '#platform/directory/stores/homes/get-homes.ts';
import { insertImage } from '#platform/directory/stores/images.ts';
import { setProjectLimits } from '#platform/directory/stores/quotas.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { createCaches } from '../../../../api/caches.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { aFlavor } from '../../../support/a-build.ts';
import { anImage } from '../../../support/an-image.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';
import { aCell, aHost, stubCells } from './stub-cells.ts';

const IMAGE = '70a599e0-31e7-49b7-b260-868f441e862b';
const SIGNED = '70a599e0-31e7-49b7-b260-868f441e862c';
const WITH_DRIVE = '70a599e0-31e7-49b7-b260-868f441e862d';
const ODD = '70a599e0-31e7-49b7-b260-868f441e862e';
const VOLUME = '6a1f0c1e-0000-4000-8000-0000000000cc';
/** Below 2.37 a request may leave its networks out; the newest must name them. */
const OLDEST = '2.1';
const NEWEST = '2.104';

const cell = aCell('alpha', [aHost('h1', 'a0000000-0000-4000-8000-000000000001', { node: 'n1' })]);
let api: ComputeApp;
beforeAll(async () => {
  api = await createComputeApp({
    ...stubCells([cell]),
    caches: createCaches(),
    imageTickets: { make: async () => 'ticket', check: async () => undefined },
    waker: { wake: async () => undefined } as unknown as ApiDeps['waker'],
  });
  const now = new Date().toISOString();
  await api.deps.directory.transaction(async (tx) => {
    await insertImage(tx, anImage(now, { id: IMAGE, projectId: PROJECT }), []);
    const properties = { img_signature: 'c2lnbmVk' };
    await insertImage(tx, anImage(now, { id: SIGNED, projectId: PROJECT, properties }), []);
    const drive = { img_config_drive: 'mandatory', auto_disk_config: 'disabled' };
    await insertImage(tx, anImage(now, { id: WITH_DRIVE, projectId: PROJECT, properties: drive }), []);
    await insertImage(tx, anImage(now, { id: ODD, projectId: PROJECT, properties: { hw_disk_bus: 'tape' } }), []);
    await createFlavor(tx, aFlavor({ ephemeralGb: 4, swapMb: 512 }), now);
    await setProjectLimits(tx, PROJECT, { instances: -1, cores: -1, ram: -1, injected_files: 2 });
  });
});
afterAll(() => api.close());

const post = (version: string, rest: object, who = 'member') => {
  const networks = Number(version.split('.')[1]) >= 37 ? { networks: 'none' } : {};
  const server = { name: 's', flavorRef: 'small', imageRef: IMAGE, ...networks, ...rest };
  return api.send(who, 'POST /servers', version, { server });
};
async function built(version: string, rest: object, who = 'member'): Promise<InstanceBuild> {
  const { status, body } = await post(version, rest, who);
  expect([status, body]).toEqual([202, expect.anything()]);
  const [home] = await getHomesWithBuild(api.deps.directory.read, [body.server.id]);
  if (home === undefined) throw new Error('the server has no home');
  return home.build;
}
async function refusal(version: string, rest: object, who = 'member'): Promise<string> {
  const { status, body } = await post(version, rest, who);
  const [fault] = Object.values(body) as { code: number; message: string }[];
  expect(fault?.code).toBe(status);
  return `${status} ${fault?.message}`;
}

const root = { source_type: 'image', destination_type: 'local', uuid: IMAGE, boot_index: 0 };
const blank = { source_type: 'blank', destination_type: 'local', boot_index: -1 };

describe.each([OLDEST, NEWEST])('a create request of %s', (version) => {
  it('is refused when the image asks for a machine that does not exist', async () => {
    expect(await refusal(version, { imageRef: ODD })).toMatch(
      /^400 Invalid image metadata\. Error: Field value tape is invalid\. It is the property hw_disk_bus of image /,
    );
  });

  it('may ask for a root disk that is a CD-ROM', async () => {
    const mapping = { ...root, device_type: 'cdrom', disk_bus: 'sata' };
    const { blockDevices } = await built(version, { block_device_mapping_v2: [mapping] });
    expect(blockDevices?.[0]).toMatchObject({ kind: 'root', type: 'cdrom', bus: 'sata' });
  });

  it('has the disks of its flavor when it asks for none', async () => {
    expect((await built(version, {})).blockDevices).toBeUndefined();
  });

  it('has the disks of its block_device_mapping_v2', async () => {
    const { blockDevices } = await built(version, {
      block_device_mapping_v2: [
        { ...root, disk_bus: 'scsi', device_type: 'disk', delete_on_termination: true },
        { ...blank, volume_size: 2, guest_format: 'ext3', device_name: '/dev/vdb' },
      ],
    });
    expect(blockDevices).toEqual([
      { kind: 'root', sizeMb: null, format: null, bus: 'scsi', bootIndex: 0, tag: null },
      { kind: 'ephemeral', sizeMb: 2048, format: 'ext3', bus: null, bootIndex: null, tag: null },
      { kind: 'swap', sizeMb: null, format: null, bus: null, bootIndex: null, tag: null },
    ]);
  });

  it('has the disks of its block_device_mapping', async () => {
    const block_device_mapping = [{ virtual_name: 'ephemeral0', volume_size: '1', delete_on_termination: 'yes' }];
    const { blockDevices } = await built(version, { block_device_mapping });
    expect(blockDevices?.map(({ kind, sizeMb }) => [kind, sizeMb])).toEqual([
      ['root', null],
      ['ephemeral', 1024],
      ['swap', null],
    ]);
  });

  it('is refused in words for what needs a volume, and for what the flavor does not allow', async () => {
    const volume = { source_type: 'volume', destination_type: 'volume', uuid: VOLUME, boot_index: 0 };
    expect(await refusal(version, { imageRef: '', block_device_mapping_v2: [volume] })).toBe(
      `400 Block Device Mapping is Invalid: failed to get volume ${VOLUME}. This region has no volume service. (block_device_mapping_v2[0])`,
    );
    expect(await refusal(version, { block_device_mapping: [{ volume_id: VOLUME, device_name: 'vdb' }] })).toMatch(
      /^400 .*failed to get volume .*\(block_device_mapping\[0\]\)$/,
    );
    expect(await refusal(version, { block_device_mapping_v2: [root, { ...blank, volume_size: 5 }] })).toMatch(
      /^400 Ephemeral disks requested are larger than the instance type allows\./,
    );
    expect(await refusal(version, { imageRef: '' })).toContain('400 Missing imageRef attribute');
  });

  it.each([
    ['an unknown member', { ...blank, size: 1 }, /Additional properties are not allowed .*size/],
    ['another source', { ...blank, source_type: 'file' }, /server\.block_device_mapping_v2\[?\.?0/],
    ['a size that is none', { ...blank, volume_size: '1G' }, /volume_size/],
    ['a UUID with other characters', { ...root, uuid: 'a/b' }, /uuid/],
    ['an index that is none', { ...root, boot_index: 'first' }, /boot_index/],
  ])('names the member of a mapping with %s', async (_what, mapping, message) => {
    expect(await refusal(version, { block_device_mapping_v2: [mapping] })).toMatch(message);
  });

  it('follows its image: a config drive that it needs, a disk that keeps its size', async () => {
    expect((await built(version, { imageRef: WITH_DRIVE, config_drive: false })).configDrive).toBe(true);
    expect((await built(version, {})).configDrive).toBe(false);
    expect(await refusal(version, { imageRef: WITH_DRIVE, 'OS-DCF:diskConfig': 'AUTO' })).toBe(
      `400 Requested image ${WITH_DRIVE} has automatic disk resize disabled.`,
    );
  });

  it('keeps config_drive, user_data, key, zone, disk config, tags of its time and counts', async () => {
    const build = await built(version, {
      config_drive: 'True',
      user_data: 'aGVsbG8=',
      availability_zone: 'nova',
      'OS-DCF:diskConfig': 'MANUAL',
      min_count: '1',
      max_count: 1,
      return_reservation_id: 'no',
      ...(version === NEWEST ? { tags: ['a'], hostname: 'one.example', description: 'd' } : {}),
    });
    expect(build).toMatchObject({
      configDrive: true,
      userData: 'aGVsbG8=',
      availabilityZone: 'nova',
      diskConfig: 'MANUAL',
    });
    expect([build.tags, build.hostname, build.description]).toEqual(
      version === NEWEST ? [['a'], 'one.example', 'd'] : [[], 's', 's'],
    );
  });
});

describe('a device tag', () => {
  const tagged = { block_device_mapping_v2: [{ ...root, tag: 'system' }] };
  it.each(['2.32', '2.42', NEWEST])('can be given to a disk with %s', async (version) => {
    expect((await built(version, tagged)).blockDevices?.[0]?.tag).toBe('system');
  });
  it.each([OLDEST, '2.31', '2.33', '2.36', '2.37', '2.41'])('cannot with %s', async (version) => {
    expect(await refusal(version, tagged)).toMatch(/^400 .*Additional properties are not allowed .*tag/);
  });
  it('has up to 60 characters without comma and slash', async () => {
    const mapping = (tag: string) => ({ block_device_mapping_v2: [{ ...root, tag }] });
    expect(await refusal(NEWEST, mapping('a,b'))).toMatch(/tag/);
    expect(await refusal(NEWEST, mapping('t'.repeat(61)))).toMatch(/tag/);
  });
});

describe('volume_type', () => {
  const typed = { block_device_mapping_v2: [root, { ...blank, volume_type: 'fast' }] };
  it('is known since 2.67, and goes with volumes only', async () => {
    expect(await refusal('2.66', typed)).toMatch(/Additional properties are not allowed .*volume_type/);
    for (const version of ['2.67', NEWEST]) {
      expect(await refusal(version, typed)).toMatch(/Specifying a volume_type with destination_type=local is not supp/);
    }
  });
});

describe('personality', () => {
  const files = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ path: `/etc/f${index}`, contents: 'aGVs\nbG8=' }));
  it.each([OLDEST, '2.56'])('gives files to the server with %s, and counts them', async (version) => {
    expect((await built(version, { personality: files(2) })).injectedFiles).toEqual([
      { path: '/etc/f0', contents: 'aGVsbG8=' },
      { path: '/etc/f1', contents: 'aGVsbG8=' },
    ]);
    expect(await refusal(version, { personality: files(3) })).toMatch(/^403 Personality file limit exceeded/);
    expect(await refusal(version, { personality: [{ path: '/a', contents: 'not base64!' }] })).toMatch(
      /^400 .*personality/,
    );
  });
  it.each(['2.57', NEWEST])('is unknown to %s', async (version) => {
    expect(await refusal(version, { personality: files(1) })).toMatch(/Additional properties .*personality/);
  });
});

describe('trusted_image_certificates', () => {
  const certificates = { trusted_image_certificates: ['one'] };
  it.each(['2.63', NEWEST])(
    'are kept with %s, but not for a signed image, which nobody could check',
    async (version) => {
      expect((await built(version, certificates)).trustedImageCertificates).toEqual(['one']);
      expect(await refusal(version, { ...certificates, imageRef: SIGNED })).toMatch(
        /^400 Image signature certificate validation failed for image .* no host checks signatures/,
      );
      expect((await built(version, { imageRef: SIGNED })).image.id).toBe(SIGNED);
    },
  );
  it('are unknown to 2.62', async () => {
    expect(await refusal('2.62', certificates)).toMatch(/Additional properties .*trusted_image_certificates/);
  });
});

describe('host and hypervisor_hostname', () => {
  it.each(['2.74', NEWEST])('are for admins with %s, and not together with a host in the zone', async (version) => {
    expect((await built(version, { host: 'h1' }, 'admin')).requestedHost).toBe('h1');
    expect((await built(version, { hypervisor_hostname: 'n1' }, 'admin')).requestedHost).toBe('n1');
    expect((await built(version, { host: 'h1', hypervisor_hostname: 'n1' }, 'admin')).requestedHost).toBe('h1');
    expect(await refusal(version, { host: 'h2' }, 'admin')).toBe('400 Compute host h2 could not be found.');
    expect(await refusal(version, { host: 'h1', hypervisor_hostname: 'n2' }, 'admin')).toBe(
      '400 Compute host h1 with hypervisor_hostname n2 could not be found.',
    );
    expect(await refusal(version, { host: 'h1' })).toMatch(/^403 .*requested_destination/);
    expect(await refusal(version, { host: 'h1', availability_zone: 'nova:h1' }, 'admin')).toMatch(
      /^400 One mechanism with host and\/or hypervisor_hostname and another mechanism with zone:host:node are mutually/,
    );
  });
  it('are left to the scheduler while a cell does not answer, which may have the host', async () => {
    cell.silent = true;
    expect((await built(NEWEST, { host: 'h2' }, 'admin')).requestedHost).toBe('h2');
    cell.silent = false;
  });
  it('are unknown to 2.73', async () => {
    expect(await refusal('2.73', { host: 'h1' }, 'admin')).toMatch(/Additional properties .*host/);
  });
});
