import type { Directory } from '#platform/directory/directory.ts';
import { DEFAULT_ZONE, listAggregates, ZONE_KEY } from '#platform/directory/stores/aggregates.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { askCells } from '../../../cross-cell/ask-cells.ts';
import type { ApiDeps } from '../../../deps.ts';
import { authorize } from '../../../http/policy.ts';
import type { ApiRequest } from '../../../http/route.ts';
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
  { directory, cells }: Pick<ApiDeps, 'directory' | 'cells'>,
  request: ApiRequest<CreateServerBody>,
): Promise<RequestedZoneOrHost> {
  const { server } = request.body;
  const { caller } = request;
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
  if (destination !== null) await requireHost(cells, request, server);
  return { availabilityZone: zone, requestedHost: forced ?? destination };
}

/**
 * That some cell has the host, with the node if both are named. A cell that does not answer may have it, so the scheduler decides then.
 * @throws VolvoxError invalid, in Nova's words.
 */
async function requireHost(
  cells: ApiDeps['cells'],
  request: ApiRequest,
  { host, hypervisor_hostname: node }: CreateServerBody['server'],
): Promise<void> {
  const { answers, silent } = await askCells(cells.all(), request, ({ door }, options) => door.listHosts({}, options));
  const isAsked = (one: { readonly name: string; readonly node: string }): boolean =>
    (host === undefined || one.name === host) && (node === undefined || one.node === node);
  if (silent.length > 0 || answers.some(({ answer }) => answer.hosts.some(isAsked))) return;
  const also = host !== undefined && node !== undefined ? ` with hypervisor_hostname ${node}` : '';
  throw invalid(`Compute host ${host ?? node}${also} could not be found.`);
}

function parseZone(text: string | undefined): { zone: string | null; host: string | null } {
  if (text === undefined) return { zone: null, host: null };
  const [zone = '', host = '', node = '', ...rest] = text.split(':');
  if (rest.length > 0)
    throw invalid(`Unable to parse availability_zone ${text}. Expected: ZONE, ZONE:HOST or ZONE:HOST:NODE.`);
  return { zone: zone === '' ? null : zone, host: host !== '' ? host : node !== '' ? node : null };
}

/** @throws VolvoxError invalid unless the zone is the default zone or an aggregate defines it. */
export async function requireZone(directory: Directory, zone: string): Promise<void> {
  if (zone === DEFAULT_ZONE) return;
  const aggregates = await listAggregates(directory.read);
  if (aggregates.some(({ metadata }) => metadata[ZONE_KEY] === zone)) return;
  throw invalid('The requested availability zone is not available. GET /os-availability-zone lists those that are.');
}

const invalid = (message: string): VolvoxError => new VolvoxError('invalid', message);
