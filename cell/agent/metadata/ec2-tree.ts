import type { MetadataRecord } from './record.ts';
import { isSince } from './versions.ts';

type EC2Record = Pick<MetadataRecord, 'instance' | 'publicIpV4'>;

/** A folder is an object; a list of names is a text of lines; a value is a text. */
export type Tree = { readonly [name: string]: string | readonly string[] | Tree };

/** `meta-data` in EC2's form of a version, with what that version has. Pure. */
export function ec2Tree({ instance, publicIpV4 = '' }: EC2Record, version: string): Tree {
  const keys = Object.values(instance.publicKeys);
  const since = (first: string, members: Tree): Tree => (isSince(version, first) ? members : {});
  return {
    'ami-id': `ami-${shortId(instance.imageId ?? instance.uuid)}`,
    'ami-launch-index': String(instance.launchIndex),
    'ami-manifest-path': '(none)',
    hostname: instance.hostname,
    'instance-id': `i-${shortId(instance.uuid)}`,
    'local-ipv4': instance.localIpV4 ?? '',
    'reservation-id': instance.reservationId,
    'security-groups': instance.securityGroups,
    ...(instance.macs[0] === undefined ? {} : { mac: instance.macs[0] }),
    ...(keys.length === 0
      ? {}
      : { 'public-keys': Object.fromEntries(keys.map((key, index) => [String(index), { 'openssh-key': key }])) }),
    ...since('2007-01-19', {
      'local-hostname': instance.hostname,
      'public-hostname': instance.hostname,
      'public-ipv4': publicIpV4,
    }),
    ...since('2007-08-29', { 'instance-type': instance.instanceType }),
    ...since('2007-12-15', {
      'block-device-mapping': { ami: 'vda', root: '/dev/vda', ...instance.blockDeviceNames },
    }),
    ...since('2008-02-01', { placement: { 'availability-zone': instance.availabilityZone } }),
    ...since('2008-09-01', { 'instance-action': 'none' }),
  };
}

const shortId = (uuid: string): string => uuid.replaceAll('-', '').slice(0, 8);
