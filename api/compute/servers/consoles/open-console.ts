import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { CONSOLE_TYPES, type ConsoleType } from '#platform/objects/console.ts';
import { issueConsoleUrl } from '../../../consoles/issue-token.ts';
import type { ApiDeps } from '../../../deps.ts';
import { authorize, policy } from '../../../http/policy.ts';
import type { ApiRequest } from '../../../http/route.ts';
import { askHome } from '../find-server.ts';

/** Of all consoles, under whatever name. */
export const REMOTE_CONSOLES = policy('os_compute_api:os-remote-consoles');

export type Protocol = 'vnc' | 'spice' | 'rdp' | 'serial' | 'mks';

/** The one type of client that each protocol has here. */
const CLIENTS: Readonly<Record<ConsoleType, string>> = { vnc: 'novnc', serial: 'serial' };

const isOffered = (protocol: Protocol): protocol is ConsoleType => CONSOLE_TYPES.some((type) => type === protocol);

/**
 * Opens a console for whoever gets the URL that it answers with.
 * @throws VolvoxError not-found; conflict while the server is being deleted or moved, or has no host; invalid, in Nova's words, for a console
 * that guests do not have here.
 */
export async function openConsole(
  deps: ApiDeps,
  request: ApiRequest,
  { protocol, type }: { readonly protocol: Protocol; readonly type: string },
): Promise<string> {
  const uuid = request.params.id ?? '';
  const { requestId, caller } = request;
  return await askHome(deps, request, uuid, async (door, home, cell) => {
    authorize(REMOTE_CONSOLES, caller, { projectId: home.projectId });
    const found = await door.findConsole({ uuid, type: protocol }, { requestId }).catch((error: unknown) => {
      throw isVolvoxError(error, 'unsupported') ? unavailable(type, error) : error;
    });
    if (!isOffered(protocol)) throw unavailable(type);
    if (type !== CLIENTS[protocol])
      throw new VolvoxError(
        'invalid',
        `Invalid console type ${type}. Its protocol and type must fit: see the types of POST /servers/{id}/remote-consoles.`,
      );
    const { guestId, hostName: host, epoch } = found;
    return await issueConsoleUrl(deps, {
      ...{ instanceUuid: uuid, cellId: cell.id, epoch, guestId, host, type: protocol },
      ...{ projectId: home.projectId, userId: caller.userId, userProjectId: caller.projectId },
    });
  });
}

const unavailable = (type: string, cause?: unknown): VolvoxError =>
  new VolvoxError('invalid', `Unavailable console type ${type}. This region offers novnc and serial.`, { cause });
