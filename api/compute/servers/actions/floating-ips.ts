import { isIPv4 } from 'node:net';
import type { FloatingIpRecord } from '#platform/directory/stores/floating-ips.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { canonicalIp } from '#platform/objects/ip-address.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../../deps.ts';
import { always } from '../../../http/by-version.ts';
import { ipAddress, object } from '../../../http/parameter-types.ts';
import { type Authorizing, authorizeOwner } from '../../../http/policy.ts';
import { action } from '../../../http/route.ts';
import { changeFloatingIp } from '../../../network/floatingips/change-floating-ip.ts';
import { FLOATING_IPS_ADD, FLOATING_IPS_REMOVE } from '../../floating-ips/policy.ts';
import { ownFloatingIps } from '../../floating-ips/view.ts';
import { findInstance } from '../find-server.ts';
import type { ActDeps } from './act.ts';
import { namedBody } from './named-body.ts';

/** These proxies lived longer than the list of floating addresses. */
const UNTIL = 43;

type Deps = ActDeps & Pick<ApiDeps, 'clock'>;

interface AddBody {
  readonly addFloatingIp: { readonly address: string; readonly fixed_address?: string };
}
interface RemoveBody {
  readonly removeFloatingIp: { readonly address: string };
}

const add = object({ address: ipAddress, fixed_address: ipAddress }, ['address']);
const remove = object({ address: ipAddress }, ['address']);

export const addFloatingIp = (deps: Deps) =>
  action<AddBody>({
    name: 'addFloatingIp',
    until: UNTIL,
    policy: FLOATING_IPS_ADD,
    authorizes: 'handler',
    status: 202,
    body: always(namedBody('addFloatingIp', add)),
    response: always('empty'),
    summary: 'Leads a floating address to a server.',
    handle: async (request) => {
      const { caller, body, params } = request;
      const found = await findInstance(deps, request, params.id ?? '');
      const instance = authorizeOwner(FLOATING_IPS_ADD, caller, found);
      const { fixed_address: fixed, address } = body.addFloatingIp;
      const { portId, fixedAddress } = fixedAddressOf(instance, address, fixed);
      const { id } = await byAddress(deps, caller, address, `floating IP not found: ${address}`);
      const given = { port_id: portId, fixed_ip_address: fixedAddress };
      await change(deps, caller, id, given).catch((error: unknown) => {
        throw isRefusal(error)
          ? new VolvoxError(
              'invalid',
              `Unable to associate floating IP ${address} to fixed IP ${fixedAddress} for instance ${instance.uuid}. Error: ${error.message}`,
              { cause: error },
            )
          : error;
      });
    },
  });

export const removeFloatingIp = (deps: Deps) =>
  action<RemoveBody>({
    name: 'removeFloatingIp',
    until: UNTIL,
    policy: FLOATING_IPS_REMOVE,
    authorizes: 'handler',
    status: 202,
    body: always(namedBody('removeFloatingIp', remove)),
    response: always('empty'),
    summary: 'Takes a floating address from a server.',
    handle: async (request) => {
      const { caller, body, params } = request;
      const found = await findInstance(deps, request, params.id ?? '');
      const { ports, uuid } = authorizeOwner(FLOATING_IPS_REMOVE, caller, found);
      const { address } = body.removeFloatingIp;
      const { id } = await byAddress(deps, caller, address, `Floating IP not found for address ${address}.`);
      const isItsOwn = ({ fixedPortId }: FloatingIpRecord) => ports.some((port) => port.id === fixedPortId);
      await change(deps, caller, id, { port_id: null }, (locked) => {
        if (!isItsOwn(locked))
          throw new VolvoxError('conflict', `Floating IP ${address} is not associated with instance ${uuid}.`);
      });
    },
  });

/** @throws VolvoxError not-found also when it is another project's; conflict when several external networks have the address. */
async function byAddress(
  deps: Deps,
  caller: Authorizing,
  address: string,
  notFound: string,
): Promise<FloatingIpRecord> {
  const [found, ...others] = await ownFloatingIps(deps, caller, canonicalIp(address) ?? address);
  if (found === undefined) throw new VolvoxError('not-found', notFound);
  if (others.length === 0) return found;
  throw new VolvoxError('conflict', `Multiple floating IPs are found for address ${address}.`);
}

const change = (
  { directory, clock }: Deps,
  caller: Authorizing,
  id: string,
  given: Parameters<typeof changeFloatingIp>[3],
  check: (locked: FloatingIpRecord) => void = () => undefined,
): Promise<void> =>
  directory.transaction((tx) => changeFloatingIp(tx, caller, id, given, { now: timestamp(clock.now()), check }));

const isRefusal = (error: unknown): error is VolvoxError =>
  isVolvoxError(error, 'invalid') || isVolvoxError(error, 'conflict') || isVolvoxError(error, 'not-found');

/**
 * The fixed address of the server to which the floating address leads: the requested one, or its first of IPv4.
 * @throws VolvoxError invalid when the server does not have the requested address, or has none of IPv4.
 */
function fixedAddressOf(
  { uuid, ports }: Instance,
  floating: string,
  asked: string | undefined,
): { readonly portId: string; readonly fixedAddress: string } {
  const invalid = (message: string) => new VolvoxError('invalid', message);
  if (ports.length === 0) throw invalid('Instance network is not ready yet. The server has no port; attach one first.');
  const own = ports.flatMap(({ id, fixedIps }) =>
    fixedIps.map(({ address }) => ({ portId: id, fixedAddress: address })),
  );
  if (own.length === 0) throw invalid('No fixed IPs associated to instance. Attach a port that has an address first.');
  const chosen = own.find(({ fixedAddress }) => (asked === undefined ? isIPv4(fixedAddress) : fixedAddress === asked));
  if (chosen !== undefined) return chosen;
  throw asked === undefined
    ? invalid(
        `Unable to associate floating IP ${floating} to any fixed IPs for instance ${uuid}. Instance has no fixed IPv4 addresses to associate.`,
      )
    : invalid(`Specified fixed address not assigned to instance: fixed_address '${asked}'`);
}
