import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { always } from '../../../http/by-version.ts';
import { ipAddress, object } from '../../../http/parameter-types.ts';
import { authorizeOwner, policy } from '../../../http/policy.ts';
import { action } from '../../../http/route.ts';
import { findInstance } from '../find-server.ts';
import type { ActDeps } from './act.ts';
import { namedBody } from './named-body.ts';

const UNTIL = 43;
const ADD = policy('os_compute_api:os-multinic:add');
const REMOVE = policy('os_compute_api:os-multinic:remove');

interface AddBody {
  readonly addFixedIp: { readonly networkId: string | number };
}
interface RemoveBody {
  readonly removeFixedIp: { readonly address: string };
}

const add = object({ networkId: { type: ['string', 'number'], minLength: 1, maxLength: 36 } }, ['networkId']);
const remove = object({ address: ipAddress }, ['address']);

/** The addresses of a port stay as they are while a server uses it, in the Network API as well. */
const FROZEN = 'The addresses of a port cannot change while a server uses it.';

export const addFixedIp = (deps: ActDeps) =>
  action<AddBody>({
    name: 'addFixedIp',
    until: UNTIL,
    policy: ADD,
    authorizes: 'handler',
    status: 202,
    body: always(namedBody('addFixedIp', add)),
    response: always('empty'),
    summary: 'Gives a server another address on a network: not possible while the port is in use, 400.',
    handle: async (request) => {
      const { caller, body, params } = request;
      const { uuid, ports } = authorizeOwner(ADD, caller, await findInstance(deps, request, params.id ?? ''));
      const networkId = String(body.addFixedIp.networkId);
      const port = ports.find((one) => one.networkId === networkId);
      if (port === undefined) {
        throw new VolvoxError('invalid', `Network ${networkId} is not associated with instance ${uuid}.`);
      }
      throw new VolvoxError('invalid', `No address of network ${networkId} can be added to port ${port.id}. ${FROZEN}`);
    },
  });

export const removeFixedIp = (deps: ActDeps) =>
  action<RemoveBody>({
    name: 'removeFixedIp',
    until: UNTIL,
    policy: REMOVE,
    authorizes: 'handler',
    status: 202,
    body: always(namedBody('removeFixedIp', remove)),
    response: always('empty'),
    summary: 'Takes an address from a server: not possible while the port is in use, 400.',
    handle: async (request) => {
      const { caller, body, params } = request;
      const { uuid, ports } = authorizeOwner(REMOVE, caller, await findInstance(deps, request, params.id ?? ''));
      const { address } = body.removeFixedIp;
      const port = ports.find(({ fixedIps }) => fixedIps.some((one) => one.address === address));
      if (port === undefined) {
        throw new VolvoxError('invalid', `Instance ${uuid} does not have fixed IP '${address}'.`);
      }
      throw new VolvoxError('invalid', `Address ${address} cannot be taken from port ${port.id}. ${FROZEN}`);
    },
  });
