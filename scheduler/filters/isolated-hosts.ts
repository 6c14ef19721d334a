import type { Filter } from './filter.ts';

export interface Isolation {
  /** Names of hosts. */
  readonly hosts: readonly string[];
  /** Ids of images. */
  readonly images: readonly string[];
  /** Whether isolated hosts take no other images. */
  readonly restricts: boolean;
}

/**
 * Servers of isolated images go to isolated hosts only, and others do not, if it `restricts` (nova/scheduler/filters/isolated_hosts_filter.py).
 * Without isolated hosts every host passes. It reads names of hosts, so it names them.
 */
export const isolatedHosts = ({ hosts, images, restricts }: Isolation): Filter => ({
  name: 'isolated-hosts',
  names: () => hosts,
  question: ({ imageId }) => {
    if (hosts.length === 0) return null;
    const isIsolated = imageId !== undefined && images.includes(imageId);
    if (!isIsolated && !restricts) return null;
    return ({ host }) => {
      if (hosts.includes(host.name) === isIsolated) return null;
      return isIsolated ? 'it is not one of the hosts for isolated images' : 'it is isolated for other images';
    };
  },
});
