import type { FastifyInstance } from 'fastify';
import { addCell, type CellWithKey, getCell, listCells, updateCell } from '#platform/directory/stores/cells.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../deps.ts';
import { healthOf } from './health.ts';
import { knock } from './knock.ts';
import { CellParams, CellPatchBody, NewCellBody } from './schema.ts';
import { viewCell } from './view.ts';

const withoutSlash = (url: string): string => url.replace(/\/$/, '');

/** Cells come and go while everything runs: each process of the global tier sees a change within a second, this one at once. */
export function cellRoutes(api: FastifyInstance, deps: ApiDeps): void {
  const { directory, cells, clock } = deps;

  const show = async (cell: CellWithKey) => viewCell(cell, await healthOf(cell.id, deps));
  const find = async (idOrName: string): Promise<CellWithKey> => {
    const cell = (await listCells(directory.read)).find(({ id, name }) => id === idOrName || name === idOrName);
    if (cell === undefined) throw new VolvoxError('not-found', `Cell ${idOrName} could not be found.`);
    return cell;
  };
  const change = async (id: string, patch: CellPatchBody) => {
    await directory.transaction((tx) => updateCell(tx, cells.seal, id, patch, clock.now()));
    await cells.refresh();
    return show(await find(id));
  };

  api.get('/v1/cells', async () => ({ cells: await Promise.all((await listCells(directory.read)).map(show)) }));

  api.post<{ Body: NewCellBody }>('/v1/cells', { schema: { body: NewCellBody } }, async (request, reply) => {
    const { name, key } = request.body;
    const url = withoutSlash(request.body.url);
    const { cellId } = await knock(url, key);
    const known = await getCell(directory.read, cellId);
    // The same cell once more, perhaps because the first answer was lost: its key is taken anew, and nothing else changes.
    if (known !== null && known.name === name && known.url === url) return change(cellId, { key });
    await directory.transaction((tx) => addCell(tx, cells.seal, { id: cellId, name, url, key }, clock.now()));
    await cells.refresh();
    request.log.info({ requestId: request.id, cell: name, url }, 'cell added');
    return reply.code(201).send(await show(await find(cellId)));
  });

  api.get<{ Params: CellParams }>('/v1/cells/:cell', { schema: { params: CellParams } }, async ({ params }) =>
    show(await find(params.cell)),
  );

  api.patch<{ Params: CellParams; Body: CellPatchBody }>(
    '/v1/cells/:cell',
    { schema: { params: CellParams, body: CellPatchBody } },
    async ({ params, body }) => {
      const cell = await find(params.cell);
      const url = body.url === undefined ? undefined : withoutSlash(body.url);
      if (url !== undefined && body.key === undefined) {
        throw new VolvoxError(
          'invalid',
          'key: needed together with url; a new url is not shown the key that is kept.',
          {
            details: { field: 'key' },
          },
        );
      }
      if (body.key !== undefined) {
        const described = await knock(url ?? cell.url, body.key);
        if (described.cellId !== cell.id) {
          throw new VolvoxError('invalid', `url: the door there is of another cell (${described.cellId}).`, {
            details: { field: 'url' },
          });
        }
      }
      return change(cell.id, url === undefined ? body : { ...body, url });
    },
  );

  for (const [word, enabled] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    api.post<{ Params: CellParams }>(
      `/v1/cells/:cell/${word}`,
      { schema: { params: CellParams } },
      async ({ params }) => change((await find(params.cell)).id, { enabled }),
    );
  }
}
