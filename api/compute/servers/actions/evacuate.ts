import { DIFFERENT_HOSTS_HINT } from '#platform/contracts/scheduler.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Host } from '#platform/objects/host.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { EVACUATE_RULE } from '#platform/states/evacuate-rule.ts';
import type { ApiDeps } from '../../../deps.ts';
import { boolean, hostName, isTrue, object } from '../../../http/parameter-types.ts';
import { authorize, policy } from '../../../http/policy.ts';
import { type ApiRequest, action } from '../../../http/route.ts';
import { since } from '../../../http/since.ts';
import { findHost } from '../../aggregates/find-host.ts';
import { newAdminPassword } from '../create/random-texts.ts';
import { act } from './act.ts';
import { decideIn } from './decide-in.ts';
import { mustAllow } from './must-allow.ts';
import { namedBody } from './named-body.ts';
import { placedServer } from './placed-server.ts';

const POLICY = policy('os_compute_api:os-evacuate');
/** `detected`: the kind of storage is found out, and no password is answered. `stopped`: the server is stopped afterwards. */
const SINCE = since({ detected: 14, force: 29, checked: 68, stopped: 95 });

interface EvacuateBody {
  readonly evacuate: {
    readonly host?: string;
    readonly onSharedStorage?: boolean | string;
    readonly adminPass?: string;
    readonly force?: boolean | string;
  };
}

const common = { host: hostName, adminPass: { type: 'string' } } as const;

/**
 * Evacuates a server from a dead host to another one of its cell. It gets new disks from its image, because hosts share no storage.
 * The host is the named one or the scheduler's choice; a named one is not checked by the scheduler before 2.29 and with `force` up to
 * 2.67, only for capacity.
 */
export const evacuate = (deps: ApiDeps) =>
  action<EvacuateBody>({
    name: 'evacuate',
    policy: POLICY,
    authorizes: 'handler',
    status: 200,
    body: {
      1: namedBody('evacuate', object({ ...common, onSharedStorage: boolean }, ['onSharedStorage'])),
      14: namedBody('evacuate', object(common)),
      29: namedBody('evacuate', object({ ...common, force: boolean })),
      68: namedBody('evacuate', object(common)),
    },
    response: { 1: object({ adminPass: { type: 'string' } }, ['adminPass']), 14: 'empty' },
    summary: 'Rebuilds a server on another host after its own host has died.',
    handle: (request) => beginEvacuation(deps, request),
  });

/** @throws VolvoxError invalid (host in use, same host, no valid host), conflict, not-found (server, host), unavailable. */
async function beginEvacuation(deps: ApiDeps, request: ApiRequest<EvacuateBody>): Promise<unknown> {
  const { caller, version, body } = request;
  const { instance, cellId } = await placedServer(deps, request, 'evacuate');
  authorize(POLICY, caller, { projectId: instance.projectId });
  const { host = null, onSharedStorage, adminPass: password } = body.evacuate;
  const force = isTrue(body.evacuate.force);
  if (force && host === null)
    throw invalid("Can't force to a non-provided destination. Give host with force, or leave force out.");
  if (isTrue(onSharedStorage)) {
    if (password !== undefined)
      throw invalid("admin password can't be changed on existing disk. Leave out adminPass with onSharedStorage.");
    throw invalid(
      'evacuate.onSharedStorage is true, but the hosts of Volvox share no storage. Set it to false: the server then gets new disks from its image.',
    );
  }
  mustAllow(EVACUATE_RULE, instance, 'evacuate');
  if (host !== null) {
    await findHost(deps.cells, request, host);
    if (host === instance.host) throw invalid("The target host can't be the same one. Name another host, or none.");
  }
  const unchecked = host !== null && (SINCE.force(version) ? force : !SINCE.checked(version));
  const candidates = unchecked
    ? [await hostInCell(deps, request, cellId, host)]
    : await choose(deps, request, instance, cellId, host);
  const [hostId, ...alternates] = candidates;
  const stopped = SINCE.stopped(version);
  await act(deps, request, POLICY, 'evacuate', { hostId, alternates, ...(stopped ? { stopped } : {}) });
  return SINCE.detected(version) ? undefined : { adminPass: password ?? newAdminPassword() };
}

async function choose(
  deps: ApiDeps,
  request: ApiRequest,
  instance: Instance,
  cellId: string,
  requestedHost: string | null,
): Promise<readonly string[]> {
  const { hosts } = await hostsOf(deps, request, cellId);
  const own = hosts.find(({ name }) => name === instance.host);
  if (own?.up === true) throw inUse(own);
  const { candidates } = await decideIn(deps, request, instance, instance.flavor, cellId, {
    requestedHost,
    schedulerHints: { ...instance.schedulerHints, [DIFFERENT_HOSTS_HINT]: [instance.host] },
  });
  if (candidates.length > 0) return candidates.map(({ hostId }) => hostId);
  const which = requestedHost === null ? 'No other host of its cell' : `Host ${requestedHost}, or its cell,`;
  throw invalid(`No valid host was found. ${which} cannot take the server now.`);
}

async function hostInCell(deps: ApiDeps, request: ApiRequest, cellId: string, name: string): Promise<string> {
  const { hosts } = await hostsOf(deps, request, cellId);
  const found = hosts.find((host) => host.name === name);
  if (found !== undefined) return found.id;
  throw invalid(`Host ${name} is in another cell. A server is evacuated only inside its cell.`);
}

const hostsOf = ({ cells }: ApiDeps, { requestId, signal }: ApiRequest, cellId: string) =>
  cells.of(cellId).door.listHosts({}, { requestId, signal });

const inUse = ({ name }: Host): VolvoxError =>
  invalid(
    `Compute service of ${name} is still in use. A server can be evacuated only from a host that is down: fence the host, then force its compute service down.`,
  );

const invalid = (message: string): VolvoxError => new VolvoxError('invalid', message);
