import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { documentFor } from '../../../../cell/agent/metadata/documents.ts';
import { driveFiles } from '../../../../cell/agent/metadata/drive-files.ts';
import { networkData } from '../../../../cell/agent/metadata/network-data.ts';
import { METADATA_RECORD_VERSION, type MetadataRecord } from '../../../../cell/agent/metadata/record.ts';
import { aBinding, aNetwork, anInstance } from '../network/a-binding.ts';
import { aQemuGuest, type QemuAgent, startQemuAgent } from './qemu-agent.ts';
import { type ImageServer, startImageServer, testGuestDisk } from './test-guest.ts';

const binding = aBinding(aNetwork(), 'host-a', ['10.9.0.7']);
const record: MetadataRecord = {
  version: METADATA_RECORD_VERSION,
  instance: anInstance(binding, {
    files: [{ path: '/etc/motd', contents: Buffer.from('Welcome\n').toString('base64') }],
    devices: [{ type: 'nic', bus: 'pci', address: '0000:00:03.0', mac: binding.port.mac, tags: ['uplink'] }],
  }),
  network: networkData([binding]),
};
/** Each document has random bytes of its own. */
const withoutSeed = (document: string | Buffer) => {
  const { random_seed: seed, ...rest } = JSON.parse(document.toString());
  return [typeof seed, rest];
};

let stateDir: string;
let images: ImageServer;
let agent: QemuAgent;

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'volvox-drive-'));
  images = await startImageServer();
  agent = await startQemuAgent(stateDir, {}, async () => record);
});
afterEach(async () => {
  await agent.close();
  images.close();
  await rm(stateDir, { recursive: true });
});

test('a config drive tells what the metadata service tells: keys, user data, metadata and networks', async () => {
  const made = aQemuGuest(images.image(testGuestDisk()), { power: 'stopped' });
  const desired = { ...made, spec: { ...made.spec, configDrive: true } };
  expect(await agent.converge(desired)).toMatchObject({ settled: true, error: null });
  const drive = join(stateDir, 'guests', desired.guestId, 'config-drive.iso');
  const isoinfo = (...args: string[]) => execFileSync('isoinfo', ['-i', drive, ...args]);
  expect(isoinfo('-d').toString()).toMatch(/Volume id: config-2/);
  const read = (path: string) => isoinfo('-R', '-x', `/${path}`);
  for (const [path, content] of driveFiles(record)) {
    if (path.endsWith('/meta_data.json')) {
      expect(withoutSeed(read(path))).toEqual(withoutSeed(documentFor(path, record).body));
    } else expect(read(path)).toEqual(Buffer.from(content));
  }
  expect(read('openstack/content/0000').toString()).toBe('Welcome\n');
  expect(JSON.parse(read('openstack/latest/meta_data.json').toString())).toMatchObject({
    keys: [{ name: 'mine', type: 'ssh' }],
    meta: { role: 'web' },
  });
  expect(read('openstack/latest/user_data').toString()).toBe('#!/bin/sh\necho hello\n');
  expect(JSON.parse(read('openstack/latest/network_data.json').toString()).links).toHaveLength(1);
  expect(JSON.parse(read('ec2/latest/meta-data.json').toString())).toMatchObject({
    hostname: record.instance.hostname,
    'public-keys': { 0: { 'openssh-key': 'ssh-ed25519 AAAA me' } },
  });
});
