import type { DesiredHost } from '../../desired-host.ts';
import type { HostSetup } from './host-setup.ts';
import { renderPortFilter } from './port-filter.ts';
import { setRules } from './rule-table.ts';

/** Replaces the rules of all ports at once, so that no packet passes without rules. */
export async function setFirewall(setup: HostSetup, desired: DesiredHost): Promise<void> {
  await setRules(setup.namespace, renderPortFilter(desired.networks, desired.firewall));
}
