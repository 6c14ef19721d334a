import { always } from '../../../http/by-version.ts';
import { object } from '../../../http/parameter-types.ts';
import { authorize, policy } from '../../../http/policy.ts';
import { type ApiRequest, action } from '../../../http/route.ts';
import { askHome } from '../find-server.ts';
import type { ActDeps } from './act.ts';
import { namedBody } from './named-body.ts';

const NAME = 'os-getConsoleOutput';
const POLICY = policy('os_compute_api:os-console-output');

/** Lines from the end; absent or null, and -1: all that is kept. */
interface ConsoleBody {
  readonly [NAME]: { readonly length?: number | string | null };
}

const options = object({
  length: { type: ['integer', 'string', 'null'], pattern: '^-?[0-9]+$', minimum: -1, minLength: 1 },
});

export const osGetConsoleOutput = (deps: ActDeps) =>
  action<ConsoleBody>({
    name: NAME,
    policy: POLICY,
    authorizes: 'handler',
    status: 200,
    body: always(namedBody(NAME, options)),
    response: always(object({ output: { type: 'string' } }, ['output'])),
    summary: 'The last lines of the serial console.',
    handle: (request) => consoleOutput(deps, request),
  });

async function consoleOutput(deps: ActDeps, request: ApiRequest<ConsoleBody>): Promise<unknown> {
  const { requestId, signal } = request;
  const uuid = request.params.id ?? '';
  const length = request.body[NAME].length ?? null;
  const lines = length === null || Number(length) < 0 ? null : Number(length);
  return askHome(deps, request, uuid, (door, home) => {
    authorize(POLICY, request.caller, { projectId: home.projectId });
    return door.consoleOutput({ uuid, lines }, { requestId, signal });
  });
}
