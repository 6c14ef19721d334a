import { describe, expect, it } from 'vitest';
import { documentFor } from '../../../../cell/agent/metadata/documents.ts';
import { networkData } from '../../../../cell/agent/metadata/network-data.ts';
import { METADATA_RECORD_VERSION, type MetadataRecord } from '../../../../cell/agent/metadata/record.ts';
import { aBinding, aNetwork, anInstance, aSubnet } from '../../../integration/cell/network/a-binding.ts';

const binding = aBinding(aNetwork(), 'host-1', ['10.9.0.7']);
const aRecord = (instance = anInstance(binding)): MetadataRecord => ({
  version: METADATA_RECORD_VERSION,
  instance,
  network: networkData([binding]),
});
const get = (path: string, record = aRecord()) => {
  const { status, body } = documentFor(path, record);
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
