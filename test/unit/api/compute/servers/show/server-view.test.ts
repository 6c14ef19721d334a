import { describe, expect, it } from 'vitest';
import { detailedServer, plainServer, type Viewer } from '../../../../../../api/compute/servers/show/server-view.ts';
import { Links } from '../../../../../../api/http/links.ts';
import type { RequestContext } from '../../../../../../api/http/request-context.ts';
import { NOBODY } from '../../../../../../api/identity/caller.ts';
import { DEFAULT_POLICIES } from '../../../../../../api/policies/policy-set.ts';
import { readPolicyFile } from '../../../../../../api/policies/read-policy-file.ts';
import { anInstance } from '../an-instance.ts';

const viewer = (minor: number, isAdmin = false): Viewer => ({
  version: { minor, legacy: false },
  caller: {
    ...NOBODY,
    projectId: 'p',
    roles: ['member', 'reader'],
    isAdmin,
    policies: DEFAULT_POLICIES,
    requestId: '',
    globalRequestId: null,
    token: '',
  } satisfies RequestContext,
  links: new Links('http://api/compute', '/v2.1'),
});
const keysAt = (minor: number, isAdmin = false) =>
  new Set(Object.keys(detailedServer(anInstance(), viewer(minor, isAdmin))));
/** What a microversion brings. */
const newAt = (minor: number, isAdmin = false) =>
  [...keysAt(minor, isAdmin)].filter((key) => !keysAt(minor - 1, isAdmin).has(key));

describe('a server in full', () => {
  it.each([
    [9, ['locked']],
    [19, ['description']],
    [26, ['tags']],
    [63, ['trusted_image_certificates']],
    [73, ['locked_reason']],
    [90, ['OS-EXT-SRV-ATTR:hostname']],
    [96, ['pinned_availability_zone']],
    [100, ['scheduler_hints']],
  ])('from 2.%i also says %j', (minor, keys) => {
    expect(newAt(minor)).toEqual(keys);
  });

  it('tells admins where it is', () => {
    expect([...keysAt(1, true)].filter((key) => !keysAt(1).has(key))).toEqual([
      'OS-EXT-SRV-ATTR:host',
      'OS-EXT-SRV-ATTR:hypervisor_hostname',
      'OS-EXT-SRV-ATTR:instance_name',
    ]);
    expect(newAt(3, true)).toHaveLength(7);
    expect(newAt(16, true)).toEqual(['host_status']);
    expect(newAt(16)).toEqual([]);
  });

  it('tells whom the policies say only that its host is silent', () => {
    const { policies } = readPolicyFile('"os_compute_api:servers:show:host_status:unknown-only": "@"', 'policy.yaml');
    const { caller, ...rest } = viewer(16);
    const shown = (hostStatus: string) =>
      detailedServer({ ...anInstance(), hostStatus }, { ...rest, caller: { ...caller, policies } });
    expect(shown('UNKNOWN')).toMatchObject({ host_status: 'UNKNOWN' });
    expect(shown('UP')).not.toHaveProperty('host_status');
  });

  it('refers to its flavor until 2.46 and says it whole from 2.47', () => {
    expect(detailedServer(anInstance(), viewer(46)).flavor).toEqual({
      id: '1',
      links: [{ rel: 'bookmark', href: 'http://api/compute/flavors/1' }],
    });
    expect(detailedServer(anInstance(), viewer(47)).flavor).toEqual({
      original_name: 'm1.tiny',
      vcpus: 1,
      ram: 512,
      disk: 1,
      ephemeral: 0,
      swap: 0,
      extra_specs: {},
    });
  });

  it.each([
    [{ kernel_id: 'k', ramdisk_id: 'r' }, ['k', 'r']],
    [{ kernel_id: 'nokernel', ramdisk_id: 'r' }, ['', '']],
    [{}, ['', '']],
  ])('of an image with %j shows the kernel and the RAM disk %j', (properties, shown) => {
    const { image } = anInstance();
    const view = detailedServer(anInstance({ image: { ...image, properties } }), viewer(3, true));
    expect([view['OS-EXT-SRV-ATTR:kernel_id'], view['OS-EXT-SRV-ATTR:ramdisk_id']]).toEqual(shown);
    const newest = detailedServer(
      anInstance({ image: { ...image, properties: { ...properties, os: 'x' } } }),
      viewer(98),
    );
    expect(newest.image).toMatchObject({ properties: { os: 'x' } });
    expect(Object.keys((newest.image as { properties: object }).properties)).toEqual(['os']);
  });

  it('says its addresses by network, and their kind', () => {
    expect(detailedServer(anInstance(), viewer(1)).addresses).toEqual({
      private: [
        { version: 4, addr: '10.0.0.5', 'OS-EXT-IPS:type': 'fixed', 'OS-EXT-IPS-MAC:mac_addr': 'fa:16:3e:00:00:01' },
        { version: 6, addr: 'fd00::5', 'OS-EXT-IPS:type': 'fixed', 'OS-EXT-IPS-MAC:mac_addr': 'fa:16:3e:00:00:01' },
      ],
    });
    expect(plainServer(anInstance(), viewer(1)).addresses).toEqual({
      private: [
        { version: 4, addr: '10.0.0.5' },
        { version: 6, addr: 'fd00::5' },
      ],
    });
  });

  it('hides its host behind a digest that differs by project', () => {
    const here = plainServer(anInstance(), viewer(1)).hostId;
    expect(here).toMatch(/^[0-9a-f]{56}$/);
    expect(plainServer(anInstance({ projectId: 'q' }), viewer(1)).hostId).not.toBe(here);
    expect(plainServer(anInstance({ host: null }), viewer(1)).hostId).toBe('');
  });

  it('shows the fault of a server in ERROR, its details to admins only', () => {
    const fault = { code: 500, message: 'broken', details: 'why', createdAt: '2026-01-01T00:00:09.5Z' };
    const broken = anInstance({ vmState: 'error', fault });
    expect(plainServer(broken, viewer(1)).fault).toEqual({
      code: 500,
      message: 'broken',
      created: '2026-01-01T00:00:09Z',
    });
    expect(plainServer(broken, viewer(1, true)).fault).toMatchObject({ details: 'why' });
    expect(plainServer(broken, viewer(1))).not.toHaveProperty('progress');
    expect(plainServer(anInstance({ fault }), viewer(1))).not.toHaveProperty('fault');
  });

  it('says null for texts that were never given', () => {
    const bare = anInstance({ description: null, userData: null, lockReason: null });
    const view = detailedServer(bare, viewer(90, true));
    expect([view.description, view['OS-EXT-SRV-ATTR:user_data'], view.locked_reason]).toEqual([null, null, null]);
  });

  it('writes moments as each field has them', () => {
    const view = detailedServer(anInstance(), viewer(1));
    expect(view.created).toBe('2026-01-01T00:00:00Z');
    expect(view['OS-SRV-USG:launched_at']).toBe('2026-01-01T00:00:05.500000');
  });
});
