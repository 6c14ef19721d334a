import type { Directory } from '#platform/directory/directory.ts';
import { findImage, type ImageRecord, insertImage, updateImage } from '#platform/directory/stores/images.ts';
import { anImage } from '../support/an-image.ts';

/** The first of Nova's image fixture (nova/tests/fixtures/glance.py), which recorded servers boot from. */
export const IMAGE_ID = '70a599e0-31e7-49b7-b260-868f441e862b';

/** Placeholders of the fixture's other images. */
export const ENCRYPTED_IMAGES = {
  'glance.eph_encryption.id': '00000000-0000-4000-8000-0000000000e1',
  'glance.eph_encryption_disabled.id': '00000000-0000-4000-8000-0000000000e2',
  'glance.eph_encryption_luks.id': '00000000-0000-4000-8000-0000000000e3',
  'glance.eph_encryption_plain.id': '00000000-0000-4000-8000-0000000000e4',
} as const;

const MADE_AT = '2011-01-01T01:02:03.000000Z';
const KERNEL = { kernel_id: 'nokernel', ramdisk_id: 'nokernel' };
const X86 = { architecture: 'x86_64', ...KERNEL };

const image = (id: string, name: string, properties: ImageRecord['properties']): ImageRecord =>
  anImage(MADE_AT, { id, name, properties });
const encrypted = (id: string, properties: ImageRecord['properties']): ImageRecord =>
  image(id, 'fakeimage123456', properties);

export const IMAGES: readonly ImageRecord[] = [
  image(IMAGE_ID, 'fakeimage7', { ...X86, auto_disk_config: 'True' }),
  image('155d900f-4e14-4e4c-a73d-069cbf4541e6', 'fakeimage123456', X86),
  image('a2459075-d96c-40d5-893e-577ff92e721c', 'fakeimage123456', KERNEL),
  image('a440c04b-79fa-479c-bed1-0b816eaec379', 'fakeimage6', { ...X86, auto_disk_config: 'False' }),
  image('c905cedb-7281-47e4-8a62-f26bc5fc4c77', 'fakeimage123456', {
    kernel_id: '155d900f-4e14-4e4c-a73d-069cbf4541e6',
    ramdisk_id: '',
  }),
  image('cedef40a-ed67-4d10-800e-17455edce175', 'fakeimage123456', KERNEL),
  image('76fa36fc-c930-4bf3-8c8a-ea2a2420deb6', 'fakeimage123456', X86),
  encrypted(ENCRYPTED_IMAGES['glance.eph_encryption.id'], { hw_ephemeral_encryption: 'True' }),
  encrypted(ENCRYPTED_IMAGES['glance.eph_encryption_disabled.id'], { hw_ephemeral_encryption: 'False' }),
  encrypted(ENCRYPTED_IMAGES['glance.eph_encryption_luks.id'], {
    hw_ephemeral_encryption: 'True',
    hw_ephemeral_encryption_format: 'luks',
  }),
  encrypted(ENCRYPTED_IMAGES['glance.eph_encryption_plain.id'], {
    hw_ephemeral_encryption: 'True',
    hw_ephemeral_encryption_format: 'plain',
  }),
];

/** The images of the fixture as they are at first, owned by this project: in Nova's fixture everybody may change them. */
export async function seedImages(directory: Directory, projectId: string): Promise<void> {
  for (const fresh of IMAGES) {
    const owned = { ...fresh, projectId };
    const known = await findImage(directory.read, fresh.id);
    await directory.transaction(async (tx) => {
      if (known === null) await insertImage(tx, owned, []);
      else await updateImage(tx, known, { projectId, properties: fresh.properties });
    });
  }
}
