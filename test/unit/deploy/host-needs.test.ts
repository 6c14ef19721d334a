import { describe, expect, it } from 'vitest';
import { checkHost, type Machine } from '../../../deploy/local/host-needs.ts';

const able: Machine = {
  networking: async () => [],
  whyNoKvm: async () => null,
  freeMb: async () => 100_000,
  openFiles: async () => Number.POSITIVE_INFINITY,
};
const TUN = { what: 'The device /dev/net/tun cannot be opened', remedy: 'modprobe tun' };

describe('what a host needs', () => {
  it('is there on a host that can do everything', async () => {
    expect(await checkHost('qemu', '/home', able)).toEqual([]);
  });

  it('is named with its remedy, all of it at once, before anything starts', async () => {
    const poor = { ...able, networking: async () => [TUN], freeMb: async () => 12, openFiles: async () => 256 };
    const refused = checkHost('qemu', '/home', poor);
    await expect(refused).rejects.toThrow(/\/dev\/net\/tun cannot be opened\n\s+modprobe tun/);
    await expect(refused).rejects.toThrow(/12 MiB free/);
    await expect(refused).rejects.toThrow(/256 files.*\n.*ulimit/);
    await expect(refused).rejects.toThrow(/--simulate[\s\S]*Nothing was started/);
  });

  it('is no network of guests for simulated hosts', async () => {
    const noTun = { ...able, networking: async () => [TUN], whyNoKvm: async () => 'no KVM' };
    expect(await checkHost('fake', '/home', noTun)).toEqual([]);
  });

  it('is not KVM: without it guests are slow, and whoever starts the region is told', async () => {
    const slow = { ...able, whyNoKvm: async () => 'ENOENT: /dev/kvm' };
    expect(await checkHost('qemu', '/home', slow)).toEqual([expect.stringMatching(/ENOENT.*emulated.*slow/)]);
  });
});
