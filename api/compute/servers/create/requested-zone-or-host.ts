import type { Directory } from '#platform/directory/directory.ts';
import { DEFAULT_ZONE, listAggregates, ZONE_KEY } from '#platform/directory/stores/aggregates.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { authorize } from '../../../http/policy.ts';
import type { RequestContext } from '../../../http/request-context.ts';
import { CREATE_FORCED_HOST, CREATE_ON_DESTINATION } from '../policy.ts';
import type { CreateServerBody } from './schema.ts';

interface RequestedZoneOrHost {
  readonly availabilityZone: string | null;
  readonly requestedHost: string | null;
}

/**
 * The zone or host that a create request names: a zone; for admins also `zone:host[:node]`, or (since 2.74) `host` and `hypervisor_hostname`.
 * @throws VolvoxError invalid, forbidden
 */
export async function requestedZoneOrHost(
  directory: Directory,
  caller: RequestContext,
  server: CreateServerBody['server'],
): Promise<RequestedZoneOrHost> {
  const { zone, host: forced } = parseZone(server.availability_zone);
  if (forced !== null) authorize(CREATE_FORCED_HOST, caller);
  const destination = server.host ?? server.hypervisor_hostname ?? null;
  if (destination !== null) {
    authorize(CREATE_ON_DESTINATION, caller);
    if (forced !== null) {
      throw invalid(
        'One mechanism with host and/or hypervisor_hostname and another mechanism with zone:host:node are mutually exclusive.',
      );
    }
  }
  if (zone !== null && forced === null) await requireZone(directory, zone);
  return { availabilityZone: zone, requestedHost: forced ?? destination };
}

function parseZone(text: string | undefined): { zone: string | null; host: string | null } {
  if (text === undefined) return { zone: null, host: null };
  const [zone = '', host = '', node = '', ...rest] = text.split(':');
  if (rest.length > 0) throw invalid(`Unable to parse availability_zone ${text}`);
  return { zone: zone === '' ? null : zone, host: host !== '' ? host : node !== '' ? node : null };
}

/** @throws VolvoxError invalid unless the zone is the default zone or an aggregate defines it. */
export async function requireZone(directory: Directory, zone: string): Promise<void> {
  if (zone === DEFAULT_ZONE) return;
  const aggregates = await listAggregates(directory.read);
  if (aggregates.some(({ metadata }) => metadata[ZONE_KEY] === zone)) return;
  throw invalid('The requested availability zone is not available');
}

const invalid = (message: string): VolvoxError => new VolvoxError('invalid', message);
