import type { DirectoryReader, DirectoryTx } from '#platform/directory/directory.ts';
import { changeSecurityGroup, lockSecurityGroup } from '#platform/directory/stores/change-security-groups.ts';
import { getFloatingIp, lockFloatingIp, updateFloatingIp } from '#platform/directory/stores/floating-ips.ts';
import { getNetwork, lockNetwork, type NetworkViewer, updateNetwork } from '#platform/directory/stores/networks.ts';
import { getPort, lockPort, updatePort } from '#platform/directory/stores/ports.ts';
import { changeQosPolicy, getQosPolicy, lockQosPolicy } from '#platform/directory/stores/qos-policies.ts';
import { getRouter, lockRouter, updateRouter } from '#platform/directory/stores/routers.ts';
import { getSecurityGroup } from '#platform/directory/stores/security-groups.ts';
import { changeSubnetPool, getSubnetPool, lockSubnetPool } from '#platform/directory/stores/subnet-pools.ts';
import { getSubnet, lockSubnet, updateSubnet } from '#platform/directory/stores/subnets.ts';
import { getTrunk, lockTrunk, updateTrunk } from '#platform/directory/stores/trunks.ts';
import { networkPolicy } from '../policy.ts';

interface Tagged {
  readonly id: string;
  readonly projectId: string;
  readonly revision: number;
  readonly tags: readonly string[];
}

/** What has tags. `lock` holds the record until the transaction ends; both throw not-found also for what the viewer may not know of. */
interface TaggedNoun<R extends Tagged> {
  /** The last part of its path: `security-groups`. */
  readonly path: string;
  readonly get: (read: DirectoryReader, viewer: NetworkViewer, id: string) => Promise<Tagged>;
  readonly lock: (tx: DirectoryTx, viewer: NetworkViewer, id: string) => Promise<R>;
  readonly write: (tx: DirectoryTx, locked: R, changes: TagChange) => Promise<unknown>;
}
interface TagChange {
  readonly tags: readonly string[];
  readonly updatedAt: string;
}

/** A noun with tags. The type of its records stays inside this file. */
const noun = <R extends Tagged>({ path, get, lock, write }: TaggedNoun<R>) => ({
  path,
  tagsOf: async (read: DirectoryReader, viewer: NetworkViewer, id: string) => get(read, viewer, id),
  /** Writes the tags that `change` makes of those there are, under a new revision; none when they are the same. */
  change: async (
    tx: DirectoryTx,
    viewer: NetworkViewer,
    id: string,
    { change, now }: { readonly change: (locked: Tagged) => readonly string[]; readonly now: string },
  ): Promise<readonly string[]> => {
    const locked = await lock(tx, viewer, id);
    const tags = [...new Set(change(locked))];
    const same = tags.length === locked.tags.length && tags.every((tag) => locked.tags.includes(tag));
    if (!same) await write(tx, locked, { tags, updatedAt: now });
    return tags;
  },
});

export const TAGGED_NOUNS = [
  {
    ...noun({ path: 'networks', get: getNetwork, lock: lockNetwork, write: updateNetwork }),
    policies: {
      get: networkPolicy('get_networks_tags'),
      update: networkPolicy('update_networks_tags'),
      delete: networkPolicy('delete_networks_tags'),
    },
  },
  {
    ...noun({ path: 'subnets', get: getSubnet, lock: lockSubnet, write: updateSubnet }),
    policies: {
      get: networkPolicy('get_subnets_tags'),
      update: networkPolicy('update_subnets_tags'),
      delete: networkPolicy('delete_subnets_tags'),
    },
  },
  {
    ...noun({ path: 'ports', get: getPort, lock: lockPort, write: updatePort }),
    policies: {
      get: networkPolicy('get_ports_tags'),
      update: networkPolicy('update_ports_tags'),
      delete: networkPolicy('delete_ports_tags'),
    },
  },
  {
    ...noun({ path: 'subnetpools', get: getSubnetPool, lock: lockSubnetPool, write: changeSubnetPool }),
    policies: {
      get: networkPolicy('get_subnetpools_tags'),
      update: networkPolicy('update_subnetpools_tags'),
      delete: networkPolicy('delete_subnetpools_tags'),
    },
  },
  {
    ...noun({ path: 'floatingips', get: getFloatingIp, lock: lockFloatingIp, write: updateFloatingIp }),
    policies: {
      get: networkPolicy('get_floatingips_tags'),
      update: networkPolicy('update_floatingips_tags'),
      delete: networkPolicy('delete_floatingips_tags'),
    },
  },
  {
    ...noun({ path: 'routers', get: getRouter, lock: lockRouter, write: updateRouter }),
    policies: {
      get: networkPolicy('get_routers_tags'),
      update: networkPolicy('update_routers_tags'),
      delete: networkPolicy('delete_routers_tags'),
    },
  },
  {
    ...noun({ path: 'trunks', get: getTrunk, lock: lockTrunk, write: updateTrunk }),
    policies: {
      get: networkPolicy('get_trunks_tags'),
      update: networkPolicy('update_trunks_tags'),
      delete: networkPolicy('delete_trunks_tags'),
    },
  },
  {
    ...noun({
      path: 'security-groups',
      get: getSecurityGroup,
      lock: lockSecurityGroup,
      write: (tx, locked, { tags, updatedAt }) => changeSecurityGroup(tx, locked, { tags }, updatedAt),
    }),
    policies: {
      get: networkPolicy('get_security_groups_tags'),
      update: networkPolicy('update_security_groups_tags'),
      delete: networkPolicy('delete_security_groups_tags'),
    },
  },
  {
    ...noun({ path: 'qos/policies', get: getQosPolicy, lock: lockQosPolicy, write: changeQosPolicy }),
    policies: {
      get: networkPolicy('get_policies_tags'),
      update: networkPolicy('update_policies_tags'),
      delete: networkPolicy('delete_policies_tags'),
    },
  },
] as const;
