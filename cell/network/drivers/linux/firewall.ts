import type { DesiredHost } from '../../desired-host.ts';
import { GROUP_TABLE, groupTable } from './group-table.ts';
import type { HostSetup } from './host-setup.ts';
import { renderPortFilter } from './port-filter.ts';
import { setRules } from './rule-table.ts';

/** Also where it is not there. */
const NO_GROUPS = `table inet ${GROUP_TABLE}\ndelete table inet ${GROUP_TABLE}\n`;

/** Replaces the rules of all ports at once, so that no packet passes without rules. */
export async function setFirewall(setup: HostSetup, desired: DesiredHost): Promise<void> {
  const { networks, groups } = desired;
  const rules = groups === null ? NO_GROUPS : groupTable(networks, groups, setup.trackedConnectionsPerPort);
  await setRules(setup.namespace, renderPortFilter(networks, desired.firewall, groups) + rules);
}
