import type { ApiDeps } from '../../deps.ts';
import { actionRoute } from '../../http/action-route.ts';
import { diskConfig, flavorRef, hostName, object } from '../../http/parameter-types.ts';
import { authorize, type Policy } from '../../http/policy.ts';
import { type Action, type ApiRequest, action, type Route } from '../../http/route.ts';
import type { Schema } from '../../http/validator.ts';
import { goneAction } from '../gone/routes.ts';
import { act } from './act.ts';
import { actorOf } from './actor.ts';
import { askHome } from './find-server.ts';
import { type MigrateBody, migrate } from './migrate.ts';
import * as policies from './policy.ts';
import { confirmResize, type ResizeBody, resize, revertResize } from './resize.ts';

/** The actions of a server: `POST /servers/{id}/action`. */
export function serverActionRoutes(deps: ApiDeps): readonly Route[] {
  const simple = (name: string, kind: string, policy: Policy, summary: string): Action =>
    action({
      name,
      status: 202,
      body: { 1: anything(name) },
      summary,
      handle: (request) => act(deps, request, policy, kind),
    });
  return [
    actionRoute('/servers/:id/action', [
      goneAction('resetNetwork'),
      goneAction('os-getRDPConsole'),
      simple('os-start', 'start', policies.START, 'Starts a stopped server.'),
      simple('os-stop', 'stop', policies.STOP, 'Stops a running server.'),
      simple('pause', 'pause', policies.PAUSE, 'Pauses a running server; it stays in memory.'),
      simple('unpause', 'unpause', policies.UNPAUSE, 'Lets a paused server run on.'),
      simple('suspend', 'suspend', policies.SUSPEND, 'Writes the memory of a server to disk and stops it.'),
      simple('resume', 'resume', policies.RESUME, 'Lets a suspended server run on.'),
      action<{ reboot: { type: string } }>({
        name: 'reboot',
        status: 202,
        body: { 1: only('reboot', object({ type: { type: 'string', enum: REBOOT_TYPES } }, ['type'])) },
        summary: 'Reboots a server, softly (by its own system) or hard.',
        handle: (request) => {
          const how = request.body.reboot.type.toUpperCase() === 'HARD' ? 'hard' : 'soft';
          return act(deps, request, policies.REBOOT, 'reboot', { reboot: how });
        },
      }),
      action<ResizeBody>({
        name: 'resize',
        status: 202,
        body: { 1: only('resize', object({ flavorRef, 'OS-DCF:diskConfig': diskConfig }, ['flavorRef'])) },
        summary: 'Gives a server another flavor; to be confirmed or reverted afterwards.',
        handle: (request) => resize(deps, request),
      }),
      action({
        name: 'confirmResize',
        status: 204,
        body: { 1: anything('confirmResize') },
        summary: 'Keeps the new flavor.',
        handle: (request) => confirmResize(deps, request),
      }),
      action({
        name: 'revertResize',
        status: 202,
        body: { 1: anything('revertResize') },
        summary: 'Goes back to the old flavor.',
        handle: (request) => revertResize(deps, request),
      }),
      action<MigrateBody>({
        name: 'migrate',
        status: 202,
        body: { 1: anything('migrate'), 56: only('migrate', migrateTo) },
        summary:
          'Moves a server to another host: in its cell, to be confirmed or reverted afterwards; or of another cell.',
        handle: (request) => migrate(deps, request),
      }),
      action<{ lock: { locked_reason?: string } | null }>({
        name: 'lock',
        status: 202,
        body: { 1: anything('lock'), 73: only('lock', lockWithReason) },
        summary: 'Locks a server: only admins can act on it.',
        handle: (request) => {
          const reason = request.version.minor >= 73 ? (request.body.lock?.locked_reason ?? null) : null;
          return lock(deps, request, reason);
        },
      }),
      action({
        name: 'unlock',
        status: 202,
        body: { 1: anything('unlock') },
        summary: 'Unlocks a server.',
        handle: (request) => unlock(deps, request),
      }),
      action<{ 'os-getConsoleOutput': { length?: number | string | null } }>({
        name: 'os-getConsoleOutput',
        status: 200,
        body: { 1: only('os-getConsoleOutput', consoleLength) },
        summary: 'The last lines of the serial console.',
        handle: (request) => consoleOutput(deps, request),
      }),
    ]),
  ];
}

const REBOOT_TYPES = ['HARD', 'Hard', 'hard', 'SOFT', 'Soft', 'soft'];
const only = (name: string, schema: Schema): Schema => object({ [name]: schema }, [name]);
/** Clients send null, {} or anything else; it was never checked. */
const anything = (name: string): Schema => only(name, {});
const lockWithReason: Schema = {
  ...object({ locked_reason: { type: 'string', minLength: 1, maxLength: 255 } }),
  type: ['object', 'null'],
};
const migrateTo: Schema = {
  ...object({ host: { ...hostName, type: ['string', 'null'] } }),
  type: ['object', 'null'],
};
const consoleLength = object({
  length: { type: ['integer', 'string', 'null'], pattern: '^-?[0-9]+$', minimum: -1, minLength: 1 },
});

async function lock(deps: ApiDeps, request: ApiRequest, reason: string | null): Promise<void> {
  const uuid = request.params.id ?? '';
  await askHome(deps, request, uuid, (door, { projectId }) => {
    authorize(policies.LOCK, request.caller, { projectId });
    return door.lockInstance({ uuid, locked: true, reason, actor: actorOf(request) }, { requestId: request.requestId });
  });
}

/** What one side has locked, owner or admin, the other unlocks by a rule of its own. */
async function unlock(deps: ApiDeps, request: ApiRequest): Promise<void> {
  const uuid = request.params.id ?? '';
  const { caller, requestId } = request;
  await askHome(deps, request, uuid, async (door, { projectId }) => {
    authorize(policies.UNLOCK, caller, { projectId });
    const { lockedBy } = await door.getInstance({ uuid }, { requestId });
    const ownSide = caller.projectId === projectId ? 'owner' : 'admin';
    if (lockedBy !== null && lockedBy !== ownSide) authorize(policies.UNLOCK_OVERRIDE, caller, { projectId });
    return door.lockInstance({ uuid, locked: false, reason: null, actor: actorOf(request) }, { requestId });
  });
}

async function consoleOutput(
  deps: ApiDeps,
  request: ApiRequest<{ 'os-getConsoleOutput': { length?: number | string | null } }>,
): Promise<unknown> {
  const uuid = request.params.id ?? '';
  const length = request.body['os-getConsoleOutput'].length ?? null;
  const lines = length === null || Number(length) < 0 ? null : Number(length);
  return askHome(deps, request, uuid, (door, home) => {
    authorize(policies.CONSOLE_OUTPUT, request.caller, { projectId: home.projectId });
    return door.consoleOutput({ uuid, lines }, { requestId: request.requestId });
  });
}
