import { listAggregates, zonesOfHosts } from '#platform/directory/stores/aggregates.ts';
import { askCells, cellsAreSilent, type Reader } from '../../cross-cell/ask-cells.ts';
import type { CellDoor } from '../../cross-cell/cell-doors.ts';
import type { ApiDeps } from '../../deps.ts';
import { type AgentView, agentView } from './view.ts';

/** An agent as it is shown, with its cell. */
interface FoundAgent {
  readonly view: AgentView;
  readonly cell: CellDoor;
}
interface AgentAnswers {
  readonly agents: readonly FoundAgent[];
  readonly silent: readonly CellDoor[];
}

/**
 * The network agents of all cells. @param networkIds of hosts with a port of one of these networks alone; null: of all hosts.
 * @throws VolvoxError unavailable when no cell answers: an empty list would say that there are no agents.
 */
export async function agentsOfCells(
  { cells, directory }: Pick<ApiDeps, 'cells' | 'directory'>,
  reader: Reader,
  networkIds: readonly string[] | null = null,
): Promise<AgentAnswers> {
  const [{ answers, silent }, aggregates] = await Promise.all([
    askCells(cells.all(), reader, ({ door }, options) =>
      door.listNetworkAgents({ networkIds: networkIds === null ? null : [...networkIds] }, options),
    ),
    listAggregates(directory.read),
  ]);
  if (answers.length === 0 && silent.length > 0) throw cellsAreSilent(silent);
  const zones = zonesOfHosts(aggregates);
  const agents = answers.flatMap(({ cell, answer }) =>
    answer.agents.map((agent) => ({ view: agentView(agent, cell, zones), cell })),
  );
  return { agents, silent };
}
