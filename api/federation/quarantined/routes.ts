import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { CallOptions } from '#platform/rpc/client.ts';
import { askCells, cellsAreSilent, isSilence } from '../../cross-cell/ask-cells.ts';
import type { CellDoor } from '../../cross-cell/cell-doors.ts';
import type { ApiDeps } from '../../deps.ts';
import { isUuid } from '../../http/is-uuid.ts';
import { noQuery } from '../../http/parameter-types.ts';
import { lastOf } from '../../http/query.ts';
import { type Route, route } from '../../http/route.ts';
import { askedCells } from '../asked-cells.ts';
import { FORGET_QUARANTINED, LIST_QUARANTINED } from './policy.ts';
import { listQuarantinedQuery, listQuarantinedResponse } from './schema.ts';

/** Quarantined instances: cells keep their guests although the home of the instance is elsewhere (decision 0006). Newest first. */
export const quarantinedRoutes = ({ cells }: Pick<ApiDeps, 'cells'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/v1/aside',
    summary: 'Lists quarantined servers, newest first. The answer names the cells that do not respond.',
    policy: LIST_QUARANTINED,
    query: listQuarantinedQuery,
    response: listQuarantinedResponse,
    handle: async (request) => {
      const asked = askedCells(cells, lastOf(request.query, 'cell'));
      const { answers, silent } = await askCells(asked, request, quarantinedIn);
      const instances = answers.flatMap(({ cell, answer }) => answer.map((one) => ({ ...one, cell: cell.name })));
      instances.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : a.uuid < b.uuid ? -1 : 1));
      return { instances, silentCells: silent.map((cell) => cell.name) };
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/aside/:cell/:uuid/:epoch',
    summary: 'Removes a quarantined server from its cell, with its guest and disks.',
    policy: FORGET_QUARANTINED,
    query: noQuery,
    status: 204,
    response: { 1: 'empty' },
    handle: async ({ params: { cell: requested = '', uuid = '', epoch: epochText = '' }, log, requestId }) => {
      const asked = askedCells(cells, requested);
      const epoch = /^\d{1,15}$/.test(epochText) ? Number(epochText) : null;
      if (!isUuid(uuid) || epoch === null) {
        throw new VolvoxError('not-found', `No server ${uuid} of epoch ${epochText} is quarantined.`);
      }
      for (const cell of asked) await forgetIn(cell, { uuid, epoch });
      log.info({ requestId, uuid, epoch, cell: requested }, 'quarantined server removed');
    },
  }),
];

/** Idempotent, so a caller can repeat it when the cell did not answer. @throws VolvoxError not-found; unavailable, naming the cell. */
async function forgetIn(cell: CellDoor, quarantined: { readonly uuid: string; readonly epoch: number }): Promise<void> {
  try {
    await cell.door.removeQuarantined(quarantined);
  } catch (error) {
    throw isSilence(error) ? cellsAreSilent([cell]) : error;
  }
}

async function quarantinedIn({ door }: CellDoor, options: CallOptions) {
  try {
    return (await door.listQuarantined({}, options)).instances;
  } catch (error) {
    // Cells of an older release have no quarantine.
    if (isVolvoxError(error, 'unsupported')) return [];
    throw error;
  }
}
