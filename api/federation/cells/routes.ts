import { CELLS } from '#platform/contracts/global-rings.ts';
import { addCell, type CellWithKey, getCell, listCells, updateCell } from '#platform/directory/stores/cells.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Reader } from '../../cross-cell/ask-cells.ts';
import type { ApiDeps } from '../../deps.ts';
import { noQuery } from '../../http/parameter-types.ts';
import { Answer, type Route, route } from '../../http/route.ts';
import { noFilters } from '../request-types.ts';
import { handshake } from './handshake.ts';
import { healthOf } from './health.ts';
import { ADD_CELL, CHANGE_CELL, DISABLE_CELL, ENABLE_CELL, LIST_CELLS, SHOW_CELL } from './policy.ts';
import { type CellPatch, cellPatchBody, cellResponse, cellsResponse, type NewCell, newCellBody } from './schema.ts';
import { viewCell } from './view.ts';

const withoutSlash = (url: string): string => url.replace(/\/$/, '');
const wrongField = (field: string, message: string): VolvoxError =>
  new VolvoxError('invalid', `${field}: ${message}`, { details: { field } });

/** Operators add and change cells at run time. This process sees a change immediately, the others within a second. */
export function cellRoutes(deps: Pick<ApiDeps, 'directory' | 'cells' | 'clock' | 'tellOthers'>): readonly Route[] {
  const { directory, cells, clock, tellOthers } = deps;

  const show = async (cell: CellWithKey, reader: Reader) => viewCell(cell, await healthOf(cell.id, reader, deps));
  const find = async (idOrName = ''): Promise<CellWithKey> => {
    const cell = (await listCells(directory.read)).find(({ id, name }) => id === idOrName || name === idOrName);
    if (cell === undefined) throw new VolvoxError('not-found', `Cell ${idOrName} could not be found.`);
    return cell;
  };
  const change = async (id: string, patch: CellPatch, reader: Reader) => {
    await directory.transaction((tx) => updateCell(tx, cells.seal, id, patch, clock.now()));
    await cells.refresh();
    tellOthers?.(CELLS);
    return show(await find(id), reader);
  };
  const switching = (word: 'enable' | 'disable'): Route =>
    route({
      method: 'POST',
      path: `/v1/cells/:cell/${word}`,
      summary: word === 'enable' ? 'Allows new servers in a cell.' : 'Keeps new servers out of a cell.',
      policy: word === 'enable' ? ENABLE_CELL : DISABLE_CELL,
      query: noQuery,
      response: cellResponse,
      handle: async (request) => change((await find(request.params.cell)).id, { enabled: word === 'enable' }, request),
    });

  return [
    route({
      method: 'GET',
      path: '/v1/cells',
      summary: 'Lists the cells with their current health.',
      policy: LIST_CELLS,
      query: noFilters,
      response: cellsResponse,
      handle: async (request) => ({
        cells: await Promise.all((await listCells(directory.read)).map((cell) => show(cell, request))),
      }),
    }),
    route<NewCell>({
      method: 'POST',
      path: '/v1/cells',
      summary: 'Adds a cell, by the URL and the key of its door.',
      policy: ADD_CELL,
      body: newCellBody,
      status: [201, 200],
      response: cellResponse,
      handle: async (request) => {
        const { log, requestId } = request;
        const { name, key, url: given } = request.body;
        const url = withoutSlash(given);
        const { cellId } = await handshake({ url, key, cell: name, transport: cells.transport });
        const known = await getCell(directory.read, cellId);
        // The cell is already registered, perhaps because the first answer was lost: update the key and nothing else.
        if (known !== null && known.name === name && known.url === url) {
          return new Answer(200, await change(cellId, { key }, request));
        }
        await directory.transaction((tx) => addCell(tx, cells.seal, { id: cellId, name, url, key }, clock.now()));
        await cells.refresh();
        tellOthers?.(CELLS);
        log.info({ requestId, cell: name, url }, 'cell added');
        return show(await find(cellId), request);
      },
    }),
    route({
      method: 'GET',
      path: '/v1/cells/:cell',
      summary: 'Shows a cell, by id or name.',
      policy: SHOW_CELL,
      query: noQuery,
      response: cellResponse,
      handle: async (request) => show(await find(request.params.cell), request),
    }),
    route<CellPatch>({
      method: 'PATCH',
      path: '/v1/cells/:cell',
      summary: 'Updates a cell. A new URL requires the key of the door at that URL.',
      policy: CHANGE_CELL,
      body: cellPatchBody,
      response: cellResponse,
      handle: async (request) => {
        const { params, body } = request;
        const cell = await find(params.cell);
        const url = body.url === undefined ? undefined : withoutSlash(body.url);
        if (url !== undefined && body.key === undefined) {
          throw wrongField('key', 'required together with url; the stored key is never sent to a new URL.');
        }
        // The certificate of the door must name the cell, so its new name is tried, too.
        const renamed = body.name !== undefined && body.name !== cell.name && cell.url.startsWith('https:');
        if (body.key !== undefined || renamed) {
          const key = body.key ?? cells.seal.open(cell.sealedKey, cell.id);
          const door = { url: url ?? cell.url, key, cell: body.name ?? cell.name, transport: cells.transport };
          const { cellId } = await handshake(door);
          if (cellId !== cell.id) throw wrongField('url', `the door at this URL belongs to another cell (${cellId}).`);
        }
        return change(cell.id, url === undefined ? body : { ...body, url }, request);
      },
    }),
    switching('enable'),
    switching('disable'),
  ];
}
