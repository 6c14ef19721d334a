import type { Fixture } from './fixtures.ts';

/** A recorded list of zones names Nova's hosts as keys; here they are the hosts of the region. */
export function withOurHosts(template: unknown, fixture: Fixture): unknown {
  const { availabilityZoneInfo: zones } = (template ?? {}) as { availabilityZoneInfo?: unknown };
  if (!Array.isArray(zones)) return template;
  const names: Readonly<Record<string, string>> = { compute: fixture.hostName, conductor: fixture.conductorHost };
  const renamed = (hosts: unknown): unknown =>
    typeof hosts !== 'object' || hosts === null
      ? hosts
      : Object.fromEntries(Object.entries(hosts).map(([name, services]) => [names[name] ?? name, services]));
  return { availabilityZoneInfo: zones.map((zone: { hosts: unknown }) => ({ ...zone, hosts: renamed(zone.hosts) })) };
}
