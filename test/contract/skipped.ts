import { bindingsOf } from './bindings.ts';
import type { Scenario } from './scenarios.ts';

/** Why scenarios are not replayed, by name. Whoever offers what a line misses takes it away. */
const SKIPPED: readonly { readonly name: RegExp; readonly reason: string }[] = [
  { name: /^test_baremetal_nodes\./, reason: 'the bare metal proxy of 2.1 to 2.35 is not offered' },
  { name: /^test_hosts\./, reason: 'os-hosts (2.1 to 2.42) is not offered' },
  { name: /test_availability_zone_detail/, reason: "names Nova's own processes as hosts, and has no other service" },
  { name: /^test_admin_password\./, reason: 'changePassword is not offered' },
  { name: /^test_rescue\./, reason: 'rescue is not offered' },
  { name: /_rebuild(_|\()/, reason: 'rebuild is not offered' },
  { name: /test_trigger_crash_dump/, reason: 'trigger_crash_dump is not offered' },
  { name: /test_server_create_image/, reason: 'createImage is not offered' },
];

/** The reason not to replay it, or undefined. */
export function skipReason(scenario: Scenario): string | undefined {
  if (bindingsOf(scenario) === undefined) return 'needed something stubbed inside Nova';
  return SKIPPED.find(({ name }) => name.test(scenario.name))?.reason;
}
