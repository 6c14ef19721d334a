import type { RequestOf } from '#platform/contracts/contract.ts';
import type { doorContract } from '#platform/contracts/door.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { createSqlOperationStore } from '#platform/operations/sql-store.ts';
import type { OperationRow } from '#platform/operations/store.ts';
import { viewOperation } from '#platform/operations/view.ts';
import type { Handlers } from '#platform/rpc/server.ts';
import { withImageProperties } from '../../database/stores/host-images.ts';
import { listHosts } from '../../database/stores/hosts.ts';
import { ioOpsOfHosts, withIoOps } from '../../database/stores/io-ops.ts';
import { listClaims } from '../../database/stores/list-claims.ts';
import { networkAgents } from '../../database/stores/network-agents.ts';
import { acknowledge, listNotices } from '../../database/stores/notices.ts';
import { portsOnHosts } from '../../database/stores/port-bindings.ts';
import { listMigrations } from '../../database/stores/server-migrations.ts';
import type { ConductorParts } from '../parts.ts';
import { act } from './act.ts';
import { listActions } from './action-log.ts';
import { agentKeyCalls } from './agent-keys.ts';
import { buryBuild, releaseBuild } from './builds.ts';
import { cacheImages } from './cache-images.ts';
import { findConsole } from './consoles.ts';
import { createInstances } from './create-instances.ts';
import { definitions } from './definitions.ts';
import { forgetService } from './forget-service.ts';
import { guestQuestions } from './guest-questions.ts';
import { guestRequests } from './guest-requests.ts';
import { homes } from './homes.ts';
import { HomesQuestion } from './homes-question.ts';
import { getInstance, listInstances, lockInstance, updateInstance } from './instances.ts';
import { movesIn } from './moves-in.ts';
import { movesOut } from './moves-out.ts';
import { preventAction } from './prevent-action.ts';
import { serverPasswords } from './server-password.ts';
import { serverTopology } from './server-topology.ts';
import { describeCell, listServices, updateService } from './services.ts';

/** What lists and shows servers writes its answers itself. */
export type DoorHandlers = Handlers<typeof doorContract, 'getInstance' | 'listInstances'>;

/** Every call of the door's contract. */
export function door(parts: ConductorParts): DoorHandlers {
  const operations = createSqlOperationStore(parts.database);
  const { database, engine, clock } = parts;
  const question = new HomesQuestion(parts);
  const viewed = (row: OperationRow) => viewOperation(row, engine.definition(row.kind), clock.now());
  return {
    describe: () => describeCell(parts),
    watchHosts: async ({ cursor, waitMs, withImageProperties: tellsImages = false }, { signal }) => {
      const changes = await parts.hosts.watch(cursor, waitMs, signal);
      return tellsImages ? { ...changes, hosts: await withImageProperties(database.read, changes.hosts) } : changes;
    },
    createInstances: async ({ requests, actor }) => ({ answers: await createInstances(parts, requests, actor) }),
    releaseBuild: async ({ uuid, epoch, onlyFailed }) => {
      await releaseBuild(parts, uuid, epoch, onlyFailed);
      return {};
    },
    buryBuild: async ({ uuid, epoch, fault }) => {
      await buryBuild(parts, uuid, epoch, fault);
      return {};
    },
    getInstance: ({ uuid }) => getInstance(parts, uuid),
    listInstances: (page, { signal }) => listInstances(parts, page, signal),
    updateInstance: (request, { inTime }) => updateInstance(parts, request, inTime),
    lockInstance: async (request, { inTime }) => {
      await lockInstance(parts, request, inTime);
      return {};
    },
    act: (request, { inTime }) => act(parts, request, inTime),
    preventAction: async (request) => {
      await preventAction(parts, request);
      return {};
    },
    listActions: async ({ uuid }) => ({ actions: await listActions(parts, uuid) }),
    listMigrations: async (page) => ({ migrations: [...(await listMigrations(database.read, page))] }),
    listServices: async () => ({ services: await listServices(parts) }),
    listNetworkAgents: async ({ networkIds }) => ({ agents: await networkAgents(database.read, networkIds) }),
    updateService: ({ id, ...settings }) => updateService(parts, id, settings),
    cacheImages: (request, { signal }) => cacheImages(parts, request, signal),
    forgetService: async ({ id }) => {
      await forgetService(parts, id);
      return {};
    },
    listClaims: async (page) => ({ claims: await listClaims(database.read, page) }),
    listHosts: async ({ withImageProperties: tellsImages = false }) => {
      const [listed, ioOps] = await Promise.all([
        listHosts(database.read, null, clock.now()),
        ioOpsOfHosts(database.read),
      ]);
      const hosts = listed.map((host) => withIoOps(host, ioOps));
      return { hosts: tellsImages ? await withImageProperties(database.read, hosts) : hosts };
    },
    portsOnHosts: async ({ portIds }) => ({ ports: [...(await portsOnHosts(database.read, portIds))] }),
    listOperations: async ({ overdue = false, ...filter }) => {
      const rows = await operations.list({ ...filter, ...(overdue ? { overdueAt: clock.now() } : {}) });
      return { operations: rows.map(viewed) };
    },
    getOperation: async ({ id }) => {
      const row = await operations.get(id);
      if (row === null) throw new VolvoxError('not-found', `Operation ${id} could not be found.`);
      return viewed(row);
    },
    resolveOperation: async ({ id, direction, actor }) =>
      viewed(await engine.resolve({ id, direction, by: actor.userId })),
    watchNotices: async (request, { signal }) => {
      const watch = () => watchNotices(parts, request, signal);
      // A caller that does not know the question cannot answer it.
      return request.questions === false ? watch() : question.inTouch(watch);
    },
    acknowledgeNotices: async ({ ids }) => {
      await acknowledge(database, ids);
      return {};
    },
    ...guestQuestions(parts),
    ...serverPasswords(parts),
    ...serverTopology(parts),
    ...guestRequests(parts),
    findConsole: findConsole(parts),
    ...agentKeyCalls(parts),
    ...movesOut(parts),
    ...movesIn(parts),
    ...homes(parts),
    ...definitions(parts),
  };
}

async function watchNotices(
  parts: ConductorParts,
  { waitMs, limit, questions = true }: RequestOf<(typeof doorContract)['calls']['watchNotices']>,
  signal: AbortSignal,
) {
  const until = parts.clock.now() + waitMs;
  for (;;) {
    const rung = new AbortController();
    const ring = parts.notices.wait(
      Math.max(1, Math.min(parts.notices.lookAgainMs, until - parts.clock.now())),
      rung.signal,
    );
    const notices = limit === 0 ? [] : await listNotices(parts.database.read, limit, questions);
    if (notices.length > 0 || parts.clock.now() >= until || signal.aborted) {
      rung.abort();
      return { notices };
    }
    await Promise.race([ring, aborted(signal)]);
    rung.abort();
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
