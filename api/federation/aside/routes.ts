import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { isVolvoxError } from '#platform/errors/volvox-error.ts';
import { Uuid } from '#platform/objects/scalars.ts';
import { askCells, LIST_DEADLINE_MS } from '../../cross-cell/ask-cells.ts';
import type { CellDoor } from '../../cross-cell/cell-doors.ts';
import type { ApiDeps } from '../../deps.ts';
import { askedCells } from '../asked-cells.ts';

const AsideQuery = Type.Object({ cell: Type.Optional(Type.String()) }, { additionalProperties: false });
type AsideQuery = Static<typeof AsideQuery>;
const AsideParams = Type.Object({ cell: Type.String(), uuid: Uuid, epoch: Type.Integer({ minimum: 0 }) });
type AsideParams = Static<typeof AsideParams>;

/** Copies that cells keep aside because their instance is at home elsewhere (decision 0006), the newest first. */
export function asideRoutes(api: FastifyInstance, { cells }: ApiDeps): void {
  api.get<{ Querystring: AsideQuery }>(
    '/v1/aside',
    { schema: { querystring: AsideQuery } },
    async ({ query: { cell: wanted } }) => {
      const { answers, silent } = await askCells(askedCells(cells, wanted), asideIn);
      const instances = answers.flatMap(({ cell, answer }) => answer.map((one) => ({ ...one, cell: cell.name })));
      instances.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : a.uuid < b.uuid ? -1 : 1));
      return { instances, silentCells: silent.map((cell) => cell.name) };
    },
  );

  /** Gives one up: its guest and disks are removed. @throws not-found; unavailable when the cell does not answer. */
  api.delete<{ Params: AsideParams }>(
    '/v1/aside/:cell/:uuid/:epoch',
    { schema: { params: AsideParams } },
    async (request, reply) => {
      const { cell: wanted, uuid, epoch } = request.params;
      for (const { door } of askedCells(cells, wanted)) await door.forgetAside({ uuid, epoch });
      request.log.info({ requestId: request.id, uuid, epoch, cell: wanted }, 'a copy that was kept aside is given up');
      return reply.code(204).send();
    },
  );
}

async function asideIn({ door }: CellDoor) {
  try {
    return (await door.listAside({}, { deadlineMs: LIST_DEADLINE_MS })).instances;
  } catch (error) {
    // An older release keeps nothing aside.
    if (isVolvoxError(error, 'unsupported')) return [];
    throw error;
  }
}
