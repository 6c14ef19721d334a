import { DEFAULT_ZONE } from '#platform/directory/stores/aggregates.ts';
import { legacyId } from '../legacy-id.ts';
import { naiveTimeOrNull } from '../naive-time.ts';
import type { FoundService } from './service-census.ts';

/** Hosts are in zones; all other services are in this one. */
export const INTERNAL_ZONE = 'internal';

export const zoneOf = (service: FoundService, zones: ReadonlyMap<string, string>): string =>
  service.binary === 'nova-compute' ? (zones.get(service.host) ?? DEFAULT_ZONE) : INTERNAL_ZONE;

/** `forced_down` since 2.11, uuids instead of numbers since 2.53. */
export const serviceView = (
  service: FoundService,
  zones: ReadonlyMap<string, string>,
  minor: number,
): Record<string, unknown> => ({
  id: minor >= 53 ? service.id : legacyId(service.id),
  binary: service.binary,
  host: service.host,
  zone: zoneOf(service, zones),
  status: service.enabled ? 'enabled' : 'disabled',
  state: service.up ? 'up' : 'down',
  updated_at: naiveTimeOrNull(service.updatedAt),
  disabled_reason: service.disabledReason,
  ...(minor >= 11 ? { forced_down: service.forcedDown } : {}),
});

/** A service of a cell that does not answer, since 2.69. */
export const unknownServiceView = ({ binary, host }: FoundService): Record<string, unknown> => ({
  binary,
  host,
  status: 'UNKNOWN',
});
