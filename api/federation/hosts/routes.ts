import { capacity, type Host } from '#platform/objects/host.ts';
import { askCells } from '../../cross-cell/ask-cells.ts';
import type { ApiDeps } from '../../deps.ts';
import { isTrue } from '../../http/parameter-types.ts';
import { lastOf } from '../../http/query.ts';
import { type Route, route } from '../../http/route.ts';
import { askedCells } from '../asked-cells.ts';
import { LIST_HOSTS } from './policy.ts';
import { listHostsQuery, listHostsResponse } from './schema.ts';

const viewHost = (host: Host, cellName: string) => ({ ...host, cell: cellName, capacity: capacity(host) });

export const hostRoutes = ({ cells }: Pick<ApiDeps, 'cells'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/v1/hosts',
    summary: 'Lists the hosts of all cells, or of one. The answer names the cells that do not respond.',
    policy: LIST_HOSTS,
    query: listHostsQuery,
    response: listHostsResponse,
    handle: async (request) => {
      const up = lastOf(request.query, 'up');
      const asked = askedCells(cells, lastOf(request.query, 'cell'));
      const { answers, silent } = await askCells(asked, request, ({ door }, options) => door.listHosts({}, options));
      const hosts = answers.flatMap(({ cell, answer }) => answer.hosts.map((host) => viewHost(host, cell.name)));
      return {
        hosts: hosts.filter((host) => up === undefined || host.up === isTrue(up)),
        silentCells: silent.map((cell) => cell.name),
      };
    },
  }),
];
