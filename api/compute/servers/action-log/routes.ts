import { cellOf } from '#platform/directory/cell-doors.ts';
import { getHomeWithBuild } from '#platform/directory/stores/homes/get-homes.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { InstanceAction } from '#platform/objects/instance.ts';
import { isSilence } from '../../../cross-cell/ask-cells.ts';
import type { ApiDeps } from '../../../deps.ts';
import { momentOf } from '../../../http/formats.ts';
import { isUuid } from '../../../http/is-uuid.ts';
import { noQuery } from '../../../http/parameter-types.ts';
import { allows, authorize } from '../../../http/policy.ts';
import { lastOf } from '../../../http/query.ts';
import { type ApiRequest, type Route, route } from '../../../http/route.ts';
import { since } from '../../../http/since.ts';
import { naiveTime, naiveTimeOrNull } from '../../naive-time.ts';
import { linksUnder } from '../../next-link.ts';
import { pageLimit } from '../../page-limit.ts';
import { serverNotFound, silentCell } from '../find-server.ts';
import { ACTION_EVENT_DETAILS, ACTION_EVENTS, ACTIONS_LIST, ACTIONS_SHOW } from '../policy.ts';
import { hostId } from '../show/server-view.ts';
import { instanceActionResponse, instanceActionsResponse, LIST_QUERY } from './schema.ts';

const SINCE = since({ ofDeleted: 21, events: 51, pages: 58, updatedAt: 58, hosts: 62, changesBefore: 66, details: 84 });

/** `/servers/{id}/os-instance-actions`: what was done to a server, from the operations of its cell. */
export function actionLogRoutes(deps: ApiDeps): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/servers/:id/os-instance-actions',
      query: LIST_QUERY,
      policy: ACTIONS_LIST,
      authorizes: 'handler',
      response: instanceActionsResponse,
      summary: 'Lists what was done to a server, the newest first.',
      handle: (request) => list(deps, request),
    }),
    route({
      method: 'GET',
      path: '/servers/:id/os-instance-actions/:request',
      query: noQuery,
      policy: ACTIONS_SHOW,
      authorizes: 'handler',
      response: instanceActionResponse,
      summary: 'Shows one action with its events.',
      handle: (request) => show(deps, request),
    }),
  ];
}

async function list(deps: ApiDeps, request: ApiRequest): Promise<unknown> {
  const { actions } = await actionsOf(deps, request, ACTIONS_LIST);
  if (!SINCE.pages(request.version)) return { instanceActions: actions.map((one) => actionView(one, request)) };
  const page = pageOf(actions, request);
  return {
    instanceActions: page.map((one) => actionView(one, request)),
    ...linksUnder(
      'links',
      `/servers/${request.params.id}/os-instance-actions`,
      request,
      page.at(-1)?.requestId,
      page.length,
    ),
  };
}

function pageOf(actions: readonly InstanceAction[], { query, version }: ApiRequest): readonly InstanceAction[] {
  const [from, before] = ['changes-since', 'changes-before'].map((name) => {
    const text = lastOf(query, name);
    return text === undefined ? undefined : momentOf(text);
  });
  if (SINCE.changesBefore(version) && from !== undefined && before !== undefined && from > before) {
    throw new VolvoxError(
      'invalid',
      'The value of changes-since must be less than or equal to changes-before. Exchange the two.',
    );
  }
  const changed = actions.filter(({ updatedAt }) => {
    // To the ms on both sides: what was shown as a time is found by that time.
    const at = Date.parse(updatedAt);
    return (from === undefined || at >= from) && (before === undefined || at <= before);
  });
  const marker = lastOf(query, 'marker');
  const start = marker === undefined ? 0 : changed.findIndex(({ requestId }) => requestId === marker) + 1;
  if (marker !== undefined && start === 0)
    throw new VolvoxError(
      'invalid',
      `Marker ${marker} could not be found. It is the request_id of the last action of the page before.`,
    );
  return changed.slice(start, start + pageLimit(query));
}

async function show(deps: ApiDeps, request: ApiRequest): Promise<unknown> {
  const { actions, projectId } = await actionsOf(deps, request, ACTIONS_SHOW);
  const found = actions.find(({ requestId }) => requestId === request.params.request);
  if (found === undefined) {
    throw new VolvoxError(
      'not-found',
      `Action for request_id ${request.params.request} on instance ${request.params.id} not found`,
    );
  }
  const seesEvents = SINCE.events(request.version) || allows(ACTION_EVENTS, request.caller);
  return {
    instanceAction: {
      ...actionView(found, request),
      ...(seesEvents ? { events: found.events.map((event) => eventView(event, projectId, request)) } : {}),
    },
  };
}

function actionView(action: InstanceAction, { version }: ApiRequest): Record<string, unknown> {
  return {
    action: action.action,
    instance_uuid: action.instanceUuid,
    message: action.message,
    project_id: action.projectId,
    request_id: action.requestId,
    start_time: naiveTime(action.startTime),
    user_id: action.userId,
    ...(SINCE.updatedAt(version) ? { updated_at: naiveTime(action.updatedAt) } : {}),
  };
}

function eventView(
  event: InstanceAction['events'][number],
  projectId: string,
  { version, caller }: ApiRequest,
): Record<string, unknown> {
  const seesEvents = allows(ACTION_EVENTS, caller);
  return {
    event: event.event,
    start_time: naiveTime(event.startTime),
    finish_time: naiveTimeOrNull(event.finishTime),
    result: event.result,
    ...(seesEvents ? { traceback: event.traceback } : {}),
    ...(SINCE.hosts(version) ? { hostId: hostId(projectId, event.host) } : {}),
    ...(SINCE.hosts(version) && seesEvents ? { host: event.host } : {}),
    ...(SINCE.details(version) && allows(ACTION_EVENT_DETAILS, caller) ? { details: event.details } : {}),
  };
}

/** Newest first. From 2.21 also those of a deleted server. A build that has no cell yet was created, and that is all. */
async function actionsOf(
  deps: ApiDeps,
  request: ApiRequest,
  policy: typeof ACTIONS_LIST,
): Promise<{ actions: readonly InstanceAction[]; projectId: string }> {
  const uuid = request.params.id ?? '';
  const home = isUuid(uuid) ? await getHomeWithBuild(deps.directory.read, uuid) : null;
  const isOwn = home !== null && (request.caller.isAdmin || home.projectId === request.caller.projectId);
  if (!isOwn || (home.state === 'deleted' && !SINCE.ofDeleted(request.version))) throw serverNotFound(uuid);
  authorize(policy, request.caller, { projectId: home.projectId });
  const { projectId } = home;
  if (home.cellId === null) return { actions: [acceptance(home.build)], projectId };
  const cell = await cellOf(deps.cells, home.cellId);
  const { actions } = await cell.door
    .listActions({ uuid }, { requestId: request.requestId })
    .catch((error: unknown) => {
      throw isSilence(error) ? silentCell(cell, error) : error;
    });
  return { actions: [...actions].sort((a, b) => (a.startTime < b.startTime ? 1 : -1)), projectId };
}

const acceptance = (build: {
  uuid: string;
  requestId: string;
  userId: string;
  projectId: string;
  createdAt: string;
}): InstanceAction => ({
  requestId: build.requestId,
  instanceUuid: build.uuid,
  action: 'create',
  userId: build.userId,
  projectId: build.projectId,
  startTime: build.createdAt,
  updatedAt: build.createdAt,
  message: null,
  events: [],
});
