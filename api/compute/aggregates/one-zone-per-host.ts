import { type Aggregate, ZONE_KEY } from '#platform/directory/stores/aggregates.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';

/** The zones, other than `zone`, that aggregates besides this one put any of these hosts into. Pure. */
function otherZones(
  aggregates: readonly Aggregate[],
  id: number,
  hosts: readonly string[],
  zone: string,
): readonly string[] {
  const zones = aggregates
    .filter((other) => other.id !== id && other.hosts.some((host) => hosts.includes(host)))
    .flatMap(({ metadata }) => metadata[ZONE_KEY] ?? [])
    .filter((other) => other !== zone);
  return [...new Set(zones)].sort();
}

/**
 * A host is in one zone at most. @param what the beginning of the sentence, as Nova has it: `Cannot update aggregate 1.`
 * @throws VolvoxError of `kind` when the change would put a host into a second one.
 */
export function keepOneZone(
  aggregates: readonly Aggregate[],
  id: number,
  hosts: readonly string[],
  zone: string | null | undefined,
  kind: 'invalid' | 'conflict',
  what: string,
): void {
  if (zone === null || zone === undefined) return;
  const others = otherZones(aggregates, id, hosts, zone);
  if (others.length === 0) return;
  const list = others.map((other) => `'${other}'`).join(', ');
  throw new VolvoxError(kind, `${what} Reason: One or more hosts already in availability zone(s) [${list}].`);
}
