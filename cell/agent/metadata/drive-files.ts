import { randomBytes } from 'node:crypto';
import { documentFor, namesOf } from './documents.ts';
import { ec2Tree } from './ec2-tree.ts';
import { CONTENT_FOLDER, contentName, type RandomBytes } from './meta-data.ts';
import type { MetadataRecord } from './record.ts';
import { OPENSTACK_VERSIONS } from './versions.ts';

/** Of the versions in EC2's form a config drive has these two, as Nova writes it. */
const EC2_ON_DRIVE = ['2009-04-04', 'latest'];

/** What the metadata service tells a guest, as the files of a config drive: the path of each, and its bytes. Pure but for `random`. */
export function driveFiles(
  record: MetadataRecord,
  random: RandomBytes = randomBytes,
): ReadonlyMap<string, string | Buffer> {
  const { instance } = record;
  const files = new Map<string, string | Buffer>();
  const add = (file: string, path: string): void => {
    const { status, body } = documentFor(path, record, random);
    if (status === 200) files.set(file, body);
  };
  for (const version of OPENSTACK_VERSIONS) {
    for (const name of namesOf(version, instance)) {
      const path = `openstack/${version}/${name}`;
      add(path, path);
    }
  }
  for (const index of (instance.files ?? []).keys()) {
    const path = `openstack/${CONTENT_FOLDER}/${contentName(index)}`;
    add(path, path);
  }
  for (const version of EC2_ON_DRIVE) {
    files.set(`ec2/${version}/meta-data.json`, JSON.stringify(ec2Tree(record, version)));
    add(`ec2/${version}/user-data`, `${version}/user-data`);
  }
  return files;
}
