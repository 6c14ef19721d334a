import { DEFAULT_ZONE } from '#platform/directory/stores/aggregates.ts';
import type { Microversion } from '../../http/microversion.ts';
import { since } from '../../http/since.ts';
import { legacyId } from '../legacy-id.ts';
import { naiveTimeOrNull } from '../naive-time.ts';
import type { FoundService } from './service-inventory.ts';

const SINCE = since({ forcedDown: 11, uuids: 53 });

/** Hosts are in zones; all other services are in this one. */
export const INTERNAL_ZONE = 'internal';

export const zoneOf = (service: FoundService, zones: ReadonlyMap<string, string>): string =>
  service.binary === 'nova-compute' ? (zones.get(service.host) ?? DEFAULT_ZONE) : INTERNAL_ZONE;

/** `forced_down` since 2.11, uuids instead of numbers since 2.53. */
export const serviceView = (
  service: FoundService,
  zones: ReadonlyMap<string, string>,
  version: Microversion,
): Record<string, unknown> => ({
  id: SINCE.uuids(version) ? service.id : legacyId(service.id),
  binary: service.binary,
  host: service.host,
  zone: zoneOf(service, zones),
  status: service.enabled ? 'enabled' : 'disabled',
  state: service.up ? 'up' : 'down',
  updated_at: naiveTimeOrNull(service.updatedAt),
  disabled_reason: service.disabledReason,
  ...(SINCE.forcedDown(version) ? { forced_down: service.forcedDown } : {}),
});

/** A service of a cell that does not answer, since 2.69. */
export const unknownServiceView = ({ binary, host }: FoundService): Record<string, unknown> => ({
  binary,
  host,
  status: 'UNKNOWN',
});
