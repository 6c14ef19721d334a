import type { HostDevice } from '#platform/objects/host-device.ts';

export const aGpu = (at: number, rest: Partial<HostDevice> = {}): HostDevice => ({
  ...{ address: `0000:81:0${at}.0`, vendorId: '10de', productId: '2230', type: 'type-PCI' },
  ...{ numaNode: 0, resourceClass: 'CUSTOM_PCI_10DE_2230' },
  ...rest,
});
