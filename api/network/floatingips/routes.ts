import type { DirectoryTx } from '#platform/directory/directory.ts';
import {
  type FloatingIpRecord,
  getFloatingIp,
  listFloatingIps,
  lockFloatingIp,
} from '#platform/directory/stores/floating-ips.ts';
import { requireNetworkQuota } from '#platform/directory/stores/network-quotas.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { type Authorizing, authorize, authorizeOwner } from '../../http/policy.ts';
import { type Route, route } from '../../http/route.ts';
import { requiredRevision } from '../if-match.ts';
import { deleteRoute, listRoute, nounOf, showRoute } from '../noun-routes.ts';
import { ownerOf } from '../policy.ts';
import { refusePolicyOf } from '../qos/chosen-policy.ts';
import { type Created, readCreate } from '../request-types.ts';
import { changeFloatingIp, giveFloatingIpBack } from './change-floating-ip.ts';
import * as policies from './policy.ts';
import * as schemas from './schema.ts';
import { takeFloatingIp } from './take-floating-ip.ts';
import { floatingIpViews } from './view.ts';

const PATH = '/v2.0/floatingips';

/** Floating addresses: `GET`, `POST`, `PUT`, `DELETE` under `/v2.0/floatingips`. */
export function floatingIpRoutes({ directory, clock }: Pick<ApiDeps, 'directory' | 'clock'>): readonly Route[] {
  const now = () => timestamp(clock.now());
  const show = async (caller: Authorizing, id: string) => {
    const [floatingip] = await floatingIpViews(directory.read, [await getFloatingIp(directory.read, caller, id)]);
    return { floatingip };
  };
  const takeAll = async (
    tx: DirectoryTx,
    caller: Authorizing,
    items: readonly { readonly given: schemas.NewFloatingIp; readonly owner: string }[],
  ) => {
    await requireNetworkQuota(
      tx,
      'floatingip',
      items.map(({ owner }) => owner),
    );
    const taken: FloatingIpRecord[] = [];
    for (const { given, owner } of items) taken.push(await takeFloatingIp(tx, caller, given, owner, now()));
    return taken;
  };

  const noun = nounOf({
    one: 'floatingip',
    many: 'floatingips',
    path: 'floatingips',
    policy: policies.GET_FLOATING_IP,
    attributes: schemas.FLOATING_IP_ATTRIBUTES,
    query: schemas.listFloatingIpsQuery,
    responses: { list: schemas.listFloatingIpsResponse, show: schemas.showFloatingIpResponse },
    list: ({ caller }, listing) => listFloatingIps(directory.read, caller, listing),
    get: (caller, id) => getFloatingIp(directory.read, caller, id),
    views: (rows) => floatingIpViews(directory.read, rows),
  });

  return [
    listRoute(noun, 'Lists floating addresses.'),
    route<Created<schemas.NewFloatingIp>>({
      method: 'POST',
      path: PATH,
      summary: 'Takes a floating address, or several, from an external network.',
      policy: policies.CREATE_FLOATING_IP,
      authorizes: 'handler',
      body: schemas.createFloatingIpBody,
      status: 201,
      response: schemas.createFloatingIpResponse,
      handle: async ({ body, caller }) => {
        const { items, answer } = readCreate(body, 'floatingip', 'floatingips');
        const owned = items.map((given) => {
          refusePolicyOf('a floating address', given);
          if ((given.floating_ip_address ?? null) !== null) authorize(policies.CHOOSE_ADDRESS, caller);
          return { given, owner: ownerOf(policies.CREATE_FLOATING_IP, caller, given) };
        });
        const taken = await directory.transaction((tx) => takeAll(tx, caller, owned));
        return answer(await floatingIpViews(directory.read, taken.map(shownAs)));
      },
    }),
    showRoute(noun, 'Shows a floating address.'),
    route<schemas.FloatingIpUpdate>({
      method: 'PUT',
      path: `${PATH}/:id`,
      summary: 'Changes a floating address: leads it to a port, or to none.',
      policy: policies.UPDATE_FLOATING_IP,
      authorizes: 'handler',
      body: schemas.updateFloatingIpBody,
      response: schemas.showFloatingIpResponse,
      handle: async ({ body: { floatingip: given }, caller, headers, params: { id = '' } }) => {
        refusePolicyOf('a floating address', given);
        const checkRevision = requiredRevision(headers);
        const check = (locked: FloatingIpRecord) =>
          checkRevision(authorizeOwner(policies.UPDATE_FLOATING_IP, caller, locked));
        await directory.transaction((tx) => changeFloatingIp(tx, caller, id, given, { now: now(), check }));
        return show(caller, id);
      },
    }),
    deleteRoute(noun, {
      summary: 'Gives a floating address back.',
      policy: policies.DELETE_FLOATING_IP,
      directory,
      lock: lockFloatingIp,
      remove: giveFloatingIpBack,
    }),
  ];
}

/** As it was written down. */
const shownAs = (made: FloatingIpRecord): FloatingIpRecord => ({
  ...made,
  status: made.routerId === null ? 'DOWN' : 'ACTIVE',
});
