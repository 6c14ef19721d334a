import { describe, expect, it } from 'vitest';
import { documentFor } from '../../../../cell/agent/metadata/documents.ts';
import { driveFiles } from '../../../../cell/agent/metadata/drive-files.ts';
import { networkData } from '../../../../cell/agent/metadata/network-data.ts';
import { METADATA_RECORD_VERSION, type MetadataRecord } from '../../../../cell/agent/metadata/record.ts';
import { aBinding, aNetwork, anInstance, aSubnet } from '../../../integration/cell/network/a-binding.ts';

const binding = aBinding(aNetwork(), 'host-1', ['10.9.0.7']);
const aRecord = (instance = anInstance(binding)): MetadataRecord => ({
  version: METADATA_RECORD_VERSION,
  instance,
  network: networkData([binding]),
});
const seed = (length: number): Buffer => Buffer.alloc(length, 'seed');
const get = (path: string, record = aRecord()) => {
  const { status, body } = documentFor(path, record, seed);
  return status === 200 ? String(body) : status;
};

describe('metadata documents', () => {
  it('answers in OpenStack form', () => {
    expect(get('/openstack').toString().split('\n')).toContain('latest');
    expect(get('/openstack/latest/').toString().split('\n')).toContain('meta_data.json');
    expect(JSON.parse(String(get('/openstack/2018-08-27/meta_data.json')))).toMatchObject({
      uuid: binding.instanceUuid,
      public_keys: { mine: 'ssh-ed25519 AAAA me' },
      keys: [{ name: 'mine', type: 'ssh' }],
      meta: { role: 'web' },
      launch_index: 0,
    });
    expect(get('/openstack/latest/user_data')).toBe('#!/bin/sh\necho hello\n');
    expect(get('/openstack/latest/vendor_data.json')).toBe('{}');
  });

  it('answers in EC2 form', () => {
    expect(get('/').toString().split('\n')).toContain('2009-04-04');
    expect(get('/latest')).toBe('meta-data/\nuser-data');
    expect(get('/2009-04-04/meta-data/').toString().split('\n')).toEqual(
      expect.arrayContaining(['hostname', 'instance-id', 'placement/', 'public-keys/']),
    );
    expect(get('/latest/meta-data/local-ipv4')).toBe('10.9.0.7');
    expect(get('/latest/meta-data/placement/availability-zone')).toBe('nova');
    expect(get('/latest/meta-data/public-keys/')).toBe('0=mine');
    expect(get('/latest/meta-data/public-keys/0/openssh-key')).toBe('ssh-ed25519 AAAA me');
    expect(get('/latest/user-data')).toBe('#!/bin/sh\necho hello\n');
  });

  it.each([
    '/openstack/1999-01-01/meta_data.json',
    '/openstack/latest/nothing',
    '/latest/meta-data/nothing',
    '/etc/passwd',
  ])('has nothing at %s', (path) => expect(get(path)).toBe(404));

  it('has no user data and no keys where there are none', () => {
    const record = aRecord({ ...anInstance(binding), userData: null, publicKeys: {} });
    expect(get('/openstack/latest/user_data', record)).toBe(404);
    expect(get('/latest/meta-data/public-keys/', record)).toBe(404);
    expect(JSON.parse(String(get('/openstack/latest/meta_data.json', record)))).not.toHaveProperty('public_keys');
  });

  it('tells the addresses of a network without DHCP', () => {
    const network = aNetwork({ subnets: [aSubnet({ enableDhcp: false })] });
    const data = networkData([aBinding(network, 'host-1', ['10.9.0.8'])]);
    expect(data.networks).toMatchObject([
      {
        type: 'ipv4',
        ip_address: '10.9.0.8',
        netmask: '255.255.255.0',
        routes: [{ network: '0.0.0.0', netmask: '0.0.0.0', gateway: '10.9.0.1' }],
      },
    ]);
    expect(data.services).toEqual([{ type: 'dns', address: '10.9.0.53' }]);
  });
});

