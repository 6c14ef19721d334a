import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { cellsAreSilent } from '../../cross-cell/ask-cells.ts';
import type { ApiDeps } from '../../deps.ts';
import { ignoredQuery } from '../../http/parameter-types.ts';
import { policy } from '../../http/policy.ts';
import { Answer, type ApiRequest, type Route, route } from '../../http/route.ts';
import { MAX_PER_PAGE } from '../page-limit.ts';
import { listServers } from '../servers/list/list-servers.ts';
import { createEventsBody, eventsResponse } from './schema.ts';

const CREATE = policy('os_compute_api:os-server-external-events:create');

interface ServerEvent {
  readonly server_uuid: string;
  readonly name: string;
  readonly status?: string;
  readonly tag?: string;
}
interface Events {
  readonly events: readonly ServerEvent[];
}

/** Which thing of the server such an event is about stands in its tag. */
const NEED_A_TAG: readonly string[] = [
  ...['volume-extended', 'power-update', 'accelerator-request-bound', 'volume-reimaged'],
];

/**
 * What other services tell of a server. Nothing here waits for such an event: cells plug ports themselves, and there are no volumes and no
 * accelerators. So an event that Nova would hand to the server's host is accepted, and changes nothing.
 */
export const externalEventRoutes = (deps: ApiDeps): readonly Route[] => [
  route<Events>({
    method: 'POST',
    path: '/os-server-external-events',
    status: [200, 207],
    summary: 'Tells servers of events in other services; 207 when some are refused, each with its own code.',
    policy: CREATE,
    query: ignoredQuery,
    body: createEventsBody,
    response: eventsResponse,
    handle: async (request) => {
      const { events } = request.body;
      const hosts = await hostsOf(deps, request, [...new Set(events.map(({ server_uuid }) => server_uuid))]);
      const answered = events.map((event) => {
        const code = codeOf(event, hosts.get(event.server_uuid));
        return { ...event, status: code === 200 ? 'completed' : 'failed', code };
      });
      if (answered.every(({ code }) => code !== 200)) {
        throw new VolvoxError(
          'not-found',
          'No instances found for any event: no server_uuid of events is that of a server in a cell.',
        );
      }
      return new Answer(answered.some(({ code }) => code !== 200) ? 207 : 200, { events: answered });
    },
  }),
];

/** @param host undefined: there is no such server; null: it has no host. */
function codeOf({ name, tag }: ServerEvent, host: string | null | undefined): number {
  if (host === undefined) return 404;
  if (NEED_A_TAG.includes(name) && tag === undefined) return 400;
  return host === null ? 422 : 200;
}

/** @throws VolvoxError unavailable when a cell does not answer: its servers must not pass for unknown ones. */
async function hostsOf(
  deps: ApiDeps,
  request: ApiRequest,
  uuids: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  const hosts = new Map<string, string | null>();
  for (let at = 0; at < uuids.length; at += MAX_PER_PAGE) {
    const { servers, silentCells } = await listServers(deps, request, {
      filter: { uuids: uuids.slice(at, at + MAX_PER_PAGE), deleted: false },
      sort: [{ key: 'uuid', direction: 'asc' }],
      limit: MAX_PER_PAGE,
      marker: undefined,
      showSilent: true,
      withUserData: false,
    });
    for (const one of servers) {
      if (one.silent) throw cellsAreSilent(silentCells);
      hosts.set(one.instance.uuid, one.instance.host);
    }
  }
  return hosts;
}
