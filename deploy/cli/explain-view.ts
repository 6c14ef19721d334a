import type { ExplainedServer } from '../client/views.ts';
import { asTable, asText } from './output.ts';

/** A decision as text: what was chosen and what was refused, or what the nearest hosts miss. */
export function explanation({ server, decision }: ExplainedServer): string {
  const { id, name, state, cell } = server;
  const about = { server: name, id, state, cell };
  if (decision === null) return asText({ ...about, decided: 'nothing is known' });
  const { chosen, refusals, nearest, refusedByCells, silentCells } = decision;
  return [
    asText({
      ...about,
      decided: decision.decidedAt,
      chosen: chosen === null ? 'no host' : `${chosen.hostName} (${chosen.cellName})`,
      ...(chosen === null ? {} : { alternates: chosen.alternates.join(', ') || null }),
      hosts: `${decision.hostsConsidered} considered, ${decision.hostsPassed} passed`,
      ...(silentCells.length === 0 ? {} : { silent: silentCells.join(', ') }),
    }),
    section(
      'Refused',
      refusals.map(({ hosts, cellName, filter, reason }) => ({ hosts, cell: cellName, filter, reason })),
    ),
    section(
      'Cells that did not take it',
      refusedByCells.map(({ cellName, reason }) => ({ cell: cellName, reason })),
    ),
    section(
      'Would fit if it were not for',
      nearest.map(({ hostName, cellName, misses }) => ({
        host: hostName,
        cell: cellName,
        misses: misses.map(({ reason }) => reason).join('; '),
      })),
    ),
  ].join('');
}

const section = (title: string, rows: Parameters<typeof asTable>[0]): string =>
  rows.length === 0 ? '' : `\n${title}:\n${asTable(rows)}`;
