import { bindingsOf } from './bindings.ts';
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
    name: /^test_(volumes|snapshots)\..*test_(volumes|snapshots)_(show|create|delete)/,
    reason: 'no volume service is offered: nothing is found, and nothing can be made',
  },
  { name: /test_availability_zone_detail/, reason: "names Nova's own processes as hosts, and has no other service" },
];

/** The reason not to replay it, or undefined. */
export function skipReason(scenario: Scenario): string | undefined {
  if (bindingsOf(scenario) === undefined) return 'needed something stubbed inside Nova';
  return SKIPPED.find(({ name }) => name.test(scenario.name))?.reason;
}
