import { randomUUID } from 'node:crypto';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import {
  type Aggregate,
  addAggregateHost,
  createAggregate,
  deleteAggregate,
  getAggregate,
  listAggregates,
  lockAggregates,
  removeAggregateHost,
  renameAggregate,
  setAggregateMetadata,
  ZONE_KEY,
} from '#platform/directory/stores/aggregates.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { actionRoute } from '../../http/action-route.ts';
import { always } from '../../http/by-version.ts';
import { ignoredQuery, noQuery } from '../../http/parameter-types.ts';
import { type ApiRequest, action, type Route, route } from '../../http/route.ts';
import { cacheImages } from './cache-images.ts';
import { findHost } from './find-host.ts';
import { keepListed } from './metadata-bytes.ts';
import { keepOneZone } from './one-zone-per-host.ts';
import {
  AGGREGATE_ADD_HOST,
  AGGREGATE_CREATE,
  AGGREGATE_DELETE,
  AGGREGATE_IMAGES,
  AGGREGATE_INDEX,
  AGGREGATE_REMOVE_HOST,
  AGGREGATE_SET_METADATA,
  AGGREGATE_SHOW,
  AGGREGATE_UPDATE,
} from './policy.ts';
import {
  addHostBody,
  aggregateResponse,
  aggregatesResponse,
  cacheImagesBody,
  createAggregateBody,
  newAggregateResponse,
  removeHostBody,
  setMetadataBody,
  updateAggregateBody,
} from './schema.ts';
import { aggregateView, newAggregateView } from './view.ts';

interface AggregateBody {
  readonly aggregate: { readonly name?: string; readonly availability_zone?: string | null };
}
interface HostBody {
  readonly host: string;
}

