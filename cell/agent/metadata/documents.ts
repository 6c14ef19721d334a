import type { InstanceMetadata } from '#platform/contracts/agent.ts';
import type { MetadataRecord } from './record.ts';

/** An answer of the metadata service, before HTTP. */
export interface Document {
  readonly status: 200 | 404;
  readonly type: 'text/plain' | 'application/json' | 'application/octet-stream';
  readonly body: string | Buffer;
}

/** The dates under which clients ask; all are answered alike. */
const OPENSTACK_VERSIONS = [
  '2012-08-10',
  '2013-04-04',
  '2013-10-17',
  '2015-10-15',
  '2016-06-30',
  '2016-10-06',
  '2017-02-22',
  '2018-08-27',
  '2020-10-14',
  'latest',
];
const EC2_VERSIONS = [
  '1.0',
  '2007-01-19',
  '2007-03-01',
  '2007-08-29',
  '2007-10-10',
  '2007-12-15',
  '2008-02-01',
  '2008-09-01',
  '2009-04-04',
  'latest',
];

const OPENSTACK_NAMES = ['meta_data.json', 'user_data', 'vendor_data.json', 'network_data.json', 'vendor_data2.json'];

const text = (body: string): Document => ({ status: 200, type: 'text/plain', body });
const json = (value: unknown): Document => ({ status: 200, type: 'application/json', body: JSON.stringify(value) });
const listing = (names: readonly string[]): Document => text(names.join('\n'));
export const NO_DOCUMENT: Document = { status: 404, type: 'text/plain', body: 'Not Found' };

/** What a guest gets for a path, in OpenStack's and in EC2's form. Pure. */
export function documentFor(path: string, record: MetadataRecord): Document {
  const [root = '', ...rest] = path.split('/').filter((part) => part !== '');
  if (root === '') return listing(EC2_VERSIONS);
  if (root === 'openstack') return openstack(rest, record);
  return EC2_VERSIONS.includes(root) ? ec2(rest, path.endsWith('/'), record.instance) : NO_DOCUMENT;
}

function openstack(path: readonly string[], { instance, network }: MetadataRecord): Document {
  const [version, name, ...more] = path;
  if (version === undefined) return listing(OPENSTACK_VERSIONS);
  if (!OPENSTACK_VERSIONS.includes(version) || more.length > 0) return NO_DOCUMENT;
  switch (name) {
    case undefined:
      return listing(OPENSTACK_NAMES.filter((one) => one !== 'user_data' || instance.userData !== null));
    case 'meta_data.json':
      return json(metaData(instance));
    case 'network_data.json':
      return json(network);
    case 'vendor_data.json':
    case 'vendor_data2.json':
      return json({});
    case 'user_data':
      return userData(instance);
    default:
      return NO_DOCUMENT;
  }
}

function metaData(instance: InstanceMetadata): Record<string, unknown> {
  const keys = Object.entries(instance.publicKeys);
  return {
    uuid: instance.uuid,
    name: instance.name,
    hostname: instance.hostname,
    launch_index: instance.launchIndex,
    availability_zone: instance.availabilityZone,
    project_id: instance.projectId,
    meta: instance.metadata,
    ...(keys.length === 0 ? {} : { public_keys: instance.publicKeys }),
    keys: keys.map(([name, data]) => ({ name, type: 'ssh', data })),
    devices: [],
    dedicated_cpus: [],
    reservation_id: instance.reservationId,
  };
}

function userData(instance: InstanceMetadata): Document {
  if (instance.userData === null) return NO_DOCUMENT;
  return { status: 200, type: 'application/octet-stream', body: Buffer.from(instance.userData, 'base64') };
}

/** The versions that a config drive has; clients look for the newest that they know. */
const DRIVE_VERSIONS = ['2012-08-10', '2013-04-04', '2015-10-15', '2018-08-27', 'latest'];

/** The same as files of a config drive: the path of each, and its bytes. Pure. */
export function driveFiles(record: MetadataRecord): ReadonlyMap<string, string | Buffer> {
  const files = new Map<string, string | Buffer>();
  for (const version of DRIVE_VERSIONS) {
    for (const name of OPENSTACK_NAMES) {
      const { status, body } = documentFor(`openstack/${version}/${name}`, record);
      if (status === 200) files.set(`openstack/${version}/${name}`, body);
    }
  }
  for (const version of ['2009-04-04', 'latest']) {
    files.set(`ec2/${version}/meta-data.json`, JSON.stringify(ec2Tree(record.instance)));
    const { status, body } = documentFor(`${version}/user-data`, record);
    if (status === 200) files.set(`ec2/${version}/user-data`, body);
  }
  return files;
}

/** A folder is an object; a value is a string. */
type Tree = { readonly [name: string]: string | Tree };

function ec2(path: readonly string[], asFolder: boolean, instance: InstanceMetadata): Document {
  const [kind, ...rest] = path;
  if (kind === undefined) return listing(['meta-data/', ...(instance.userData === null ? [] : ['user-data'])]);
  if (kind === 'user-data' && rest.length === 0) return userData(instance);
  if (kind !== 'meta-data') return NO_DOCUMENT;
  let here: string | Tree | undefined = ec2Tree(instance);
  for (const part of rest) here = typeof here === 'object' ? (here[part] ?? here[part.replace(/=.*/, '')]) : undefined;
  if (here === undefined || (typeof here === 'string' && asFolder)) return NO_DOCUMENT;
  if (typeof here === 'string') return text(here);
  if (rest.length === 1 && rest[0] === 'public-keys') {
    return listing(Object.keys(instance.publicKeys).map((name, index) => `${index}=${name}`));
  }
  return listing(Object.entries(here).map(([name, value]) => (typeof value === 'string' ? name : `${name}/`)));
}

function ec2Tree(instance: InstanceMetadata): Tree {
  const id = `i-${instance.uuid.replaceAll('-', '').slice(0, 8)}`;
  const keys = Object.values(instance.publicKeys);
  return {
    'ami-id': `ami-${(instance.imageId ?? instance.uuid).replaceAll('-', '').slice(0, 8)}`,
    'ami-launch-index': String(instance.launchIndex),
    'ami-manifest-path': '(none)',
    'block-device-mapping': { ami: 'vda', root: '/dev/vda' },
    hostname: instance.hostname,
    'instance-action': 'none',
    'instance-id': id,
    'instance-type': instance.instanceType,
    'local-hostname': instance.hostname,
    'local-ipv4': instance.localIpV4 ?? '',
    ...(instance.macs[0] === undefined ? {} : { mac: instance.macs[0] }),
    placement: { 'availability-zone': instance.availabilityZone },
    'public-hostname': instance.hostname,
    'public-ipv4': '',
    ...(keys.length === 0
      ? {}
      : { 'public-keys': Object.fromEntries(keys.map((key, index) => [String(index), { 'openssh-key': key }])) }),
    'reservation-id': instance.reservationId,
    'security-groups': instance.securityGroups.join('\n'),
  };
}
