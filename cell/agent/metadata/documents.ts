import { randomBytes } from 'node:crypto';
import type { InstanceMetadata } from '#platform/contracts/agent.ts';
import { ec2Tree, type Tree } from './ec2-tree.ts';
import { CONTENT_FOLDER, contentOf, metaData, type RandomBytes } from './meta-data.ts';
import type { MetadataRecord } from './record.ts';
import { EC2_VERSIONS, isSince, OPENSTACK_VERSIONS } from './versions.ts';

/** An answer of the metadata service, before HTTP. */
export interface Document {
  readonly status: 200 | 404;
  readonly type: 'text/plain' | 'application/json' | 'application/octet-stream';
  readonly body: string | Buffer;
}

/** The documents of OpenStack's form, with the first version that has each. */
const OPENSTACK_NAMES: Readonly<Record<string, string>> = {
  'meta_data.json': '2012-08-10',
  user_data: '2012-08-10',
  'vendor_data.json': '2013-10-17',
  'network_data.json': '2015-10-15',
  'vendor_data2.json': '2016-10-06',
};

const text = (body: string): Document => ({ status: 200, type: 'text/plain', body });
const json = (value: unknown): Document => ({ status: 200, type: 'application/json', body: JSON.stringify(value) });
const bytes = (body: Buffer): Document => ({ status: 200, type: 'application/octet-stream', body });
const listing = (names: readonly string[]): Document => text(names.join('\n'));
export const NO_DOCUMENT: Document = { status: 404, type: 'text/plain', body: 'Not Found' };

/**
 * What a guest gets for a path, in OpenStack's and in EC2's form: over HTTP, and as the files of its config drive (drive-files.ts). Pure but for
 * `random`, from which each `meta_data.json` gets a seed of its own.
 */
export function documentFor(path: string, record: MetadataRecord, random: RandomBytes = randomBytes): Document {
  const [root = '', ...rest] = path.split('/').filter((part) => part !== '');
  if (root === '') return listing(EC2_VERSIONS);
  if (root === 'openstack') return openstack(rest, record, random);
  if (!EC2_VERSIONS.some((version) => version === root)) return NO_DOCUMENT;
  return ec2(rest, path.endsWith('/'), record, root);
}

function openstack(path: readonly string[], record: MetadataRecord, random: RandomBytes): Document {
  const { instance, network } = record;
  const [version, name, ...more] = path;
  if (version === undefined) return listing(OPENSTACK_VERSIONS);
  if (version === CONTENT_FOLDER && more.length === 0) return content(instance, name);
  if (!OPENSTACK_VERSIONS.some((known) => known === version) || more.length > 0) return NO_DOCUMENT;
  const names = namesOf(version, instance);
  if (name === undefined) return listing(names);
  if (!names.includes(name)) return NO_DOCUMENT;
  switch (name) {
    case 'meta_data.json':
      return json(metaData(instance, version, random));
    case 'network_data.json':
      return json(network);
    case 'vendor_data.json':
      return json(instance.vendorData ?? {});
    case 'vendor_data2.json':
      return json({ static: instance.vendorData ?? {} });
    default:
      return userData(instance);
  }
}

/** The documents that a version has. */
export const namesOf = (version: string, instance: InstanceMetadata): readonly string[] =>
  Object.entries(OPENSTACK_NAMES)
    .filter(([name, first]) => isSince(version, first) && (name !== 'user_data' || instance.userData !== null))
    .map(([name]) => name);

function content(instance: InstanceMetadata, name: string | undefined): Document {
  const found = name === undefined ? null : contentOf(instance, name);
  return found === null ? NO_DOCUMENT : bytes(found);
}

const userData = ({ userData: given }: InstanceMetadata): Document =>
  given === null ? NO_DOCUMENT : bytes(Buffer.from(given, 'base64'));

function ec2(path: readonly string[], asFolder: boolean, record: MetadataRecord, version: string): Document {
  const { instance } = record;
  const [kind, ...rest] = path;
  if (kind === undefined) return listing(['meta-data/', ...(instance.userData === null ? [] : ['user-data'])]);
  if (kind === 'user-data' && rest.length === 0) return userData(instance);
  if (kind !== 'meta-data') return NO_DOCUMENT;
  let here: Tree[string] | undefined = ec2Tree(record, version);
  for (const part of rest) here = isFolder(here) ? (here[part] ?? here[part.replace(/=.*/, '')]) : undefined;
  if (here === undefined || (!isFolder(here) && asFolder)) return NO_DOCUMENT;
  if (!isFolder(here)) return text(typeof here === 'string' ? here : here.join('\n'));
  if (rest.length === 1 && rest[0] === 'public-keys') {
    return listing(Object.keys(instance.publicKeys).map((name, index) => `${index}=${name}`));
  }
  return listing(Object.entries(here).map(([name, value]) => (isFolder(value) ? `${name}/` : name)));
}

const isFolder = (value: Tree[string] | undefined): value is Tree => typeof value === 'object' && !Array.isArray(value);
