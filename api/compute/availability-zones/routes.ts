import { listAggregates, zonesOfHosts } from '#platform/directory/stores/aggregates.ts';
import { cellsAreSilent, silentCellsHeader } from '../../cross-cell/ask-cells.ts';
import type { ApiDeps } from '../../deps.ts';
import { noQuery } from '../../http/parameter-types.ts';
import { policy } from '../../http/policy.ts';
import { Answer, type ApiRequest, type Route, route } from '../../http/route.ts';
import type { InventoryReader } from '../services/service-inventory.ts';
import { zonesDetailResponse, zonesResponse } from './schema.ts';
import { zoneDetail, zoneSummary, zonesOf } from './zones.ts';

const ZONE_LIST = policy('os_compute_api:os-availability-zone:list');
const ZONE_DETAIL = policy('os_compute_api:os-availability-zone:detail');

export function availabilityZoneRoutes({
  directory,
  readInventory,
}: Pick<ApiDeps, 'directory'> & { readonly readInventory: InventoryReader }): readonly Route[] {
  /** @param view what the answer says of the zones. */
  const answer = async (request: ApiRequest, view: (zones: ReturnType<typeof zonesOf>) => readonly object[]) => {
    const [found, aggregates] = await Promise.all([readInventory(request), listAggregates(directory.read)]);
    // Without any cell the answer would be that there are no zones.
    const silent = found.silent.map(({ cell }) => cell);
    if (silent.length > 0 && found.services.every(({ cell }) => cell === null)) throw cellsAreSilent(silent);
    const availabilityZoneInfo = view(zonesOf(found, zonesOfHosts(aggregates)));
    return new Answer(200, { availabilityZoneInfo }, silentCellsHeader(silent));
  };

  return [
    route({
      method: 'GET',
      path: '/os-availability-zone',
      summary: 'Lists the zones a server can be put into.',
      policy: ZONE_LIST,
      response: zonesResponse,
      query: noQuery,
      handle: (request) => answer(request, (zones) => zones.flatMap(zoneSummary)),
    }),
    route({
      method: 'GET',
      path: '/os-availability-zone/detail',
      summary: 'Lists the zones with their hosts and services, including the internal zone.',
      policy: ZONE_DETAIL,
      response: zonesDetailResponse,
      query: noQuery,
      handle: (request) => answer(request, (zones) => zones.map(zoneDetail)),
    }),
  ];
}