describe('a version of the metadata', () => {
  const instance = anInstance(binding, {
    keyType: 'x509',
    files: [
      { path: '/etc/banner', contents: Buffer.from('hello').toString('base64') },
      { path: '/etc/key', contents: Buffer.from([0, 255]).toString('base64') },
    ],
    devices: [
      { type: 'nic', bus: 'pci', address: '0000:00:05.0', mac: binding.port.mac, tags: ['uplink'] },
      { type: 'disk', bus: 'scsi', address: '0:0:0:1', tags: ['data'] },
    ],
    vendorData: { cloud: 'ours' },
    blockDeviceNames: { ami: 'sda', root: '/dev/sda', ephemeral0: '/dev/vda' },
  });
  const record = aRecord(instance);
  const members = (version: string): readonly string[] =>
    Object.keys(JSON.parse(String(get(`/openstack/${version}/meta_data.json`, record)))).sort();
  const first = [
    ...['availability_zone', 'files', 'hostname', 'keys', 'launch_index', 'meta', 'name', 'public_keys'],
    ...['reservation_id', 'uuid'],
  ];

  it.each([
    ['2012-08-10', []],
    ['2013-04-04', ['random_seed']],
    ['2013-10-17', ['random_seed']],
    ['2015-10-15', ['random_seed', 'project_id']],
    ['2016-06-30', ['random_seed', 'project_id', 'devices']],
    ['2018-08-27', ['random_seed', 'project_id', 'devices']],
    ['2020-10-14', ['random_seed', 'project_id', 'devices', 'dedicated_cpus']],
    ['latest', ['random_seed', 'project_id', 'devices', 'dedicated_cpus']],
  ])('%s tells what it had', (version, more) => {
    expect(members(version)).toEqual([...first, ...more].sort());
  });

  it.each([
    ['2012-08-10', ['meta_data.json', 'user_data']],
    ['2013-10-17', ['meta_data.json', 'user_data', 'vendor_data.json']],
    ['2015-10-15', ['meta_data.json', 'user_data', 'vendor_data.json', 'network_data.json']],
    ['latest', ['meta_data.json', 'user_data', 'vendor_data.json', 'network_data.json', 'vendor_data2.json']],
  ])('%s has its documents and no others', (version, names) => {
    expect(get(`/openstack/${version}`, record).toString().split('\n')).toEqual(names);
    for (const name of ['vendor_data.json', 'network_data.json', 'vendor_data2.json']) {
      expect(get(`/openstack/${version}/${name}`, record) !== 404).toBe(names.includes(name));
    }
  });

  it('tells of tagged devices, their buses and addresses; of cards since 2018 whether the guest is trusted', () => {
    const devices = (version: string) =>
      JSON.parse(String(get(`/openstack/${version}/meta_data.json`, record))).devices;
    const nic = { type: 'nic', mac: binding.port.mac, bus: 'pci', address: '0000:00:05.0', tags: ['uplink'] };
    const disk = { type: 'disk', bus: 'scsi', address: '0:0:0:1', tags: ['data'] };
    expect(devices('2017-02-22')).toEqual([nic, disk]);
    expect(devices('latest')).toEqual([{ ...nic, vf_trusted: false }, disk]);
  });

  it('tells of files, and has their content', () => {
    const { files, keys, random_seed } = JSON.parse(String(get('/openstack/latest/meta_data.json', record)));
    expect(files).toEqual([
      { path: '/etc/banner', content_path: '/content/0000' },
      { path: '/etc/key', content_path: '/content/0001' },
    ]);
    expect(get('/openstack/content/0000', record)).toBe('hello');
    expect(documentFor('/openstack/content/0001', record).body).toEqual(Buffer.from([0, 255]));
    for (const path of ['', '/0002', '/0000/more', '/..']) expect(get(`/openstack/content${path}`, record)).toBe(404);
    expect(keys).toEqual([{ name: 'mine', type: 'x509', data: 'ssh-ed25519 AAAA me' }]);
    expect(Buffer.from(random_seed, 'base64')).toEqual(seed(512));
  });

  it('tells what the operator tells all guests', () => {
    expect(get('/openstack/latest/vendor_data.json', record)).toBe('{"cloud":"ours"}');
    expect(get('/openstack/latest/vendor_data2.json', record)).toBe('{"static":{"cloud":"ours"}}');
    expect(get('/openstack/latest/vendor_data2.json')).toBe('{"static":{}}');
  });

  it('in EC2 form tells what it had', () => {
    const names = (version: string) => get(`/${version}/meta-data/`, record).toString().split('\n');
    expect(names('1.0')).not.toContain('local-hostname');
    expect(names('2007-01-19')).toContain('local-hostname');
    expect(names('2007-10-10')).not.toContain('block-device-mapping/');
    expect(names('2008-02-01')).toContain('placement/');
    expect(names('2008-02-01')).not.toContain('instance-action');
    expect(get('/latest/meta-data/block-device-mapping/ephemeral0', record)).toBe('/dev/vda');
    expect(get('/latest/meta-data/security-groups', record)).toBe('default');
  });

  it('is on the config drive as the metadata service tells it, with all files', () => {
    const files = driveFiles(record, seed);
    const paths = [...files.keys()].filter((path) => path.startsWith('openstack/'));
    for (const path of paths) expect(files.get(path)).toEqual(documentFor(path, record, seed).body);
    expect(paths).toContain('openstack/2012-08-10/user_data');
    expect(paths).toContain('openstack/content/0001');
    expect(paths).not.toContain('openstack/2012-08-10/network_data.json');
    expect(paths.filter((path) => path.endsWith('/meta_data.json'))).toHaveLength(10);
    expect(String(files.get('ec2/latest/user-data'))).toBe('#!/bin/sh\necho hello\n');
    expect(JSON.parse(String(files.get('ec2/2009-04-04/meta-data.json')))).toMatchObject({
      'security-groups': ['default'],
      'block-device-mapping': { ami: 'sda', ephemeral0: '/dev/vda' },
    });
  });
});