export function aggregateRoutes(
  deps: Pick<ApiDeps, 'directory' | 'clock' | 'cells' | 'imageTickets' | 'config'>,
): readonly Route[] {
  const { directory, clock } = deps;
  const now = () => timestamp(clock.now());
  /** Changes one aggregate and shows it as it is then. */
  const change = async (
    request: Pick<ApiRequest, 'params' | 'version'>,
    work: (tx: DirectoryTx, id: number) => Promise<void>,
  ): Promise<unknown> => {
    const id = idOf(request);
    const aggregate = await directory.transaction(async (tx) => {
      await work(tx, id);
      return getAggregate(tx, id);
    });
    return { aggregate: aggregateView(aggregate, request.version) };
  };

  return [
    route({
      method: 'GET',
      path: '/os-aggregates',
      summary: 'Lists host aggregates.',
      policy: AGGREGATE_INDEX,
      response: aggregatesResponse,
      query: noQuery,
      handle: async ({ version }) => ({
        aggregates: (await listAggregates(directory.read)).map((one: Aggregate) => aggregateView(one, version)),
      }),
    }),
    route<AggregateBody>({
      method: 'POST',
      path: '/os-aggregates',
      summary: 'Creates a host aggregate, with a zone if one is named.',
      policy: AGGREGATE_CREATE,
      response: newAggregateResponse,
      body: createAggregateBody,
      handle: async ({ body, version }) => {
        const { name = '', availability_zone: zone } = body.aggregate;
        const fresh = { uuid: randomUUID(), name: name.trim(), zone: zone?.trim() ?? null };
        const aggregate = await directory.transaction((tx) => createAggregate(tx, fresh, now()));
        return { aggregate: newAggregateView(aggregate, version) };
      },
    }),
    route({
      method: 'GET',
      path: '/os-aggregates/:id',
      summary: 'Shows a host aggregate.',
      policy: AGGREGATE_SHOW,
      response: aggregateResponse,
      query: noQuery,
      handle: async (request) => ({
        aggregate: aggregateView(await getAggregate(directory.read, idOf(request)), request.version),
      }),
    }),
    route<AggregateBody>({
      method: 'PUT',
      path: '/os-aggregates/:id',
      summary: 'Renames a host aggregate or changes its zone.',
      policy: AGGREGATE_UPDATE,
      response: aggregateResponse,
      body: updateAggregateBody,
      handle: (request) =>
        change(request, async (tx, id) => {
          const { name, availability_zone: zone } = request.body.aggregate;
          const { one, all } = await lockAggregates(tx, id);
          keepOneZone(all, id, one.hosts, zone, 'invalid', `Cannot update aggregate ${id}.`);
          if (name !== undefined) await renameAggregate(tx, id, name.trim(), now());
          if (zone !== undefined) await setAggregateMetadata(tx, id, { [ZONE_KEY]: zone }, now());
        }),
    }),
    route({
      method: 'DELETE',
      path: '/os-aggregates/:id',
      summary: 'Deletes an empty host aggregate.',
      policy: AGGREGATE_DELETE,
      query: ignoredQuery,
      response: always('empty'),
      handle: (request) => directory.transaction((tx) => deleteAggregate(tx, idOf(request))),
    }),
    route<{ readonly cache: readonly { readonly id: string }[] }>({
      method: 'POST',
      path: '/os-aggregates/:id/images',
      since: 81,
      status: 202,
      summary: 'Asks the hosts of an aggregate to fetch images before servers need them.',
      policy: AGGREGATE_IMAGES,
      query: ignoredQuery,
      body: cacheImagesBody,
      response: always('empty'),
      handle: (request) =>
        cacheImages(
          deps,
          request,
          idOf(request),
          request.body.cache.map(({ id }) => id),
        ),
    }),
    actionRoute('/os-aggregates/:id/action', [
      action<{ readonly add_host: HostBody }>({
        name: 'add_host',
        summary: 'Adds a host.',
        policy: AGGREGATE_ADD_HOST,
        response: aggregateResponse,
        body: addHostBody,
        handle: async (request) => {
          const { host } = request.body.add_host;
          await getAggregate(directory.read, idOf(request));
          const cell = await findHost(deps.cells, request, host);
          return change(request, async (tx, id) => {
            const { one, all } = await lockAggregates(tx, id);
            const what = `Cannot add host to aggregate ${id}.`;
            keepOneZone(all, id, [host], one.metadata[ZONE_KEY], 'conflict', what);
            await addAggregateHost(tx, id, host, cell.id);
          });
        },
      }),
      action<{ readonly remove_host: HostBody }>({
        name: 'remove_host',
        summary: 'Removes a host.',
        policy: AGGREGATE_REMOVE_HOST,
        response: aggregateResponse,
        body: removeHostBody,
        handle: async (request) => {
          const { host } = request.body.remove_host;
          try {
            return await change(request, (tx, id) => removeAggregateHost(tx, id, host));
          } catch (error) {
            if (!isVolvoxError(error, 'not-found')) throw error;
            const message = `Cannot remove host ${host} in aggregate ${request.params.id}`;
            throw new VolvoxError('not-found', message, { cause: error });
          }
        },
      }),
      action<{ readonly set_metadata: { readonly metadata: Readonly<Record<string, string | null>> } }>({
        name: 'set_metadata',
        summary: 'Adds, replaces and (by null) removes metadata.',
        policy: AGGREGATE_SET_METADATA,
        response: aggregateResponse,
        body: setMetadataBody,
        handle: (request) =>
          change(request, async (tx, id) => {
            const { metadata } = request.body.set_metadata;
            const { one, all } = await lockAggregates(tx, id);
            const what = `Cannot update metadata of aggregate ${id}.`;
            if (metadata[ZONE_KEY]?.trim() === '')
              throw new VolvoxError(
                'invalid',
                `${what} Reason: Aggregate ${id} does not support empty named availability zone.`,
              );
            keepOneZone(all, id, one.hosts, metadata[ZONE_KEY], 'invalid', what);
            keepListed(all, one, metadata);
            await setAggregateMetadata(tx, id, metadata, now());
          }),
      }),
    ]),
  ];
}

/** Any whole number may be asked for: one that was never given is not found, as is one that no column holds. */
function idOf({ params }: Pick<ApiRequest, 'params'>): number {
  const { id = '' } = params;
  if (!/^[+-]?\d+$/.test(id)) throw new VolvoxError('invalid', 'Invalid input received: id must be an integer');
  const number = Number(id);
  if (!Number.isSafeInteger(number)) throw new VolvoxError('not-found', `Aggregate ${id} could not be found.`);
  return number;
}
