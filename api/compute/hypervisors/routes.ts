import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { notFoundIn, silentCellsHeader } from '../../cross-cell/ask-cells.ts';
import { inOneCell } from '../../cross-cell/in-one-cell.ts';
import { FORMATS } from '../../http/formats.ts';
import type { Microversion } from '../../http/microversion.ts';
import { isTrue } from '../../http/parameter-types.ts';
import { lastOf } from '../../http/query.ts';
import { Answer, type ApiRequest, type Route, route } from '../../http/route.ts';
import { since } from '../../http/since.ts';
import { nextLink } from '../next-link.ts';
import {
  type Hypervisor,
  type HypervisorAnswers,
  type HypervisorDeps,
  listHypervisors,
  serversOn,
} from './hypervisor-hosts.ts';
import { pageOf } from './page-of.ts';
import { HYPERVISOR_DETAIL, HYPERVISOR_LIST, HYPERVISOR_SHOW } from './policy.ts';
import {
  hypervisorResponse,
  hypervisorsDetailResponse,
  hypervisorsResponse,
  listHypervisorsQuery,
  showHypervisorQuery,
} from './schema.ts';
import { hypervisorDetail, hypervisorId, hypervisorSummary, withServers } from './view.ts';

const SINCE = since({ pages: 33, uuids: 53 });

type View = typeof hypervisorDetail;

export function hypervisorRoutes(deps: HypervisorDeps): readonly Route[] {
  const { cells } = deps;
  const list = async (request: ApiRequest, path: string, view: View) => {
    const found = await listHypervisors(cells, request);
    const page = pageOf(found, request);
    const last = page.at(-1);
    return new Answer(
      200,
      {
        hypervisors: await Promise.all(page.map((one) => shown(deps, one, request, view))),
        ...(SINCE.pages(request.version) && last !== undefined
          ? nextLink('hypervisors', path, request, String(hypervisorId(last.host, request.version)), page.length)
          : {}),
      },
      silentCellsHeader(found.silent),
    );
  };

  return [
    route({
      method: 'GET',
      path: '/os-hypervisors',
      summary: 'Lists hypervisors: the hosts of all cells.',
      policy: HYPERVISOR_LIST,
      response: hypervisorsResponse,
      query: listHypervisorsQuery,
      handle: (request) => list(request, '/os-hypervisors', hypervisorSummary),
    }),
    route({
      method: 'GET',
      path: '/os-hypervisors/detail',
      summary: 'Lists hypervisors with all details.',
      policy: HYPERVISOR_DETAIL,
      response: hypervisorsDetailResponse,
      query: listHypervisorsQuery,
      handle: (request) => list(request, '/os-hypervisors/detail', hypervisorDetail),
    }),
    route({
      method: 'GET',
      path: '/os-hypervisors/:id',
      summary: 'Shows a hypervisor.',
      policy: HYPERVISOR_SHOW,
      response: hypervisorResponse,
      query: showHypervisorQuery,
      handle: async (request) => {
        const { id = '' } = request.params;
        if (SINCE.uuids(request.version) && FORMATS.uuid?.(id) !== true)
          throw new VolvoxError('invalid', `Invalid uuid ${id}. Hypervisors have a UUID as their id since 2.53.`);
        const one = hypervisorById(await listHypervisors(cells, request), id, request.version);
        return { hypervisor: await shown(deps, one, request, hypervisorDetail) };
      },
    }),
  ];
}

async function shown(deps: HypervisorDeps, one: Hypervisor, request: ApiRequest, view: View) {
  const { query, version } = request;
  const plain = view(one.host, version);
  if (!isTrue(lastOf(query, 'with_servers') ?? false)) return plain;
  return withServers(plain, await serversOn(deps, one, request), version);
}

/** @throws VolvoxError not-found; unavailable when a cell that may have it does not answer. */
export function hypervisorById(
  { hypervisors, silent }: HypervisorAnswers,
  id: string,
  version: Microversion,
): Hypervisor {
  const one = inOneCell(
    hypervisors.filter(({ host }) => String(hypervisorId(host, version)) === id),
    `Hypervisor ${id}`,
  );
  if (one !== undefined) return one;
  throw notFoundIn(silent, `Hypervisor with ID '${id}' could not be found.`);
}
