import type { Directory } from '#platform/directory/directory.ts';
import { listAggregates, removeHostFromAggregates, zonesOfHosts } from '#platform/directory/stores/aggregates.ts';
import { forgetHostTraits } from '#platform/directory/stores/host-traits.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { notFoundIn, silentCellsHeader } from '../../cross-cell/ask-cells.ts';
import { inOneCell } from '../../cross-cell/in-one-cell.ts';
import type { ApiDeps } from '../../deps.ts';
import { always } from '../../http/by-version.ts';
import { FORMATS } from '../../http/formats.ts';
import { ignoredQuery } from '../../http/parameter-types.ts';
import { lastOf } from '../../http/query.ts';
import { Answer, type ApiRequest, type Route, route } from '../../http/route.ts';
import { since } from '../../http/since.ts';
import { legacyId } from '../legacy-id.ts';
import { changeService } from './change-service.ts';
import { SERVICE_DELETE, SERVICE_LIST, SERVICE_UPDATE } from './policy.ts';
import { listServicesQuery, serviceResponse, servicesResponse, updateServiceBody } from './schema.ts';
import type { FoundService, InventoryReader, ServiceInventory } from './service-inventory.ts';
import { changeOf, type LegacyUpdate, legacyChange, type ServiceChange, type ServiceUpdate } from './service-update.ts';
import { serviceView, unknownServiceView } from './view.ts';

const SINCE = since({ uuids: 53, silentCells: 69 });

export function serviceRoutes({
  directory,
  readInventory,
}: Pick<ApiDeps, 'directory'> & { readonly readInventory: InventoryReader }): readonly Route[] {
  const zones = async () => zonesOfHosts(await listAggregates(directory.read));

  return [
    route({
      method: 'GET',
      path: '/os-services',
      summary: 'Lists the services of all cells. Since 2.69 the services of a cell that does not answer are UNKNOWN.',
      policy: SERVICE_LIST,
      response: servicesResponse,
      query: listServicesQuery,
      handle: async (request) => {
        const { query, version } = request;
        const [{ services, silent }, zoneOfHost] = await Promise.all([readInventory(request), zones()]);
        const asked = matching(lastOf(query, 'host'), lastOf(query, 'binary'));
        const unknown = SINCE.silentCells(version) ? silent.flatMap(({ last }) => last) : [];
        const shown = [
          ...services.filter(asked).map((service) => serviceView(service, zoneOfHost, version)),
          ...unknown.filter(asked).map(unknownServiceView),
        ];
        return new Answer(200, { services: shown }, silentCellsHeader(silent.map(({ cell }) => cell)));
      },
    }),
    route<LegacyUpdate & ServiceUpdate>({
      method: 'PUT',
      path: '/os-services/:id',
      summary: 'Enables or disables a host for new servers, or forces it down.',
      policy: SERVICE_UPDATE,
      response: serviceResponse,
      body: updateServiceBody,
      handle: async (request) =>
        SINCE.uuids(request.version)
          ? update(directory, request, await readInventory(request), await zones())
          : legacyUpdate(directory, request, await readInventory(request)),
    }),
    route({
      method: 'DELETE',
      path: '/os-services/:id',
      status: 204,
      summary: 'Deletes the record of a host that is gone for good, or of a conductor.',
      policy: SERVICE_DELETE,
      query: ignoredQuery,
      response: always('empty'),
      handle: async (request) => remove(directory, request, await readInventory(request)),
    }),
  ];
}

const matching =
  (host: string | undefined, binary: string | undefined) =>
  (service: FoundService): boolean =>
    (!host || service.host === host) && (!binary || service.binary === binary);

async function legacyUpdate(
  directory: Directory,
  { body, version, requestId, params: { id: verb = '' } }: ApiRequest<LegacyUpdate>,
  inventory: ServiceInventory,
) {
  const { change, shown } = legacyChange(verb, body, version);
  const { host, binary } = body;
  const service = inOneCell(inventory.services.filter(matching(host, binary)), `The ${binary} of host ${host}`);
  if (service === undefined) throw missing(inventory, `Could not find binary ${binary} on host ${host}.`);
  await apply(directory, service, change, requestId);
  return { service: { host, binary, ...shown } };
}

async function update(
  directory: Directory,
  { body, version, requestId, params: { id = '' } }: ApiRequest<ServiceUpdate>,
  inventory: ServiceInventory,
  zones: ReadonlyMap<string, string>,
) {
  if (FORMATS.uuid?.(id) !== true)
    throw new VolvoxError('invalid', `Invalid uuid ${id}. Services have a UUID as their id since 2.53.`);
  const change = changeOf(body);
  const service = inOneCell(
    inventory.services.filter((one) => one.id === id),
    `Service ${id}`,
  );
  if (service === undefined) throw missing(inventory, `Service ${id} could not be found.`);
  const changed = await apply(directory, service, change, requestId);
  return { service: serviceView({ ...service, ...changed, binary: service.binary }, zones, version) };
}

async function remove(
  directory: Directory,
  { params: { id = '' }, version, requestId }: ApiRequest,
  inventory: ServiceInventory,
): Promise<void> {
  const byUuid = SINCE.uuids(version);
  if (byUuid && FORMATS.uuid?.(id) !== true)
    throw new VolvoxError('invalid', `Invalid uuid ${id}. Services have a UUID as their id since 2.53.`);
  if (!byUuid && !/^\d+$/.test(id)) throw new VolvoxError('invalid', `id must be an integer, not '${id}'`);
  const named = (service: FoundService) => (byUuid ? service.id : String(legacyId(service.id))) === id;
  const [service, ...others] = inventory.services.filter(named);
  if (service === undefined) throw missing(inventory, `Service ${id} could not be found.`);
  if (others.length > 0)
    throw new VolvoxError(
      'invalid',
      `More than one possible service found. ${id} is the id of services in several cells; use 2.53 or later, where ids are UUIDs.`,
    );
  const { cell, host } = service;
  if (cell === null) {
    throw new VolvoxError('conflict', `Service ${id} is the scheduler of the region; it has no record of its own.`);
  }
  await cell.door.forgetService({ id: service.id }, { requestId });
  await directory.transaction(async (tx) => {
    await removeHostFromAggregates(tx, host, cell.id);
    await forgetHostTraits(tx, host, cell.id);
  });
}

async function apply(
  directory: Directory,
  { id, binary, cell }: FoundService,
  change: ServiceChange,
  requestId: string,
) {
  if (binary !== 'nova-compute' || cell === null)
    throw new VolvoxError('invalid', `Updating a ${binary} service is not supported. Must be nova-compute.`);
  return changeService(directory, { id, cell }, change, requestId);
}

/** The error for a missing service; a cell that does not answer may have it. */
const missing = ({ silent }: ServiceInventory, message: string): VolvoxError =>
  notFoundIn(
    silent.map(({ cell }) => cell),
    message,
  );
