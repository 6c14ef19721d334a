import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { always } from '../../../http/by-version.ts';
import { ipAddress, object } from '../../../http/parameter-types.ts';
import { authorizeOwner } from '../../../http/policy.ts';
import { action } from '../../../http/route.ts';
import { FLOATING_IPS_ADD, FLOATING_IPS_REMOVE } from '../../floating-ips/policy.ts';
import { findInstance } from '../find-server.ts';
import type { ActDeps } from './act.ts';
import { namedBody } from './named-body.ts';

/** These proxies lived longer than the list of floating addresses. */
const UNTIL = 43;

interface AddBody {
  readonly addFloatingIp: { readonly address: string; readonly fixed_address?: string };
}
interface RemoveBody {
  readonly removeFloatingIp: { readonly address: string };
}

const add = object({ address: ipAddress, fixed_address: ipAddress }, ['address']);
const remove = object({ address: ipAddress }, ['address']);

/** The Network API has no floating addresses yet, so no request gets further than the search for its address. */
export const addFloatingIp = (deps: ActDeps) =>
  action<AddBody>({
    name: 'addFloatingIp',
    until: UNTIL,
    policy: FLOATING_IPS_ADD,
    authorizes: 'handler',
    status: 202,
    body: always(namedBody('addFloatingIp', add)),
    response: always('empty'),
    summary: 'Gives a server a floating address: there are none, 404.',
    handle: async (request) => {
      const { caller, body, params } = request;
      const found = await findInstance(deps, request, params.id ?? '');
      const { fixed_address: fixed, address } = body.addFloatingIp;
      requireFixedAddress(authorizeOwner(FLOATING_IPS_ADD, caller, found), address, fixed);
      throw new VolvoxError('not-found', `floating IP not found: ${address}`);
    },
  });

export const removeFloatingIp = (deps: ActDeps) =>
  action<RemoveBody>({
    name: 'removeFloatingIp',
    until: UNTIL,
    policy: FLOATING_IPS_REMOVE,
    authorizes: 'handler',
    status: 202,
    body: always(namedBody('removeFloatingIp', remove)),
    response: always('empty'),
    summary: 'Takes a floating address from a server: there are none, 404.',
    handle: async (request) => {
      authorizeOwner(FLOATING_IPS_REMOVE, request.caller, await findInstance(deps, request, request.params.id ?? ''));
      const { address } = request.body.removeFloatingIp;
      throw new VolvoxError('not-found', `Floating IP not found for address ${address}.`);
    },
  });

/** @throws VolvoxError invalid when the server has no fixed address that the floating one could lead to. */
function requireFixedAddress({ uuid, ports }: Instance, floating: string, fixed: string | undefined): void {
  const invalid = (message: string) => new VolvoxError('invalid', message);
  if (ports.length === 0) throw invalid('Instance network is not ready yet. The server has no port; attach one first.');
  const addresses = ports.flatMap(({ fixedIps }) => fixedIps.map(({ address }) => address));
  if (addresses.length === 0)
    throw invalid('No fixed IPs associated to instance. Attach a port that has an address first.');
  if (fixed !== undefined && !addresses.includes(fixed)) {
    throw invalid(`Specified fixed address not assigned to instance: fixed_address '${fixed}'`);
  }
  if (fixed === undefined && addresses.every((address) => address.includes(':'))) {
    throw invalid(
      `Unable to associate floating IP ${floating} to any fixed IPs for instance ${uuid}. Instance has no fixed IPv4 addresses to associate.`,
    );
  }
}
