import { ATTACH_INTERFACE, DETACH_INTERFACE } from '#platform/contracts/global-operations.ts';
import { acceptAttachment, acceptDetachment, stateOfOperation } from '#platform/directory/stores/interface-changes.ts';
import { resolveNetworks } from '#platform/directory/stores/server-networks.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { ATTACH_INTERFACE_RULE, DETACH_INTERFACE_RULE } from '#platform/states/interface-rules.ts';
import { lockedInstance } from '#platform/states/locked-instance.ts';
import type { ApiDeps } from '../../../deps.ts';
import { always } from '../../../http/by-version.ts';
import { ignoredQuery } from '../../../http/parameter-types.ts';
import { authorizeOwner, type Policy } from '../../../http/policy.ts';
import { type ApiRequest, type Route, route } from '../../../http/route.ts';
import { mustAllow } from '../actions/must-allow.ts';
import { placedServer } from '../actions/placed-server.ts';
import * as policies from '../policy.ts';
import { ATTACH, type AttachBody } from './attach-schema.ts';
import { interfaceView } from './interface-view.ts';
import { interfaceResponse } from './schema.ts';

/** How often the end of an attachment is looked for, ms. */
const LOOK_EVERY_MS = 100;
/** How long a caller waits for an attachment, ms. */
const MAX_WAIT_MS = 25_000;

/** `POST` and `DELETE` of the ports of a server. */
export const interfaceChangeRoutes = (deps: ApiDeps): readonly Route[] => [
  route<AttachBody>({
    method: 'POST',
    path: '/servers/:id/os-interface',
    summary: 'Attaches a port to a server, or makes one on a network and attaches it.',
    policy: policies.INTERFACES_CREATE,
    authorizes: 'handler',
    body: ATTACH,
    response: interfaceResponse,
    handle: (request) => attach(deps, request),
  }),
  route({
    method: 'DELETE',
    path: '/servers/:id/os-interface/:port',
    query: ignoredQuery,
    summary: 'Takes a port from a server. One that was made for the server is deleted.',
    policy: policies.INTERFACES_DELETE,
    authorizes: 'handler',
    status: 202,
    response: always('empty'),
    handle: (request) => detach(deps, request),
  }),
];

/** Answers when the server has the port. @throws VolvoxError invalid, conflict, not-found; deadline-exceeded: it is still being attached. */
async function attach(deps: ApiDeps, request: ApiRequest<AttachBody>): Promise<unknown> {
  const { directory, waker, clock } = deps;
  const { interfaceAttachment: asked = {} } = request.body;
  if (asked.net_id !== undefined && asked.port_id !== undefined) {
    throw new VolvoxError('invalid', 'Must not input both network_id and port_id: give net_id or port_id, not both.');
  }
  const fixedIp = asked.fixed_ips?.[0]?.ip_address ?? null;
  if (fixedIp !== null && asked.net_id === undefined) {
    throw new VolvoxError('invalid', 'Must input network_id when request IP address: fixed_ips needs net_id.');
  }
  const instance = await changedServer(deps, request, policies.INTERFACES_CREATE, 'attach_interface');
  mustAllow(whileOthersChange(ATTACH_INTERFACE_RULE), instance, 'attach_interface');
  const entry = {
    networkId: asked.net_id ?? null,
    portId: asked.port_id ?? null,
    fixedIp,
    tag: asked.tag ?? null,
  };
  const isOpen = entry.networkId === null && entry.portId === null;
  const [resolved] = await resolveNetworks(directory.read, request.caller, isOpen ? 'default' : [entry]);
  if (resolved === undefined) {
    throw new VolvoxError(
      'invalid',
      'No network was found to attach to; name one with net_id, or a port with port_id.',
    );
  }
  const tagged = isOpen ? { ...resolved, tag: entry.tag } : resolved;
  const asker = { ...askerOf(request, instance), serverProjectId: instance.projectId };
  const { operationId, port } = await directory.transaction((tx) => acceptAttachment(tx, asker, tagged, clock.now()));
  void waker.wake(ATTACH_INTERFACE.queue, [operationId]);
  await untilDone(deps, request, operationId);
  return { interfaceAttachment: interfaceView(port, request) };
}

async function detach(deps: ApiDeps, request: ApiRequest): Promise<undefined> {
  const { directory, waker, clock } = deps;
  const portId = request.params.port ?? '';
  const instance = await changedServer(deps, request, policies.INTERFACES_DELETE, 'detach_interface');
  mustAllow(whileOthersChange(DETACH_INTERFACE_RULE), instance, 'detach_interface');
  if (!instance.ports.some(({ id }) => id === portId)) {
    throw new VolvoxError(
      'not-found',
      `Port id ${portId} could not be found in the interfaces of instance ${instance.uuid}.`,
    );
  }
  const asker = askerOf(request, instance);
  const id = await directory.transaction((tx) => acceptDetachment(tx, asker, portId, clock.now()));
  void waker.wake(DETACH_INTERFACE.queue, [id]);
  return undefined;
}

async function changedServer(deps: ApiDeps, request: ApiRequest, policy: Policy, method: string): Promise<Instance> {
  const { instance } = await placedServer(deps, request, method);
  authorizeOwner(policy, request.caller, instance);
  if (instance.lockedBy !== null && !request.caller.isAdmin) {
    throw lockedInstance(instance.uuid);
  }
  return instance;
}

/** Changes of the ports of one server take turns; nobody is refused because of another one. */
const whileOthersChange = (rule: typeof ATTACH_INTERFACE_RULE): typeof ATTACH_INTERFACE_RULE => ({
  ...rule,
  taskStates: ['attaching-interface', 'detaching-interface'],
});

const askerOf = ({ caller, requestId }: ApiRequest, { uuid }: Instance) => ({
  ...{ uuid, requestId },
  ...{ projectId: caller.projectId, userId: caller.userId, isAdmin: caller.isAdmin },
});

async function untilDone(
  { directory, clock }: ApiDeps,
  { signal, params }: ApiRequest,
  operationId: string,
): Promise<void> {
  for (const end = clock.now() + MAX_WAIT_MS; clock.now() < end; await clock.sleep(LOOK_EVERY_MS, signal)) {
    const operation = await stateOfOperation(directory.read, operationId);
    if (operation?.state === 'done') return;
    if (operation?.state === 'undone') {
      throw new VolvoxError(
        'conflict',
        `Failed to attach network adapter device to ${params.id}: ${operation.message ?? 'the cell could not do it'}`,
      );
    }
  }
  throw new VolvoxError(
    'deadline-exceeded',
    `The port is still being attached to ${params.id} (operation ${operationId}); look at its os-interface later.`,
  );
}
