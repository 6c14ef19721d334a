import { randomUUID } from 'node:crypto';
import {
  createFlavor,
  deleteFlavor,
  describeFlavor,
  type FlavorRecord,
  flavorsOfIds,
  getFlavor,
  listFlavorIds,
} from '#platform/directory/stores/flavors.ts';
import type { Flavor } from '#platform/objects/flavor.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { type BoundedPage, boundedRows } from '../../http/bounded-page.ts';
import { always } from '../../http/by-version.ts';
import { ignoredQuery, isTrue, noQuery } from '../../http/parameter-types.ts';
import { allows } from '../../http/policy.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { nextLink } from '../next-link.ts';
import { pageLimit } from '../page-limit.ts';
import { flavorFilter, flavorPage } from './list-parameters.ts';
import { EXTRA_SPECS_INDEX, FLAVOR_CREATE, FLAVOR_DELETE, FLAVOR_LIST, FLAVOR_SHOW, FLAVOR_UPDATE } from './policy.ts';
import {
  createFlavorBody,
  flavorResponse,
  flavorsDetailResponse,
  flavorsResponse,
  listFlavorsQuery,
  updateFlavorBody,
} from './schema.ts';
import { flavorDetail, flavorSummary } from './view.ts';

type Amount = number | string;
interface NewFlavor {
  readonly flavor: {
    readonly name: string;
    readonly id?: string | number | null;
    readonly ram: Amount;
    readonly vcpus: Amount;
    readonly disk: Amount;
    readonly 'OS-FLV-EXT-DATA:ephemeral'?: Amount;
    readonly swap?: Amount;
    readonly rxtx_factor?: Amount;
    readonly 'os-flavor-access:is_public'?: boolean | string;
    readonly description?: string | null;
  };
}

export function flavorRoutes({ directory, clock }: Pick<ApiDeps, 'directory' | 'clock'>): readonly Route[] {
  const list = async ({ caller, query, signal }: ApiRequest): Promise<BoundedPage<FlavorRecord>> => {
    const filter = flavorFilter(query, caller.isAdmin);
    const ids = await listFlavorIds(directory.read, caller, filter, flavorPage(query));
    let at = 0;
    const next = async (_after: unknown, limit: number) => {
      const flavors: FlavorRecord[] = [];
      while (flavors.length < limit && at < ids.length) {
        const batch = ids.slice(at, at + limit - flavors.length);
        at += batch.length;
        flavors.push(...(await flavorsOfIds(directory.read, batch)));
      }
      return flavors;
    };
    return boundedRows(next, ids.length, signal);
  };
  const one = (flavor: FlavorRecord, request: ApiRequest) => ({ flavor: detailed(flavor, request) });
  const paged = (
    { rows, cut }: BoundedPage<FlavorRecord>,
    request: ApiRequest,
    path: string,
    view: (flavor: FlavorRecord, request: ApiRequest) => unknown,
  ) => ({
    flavors: rows.map((flavor) => view(flavor, request)),
    ...nextLink('flavors', path, request, rows.at(-1)?.id, cut ? pageLimit(request.query) : rows.length),
  });

  return [
    route({
      method: 'GET',
      path: '/flavors',
      summary: 'Lists flavors.',
      policy: FLAVOR_LIST,
      response: flavorsResponse,
      query: listFlavorsQuery,
      handle: async (request) => paged(await list(request), request, '/flavors', flavorSummary),
    }),
    route({
      method: 'GET',
      path: '/flavors/detail',
      summary: 'Lists flavors with all details.',
      policy: FLAVOR_LIST,
      response: flavorsDetailResponse,
      query: listFlavorsQuery,
      handle: async (request) => paged(await list(request), request, '/flavors/detail', detailed),
    }),
    route<NewFlavor>({
      method: 'POST',
      path: '/flavors',
      summary: 'Creates a flavor.',
      policy: FLAVOR_CREATE,
      body: createFlavorBody,
      response: flavorResponse,
      handle: async (request) => {
        const flavor = flavorFrom(request.body.flavor);
        return one(await directory.transaction((tx) => createFlavor(tx, flavor, timestamp(clock.now()))), request);
      },
    }),
    route({
      method: 'GET',
      path: '/flavors/:id',
      summary: 'Shows a flavor.',
      policy: FLAVOR_SHOW,
      response: flavorResponse,
      query: noQuery,
      handle: async (request) => one(await getFlavor(directory.read, request.params.id ?? '', request.caller), request),
    }),
    route<{ readonly flavor: { readonly description: string | null } }>({
      method: 'PUT',
      path: '/flavors/:id',
      since: 55,
      summary: 'Describes a flavor.',
      policy: FLAVOR_UPDATE,
      body: updateFlavorBody,
      response: flavorResponse,
      handle: async (request) => {
        const { description } = request.body.flavor;
        const id = request.params.id ?? '';
        return one(
          await directory.transaction((tx) => describeFlavor(tx, id, description, timestamp(clock.now()))),
          request,
        );
      },
    }),
    route({
      method: 'DELETE',
      path: '/flavors/:id',
      summary: 'Deletes a flavor. Servers keep what they have of it.',
      policy: FLAVOR_DELETE,
      status: 202,
      query: ignoredQuery,
      response: always('empty'),
      handle: ({ params }) => directory.transaction((tx) => deleteFlavor(tx, params.id ?? '')),
    }),
  ];
}

const detailed = (flavor: FlavorRecord, request: ApiRequest) =>
  flavorDetail(flavor, request, allows(EXTRA_SPECS_INDEX, request.caller));

/** A flavor as a request describes it; the schema has checked it. */
function flavorFrom(body: NewFlavor['flavor']): Flavor {
  const { id } = body;
  return {
    id: id === undefined || id === null ? randomUUID() : String(id),
    name: body.name.trim(),
    vcpus: Number(body.vcpus),
    ramMb: Number(body.ram),
    diskGb: Number(body.disk),
    ephemeralGb: Number(body['OS-FLV-EXT-DATA:ephemeral'] ?? 0),
    swapMb: Number(body.swap ?? 0),
    rxtxFactor: Number(body.rxtx_factor ?? 1),
    isPublic: isTrue(body['os-flavor-access:is_public'] ?? true),
    disabled: false,
    description: body.description ?? null,
    extraSpecs: {},
  };
}
