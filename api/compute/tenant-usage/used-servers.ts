import type { Instance } from '#platform/objects/instance.ts';
import { timestamp } from '#platform/time/clock.ts';
import { cellsAreSilent } from '../../cross-cell/ask-cells.ts';
import type { ApiDeps } from '../../deps.ts';
import type { ApiRequest } from '../../http/route.ts';
import { MAX_PER_PAGE } from '../page-limit.ts';
import type { ListQuestion } from '../servers/list/list-question.ts';
import { listServers } from '../servers/list/list-servers.ts';
import type { Period } from './period.ts';

interface Page {
  /** undefined: all. */
  readonly limit: number | undefined;
  readonly marker: string | undefined;
}

/**
 * The servers that were there in the period, also those that are deleted and not yet forgotten, by project and id.
 * @param projectId null: of all projects.
 * @throws VolvoxError invalid for an unknown marker; unavailable when a cell does not answer: a sum without its servers would be wrong.
 */
export async function usedServers(
  deps: ApiDeps,
  request: ApiRequest,
  { start, end }: Period,
  projectId: string | null,
  { limit, marker }: Page,
): Promise<readonly Instance[]> {
  const question: ListQuestion = {
    filter: {
      ranBetween: { start: timestamp(start), end: timestamp(end) },
      ...(projectId === null ? {} : { projectId }),
    },
    sort: [
      { key: 'project_id', direction: 'asc' },
      { key: 'uuid', direction: 'asc' },
    ],
    limit: limit ?? MAX_PER_PAGE,
    marker,
    showSilent: false,
    withUserData: false,
  };
  const found: Instance[] = [];
  if (limit === 0) return found;
  for (;;) {
    const rest = limit === undefined ? MAX_PER_PAGE : limit - found.length;
    const page = await listServers(deps, request, { ...question, limit: rest, marker: found.at(-1)?.uuid ?? marker });
    if (page.silentCells.length > 0) throw cellsAreSilent(page.silentCells);
    found.push(...page.servers.flatMap((one) => (one.silent ? [] : [one.instance])));
    const isWhole = page.servers.length < rest && !page.cut;
    if (isWhole || found.length === limit) return found;
  }
}
