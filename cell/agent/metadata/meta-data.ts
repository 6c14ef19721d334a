import type { InstanceMetadata } from '#platform/contracts/agent.ts';
import { isSince } from './versions.ts';

const SEED_BYTES = 512;

/** `length` random bytes. */
export type RandomBytes = (length: number) => Buffer;

/** `meta_data.json` of a version, with what that version has (nova/api/metadata/base.py). Pure but for `random`. */
export function metaData(instance: InstanceMetadata, version: string, random: RandomBytes): Record<string, unknown> {
  const keys = Object.entries(instance.publicKeys);
  const files = instance.files ?? [];
  const { keyType: type = 'ssh' } = instance;
  return {
    uuid: instance.uuid,
    meta: instance.metadata,
    ...(files.length === 0
      ? {}
      : { files: files.map(({ path }, index) => ({ path, content_path: contentPath(index) })) }),
    ...(keys.length === 0
      ? {}
      : { public_keys: instance.publicKeys, keys: keys.map(([name, data]) => ({ name, type, data })) }),
    hostname: instance.hostname,
    name: instance.name,
    launch_index: instance.launchIndex,
    availability_zone: instance.availabilityZone,
    ...(isSince(version, '2013-04-04') ? { random_seed: random(SEED_BYTES).toString('base64') } : {}),
    ...(isSince(version, '2015-10-15') ? { project_id: instance.projectId } : {}),
    ...(isSince(version, '2016-06-30')
      ? { devices: (instance.devices ?? []).map((one) => deviceOf(one, version)) }
      : {}),
    ...(isSince(version, '2020-10-14') ? { dedicated_cpus: [] } : {}),
    reservation_id: instance.reservationId,
  };
}

type Device = NonNullable<InstanceMetadata['devices']>[number];

function deviceOf({ type, bus, address, mac, tags }: Device, version: string): Record<string, unknown> {
  return {
    ...(type === 'nic' && isSince(version, '2018-08-27') ? { vf_trusted: false } : {}),
    type,
    ...(mac === undefined ? {} : { mac }),
    bus,
    address,
    tags,
  };
}

export const CONTENT_FOLDER = 'content';
/** Files are numbered in the order of the request. */
export const contentName = (index: number): string => String(index).padStart(4, '0');
const contentPath = (index: number): string => `/${CONTENT_FOLDER}/${contentName(index)}`;

/** The content of a file that the user gave; null when there is none of that name. */
export function contentOf({ files = [] }: InstanceMetadata, name: string): Buffer | null {
  const found = files.find((_file, index) => contentName(index) === name);
  return found === undefined ? null : Buffer.from(found.contents, 'base64');
}
