import { bindingsOf } from './bindings/index.ts';
import type { Scenario } from './scenarios.ts';

/** Why scenarios are not replayed, by name. Whoever offers what a line misses takes it away. */
const SKIPPED: readonly { readonly name: RegExp; readonly reason: string }[] = [
  {
    name: /^test_baremetal_nodes\./,
    reason: 'recorded with the two nodes of a bare metal service; there is none here, and Nova answers 501 then',
  },
  {
    name: /^test_security_groups\..*test_security_group_create/,
    reason: 'makes a second group of the name default, which the network service refuses',
  },
  {
    name: /^test_(volumes|snapshots)\..*test_(volumes|snapshots)_(show|create|delete)|^test_volume_attachments\.|^test_assisted_volume_snapshots\..*test_create/,
    reason: 'this region has no volume service',
  },
  {
    name: /^test_server_shares\.(?!.*_index_unknown_instance)/,
    reason: 'this region has no share service',
  },
  {
    name: /^test_flavors\.FlavorsSampleJsonTest275\.test_flavors_list\(/,
    reason: 'has no steps: Nova runs nothing either, so a replay could not fail',
  },
  { name: /^test_server_topology\..*_admin\(/, reason: 'no guest has NUMA nodes of its own' },
  {
    name: /^test_instance_usage_audit_log\..*test_show_/,
    reason: 'hosts run no usage audits, as in a Nova without instance_usage_audit',
  },
  {
    name: /^test_compare_result\..*template_int_value/,
    reason: "tests the table of Nova's recorder, which has no counterpart: placeholders are texts by their type",
  },
];

/** The reason not to replay it, or undefined. */
export function skipReason(scenario: Scenario): string | undefined {
  const known = SKIPPED.find(({ name }) => name.test(scenario.name))?.reason;
  if (known !== undefined) return known;
  return bindingsOf(scenario) === undefined ? 'needed something stubbed inside Nova' : undefined;
}
