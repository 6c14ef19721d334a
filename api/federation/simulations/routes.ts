import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { SimulatedChange } from '#platform/objects/simulation.ts';
import type { ApiDeps } from '../../deps.ts';
import { type Route, route } from '../../http/route.ts';
import { SIMULATE } from './policy.ts';
import { type NewSimulation, newSimulationBody, simulationResponse } from './schema.ts';

type Deps = Pick<ApiDeps, 'cells' | 'scheduler'>;

/** What would become of the servers that exist (decision 0037). Changes nothing. */
export const simulationRoutes = ({ cells, scheduler }: Deps): readonly Route[] => [
  route<NewSimulation>({
    method: 'POST',
    path: '/v1/simulations',
    summary:
      'Replays the requests of all servers in a region without a cell, with more hosts, or with other multipliers, and tells the headroom of each cell. Changes nothing.',
    policy: SIMULATE,
    body: newSimulationBody,
    response: simulationResponse,
    handle: async ({ body, requestId, signal }) => ({
      simulation: await scheduler.simulate(changeOf(cells, body), { requestId, signal }),
    }),
  }),
];

function changeOf(cells: Deps['cells'], { loseCell, addHosts, multipliers = {}, everything }: NewSimulation) {
  const change: SimulatedChange = {
    loseCellId: loseCell === undefined ? null : cellIdOf(cells, loseCell, 'loseCell'),
    addHosts: null,
    multipliers,
    everything: everything ?? Object.keys(multipliers).length > 0,
  };
  if (addHosts === undefined) return change;
  const { cell, like = null, ...rest } = addHosts;
  const cellId = cell === undefined ? null : cellIdOf(cells, cell, 'addHosts.cell');
  if (like === null && cellId === null)
    throw invalid('addHosts', 'name a host that they are like, or their cell (like, cell)');
  return { ...change, addHosts: { ...rest, like, cellId } };
}

function cellIdOf(cells: Deps['cells'], name: string, field: string): string {
  const found = cells.all().find((cell) => cell.id === name || cell.name === name);
  if (found === undefined) throw invalid(field, `there is no cell ${name}`);
  return found.id;
}

const invalid = (field: string, why: string): VolvoxError =>
  new VolvoxError('invalid', `${field}: ${why}.`, { details: { field } });
