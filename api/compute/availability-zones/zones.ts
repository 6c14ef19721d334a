import { naiveTimeOrNull } from '../naive-time.ts';
import type { FoundService, ServiceInventory } from '../services/service-inventory.ts';
import { INTERNAL_ZONE, zoneOf } from '../services/view.ts';

interface Zone {
  readonly name: string;
  /** Some service in it is enabled. */
  readonly available: boolean;
  readonly services: readonly FoundService[];
}

/** The internal zone first, then the others by name. Of a silent cell, what it last said; nothing of it is up. Pure. */
export function zonesOf(inventory: ServiceInventory, zones: ReadonlyMap<string, string>): readonly Zone[] {
  const silent = inventory.silent.flatMap(({ last }) => last.map((service) => ({ ...service, up: false })));
  const byZone = new Map<string, FoundService[]>();
  for (const service of [...inventory.services, ...silent]) {
    const name = zoneOf(service, zones);
    const services = byZone.get(name) ?? [];
    services.push(service);
    byZone.set(name, services);
  }
  return [...byZone]
    .map(([name, services]) => ({ name, services, available: services.some(({ enabled }) => enabled) }))
    .sort((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1));
}

const rank = (name: string): number => (name === INTERNAL_ZONE ? 0 : 1);

/** Nothing for the internal zone, which nobody can ask for. */
export const zoneSummary = ({ name, available }: Zone): Record<string, unknown>[] =>
  name === INTERNAL_ZONE ? [] : [{ zoneName: name, zoneState: { available }, hosts: null }];

export function zoneDetail({ name, available, services }: Zone): Record<string, unknown> {
  const hosts: Record<string, Record<string, unknown>> = {};
  for (const service of services) {
    const host = hosts[service.host] ?? {};
    host[service.binary] = {
      active: service.enabled,
      available: service.up,
      updated_at: naiveTimeOrNull(service.updatedAt),
    };
    hosts[service.host] = host;
  }
  return { zoneName: name, zoneState: { available }, hosts: available ? hosts : null };
}
