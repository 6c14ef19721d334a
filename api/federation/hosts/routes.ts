import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { capacity, type Host } from '#platform/objects/host.ts';
import { askCells, LIST_DEADLINE_MS } from '../../cross-cell/ask-cells.ts';
import type { ApiDeps } from '../../deps.ts';
import { askedCells } from '../asked-cells.ts';

const HostsQuery = Type.Object(
  { cell: Type.Optional(Type.String()), up: Type.Optional(Type.Boolean()) },
  { additionalProperties: false },
);
type HostsQuery = Static<typeof HostsQuery>;

const viewHost = (host: Host, cellName: string) => ({ ...host, cell: cellName, capacity: capacity(host) });

export function hostRoutes(api: FastifyInstance, { cells }: ApiDeps): void {
  api.get<{ Querystring: HostsQuery }>(
    '/v1/hosts',
    { schema: { querystring: HostsQuery } },
    async ({ query: { cell: wanted, up } }) => {
      const { answers, silent } = await askCells(askedCells(cells, wanted), ({ door }) =>
        door.listHosts({}, { deadlineMs: LIST_DEADLINE_MS }),
      );
      const hosts = answers.flatMap(({ cell, answer }) => answer.hosts.map((host) => viewHost(host, cell.name)));
      return {
        hosts: hosts.filter((host) => up === undefined || host.up === up),
        silentCells: silent.map((cell) => cell.name),
      };
    },
  );
}
