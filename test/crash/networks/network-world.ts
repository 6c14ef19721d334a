import { randomInt } from 'node:crypto';
import { runCommand } from '../../../cell/agent/run-command.ts';
import { hostsOfRegion, namespaceRegion, type ReachHost } from '../../federation/reach/namespace-region.ts';
import { anOutside, type Outside } from '../../integration/cell/network/an-outside.ts';
import { openRegionSql, type RegionSql } from '../../support/books/region-sql.ts';
import { atInterrupt } from '../../support/interruptible.ts';
import { startTestRegion, type TestRegion } from '../../support/test-region.ts';

/** Two cells of two hosts with real networks, which enforce groups and lead outside, and a machine outside that finds floating addresses by ARP. */
export interface NetworkWorld {
  readonly region: TestRegion;
  readonly sql: RegionSql;
  readonly outside: Outside;
  /** Of floating addresses; the machine outside looks for them on its own link. */
  readonly floatingRange: string;
  readonly hosts: readonly [ReachHost, ReachHost, ReachHost, ReachHost];
}

const KINDS = ['network', 'subnet', 'port', 'router', 'floatingip', 'security_group', 'security_group_rule'] as const;
const UNLIMITED = Object.fromEntries([...KINDS, 'address_group' as const].map((kind) => [kind, -1]));

export async function openNetworkWorld(): Promise<NetworkWorld & { close(): Promise<void> }> {
  const outside = await anOutside();
  const stopped = atInterrupt(outside.stop);
  try {
    const region = await startTestRegion(
      namespaceRegion({
        VOLVOX_NETWORK_SECURITY_GROUPS: 'on',
        VOLVOX_NETWORK_UPLINK: 'veth',
        VOLVOX_NETWORK_UPLINK_MASQUERADE: 'true',
        VOLVOX_NETWORK_ANNOUNCE_ON: outside.near,
      }),
    );
    const { admin } = region;
    await admin.call('network', 'PUT /v2.0/quotas/{project}', {
      path: { project: admin.projectId },
      body: { quota: UNLIMITED },
    });
    const sql = openRegionSql(region.region);
    const [a1, a2, b1, b2] = hostsOfRegion(region);
    if (a1 === undefined || a2 === undefined || b1 === undefined || b2 === undefined)
      throw new Error('hosts are missing');
    const floatingRange = `198.19.${randomInt(256)}.0/24`;
    await runCommand('ip', ['-n', outside.name, 'route', 'add', floatingRange, 'dev', 'eth0']);
    await runCommand('ip', ['-n', outside.name, 'route', 'add', 'default', 'via', outside.host]);
    const close = async (): Promise<void> => {
      await sql.close();
      await region.remove();
      await outside.stop();
      stopped();
    };
    return { region, sql, outside, floatingRange, hosts: [a1, a2, b1, b2], close };
  } catch (error) {
    await outside.stop();
    stopped();
    throw error;
  }
}
