import {
  addFlavorAccess,
  getFlavor,
  listFlavorAccess,
  removeFlavorAccess,
} from '#platform/directory/stores/flavors.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../deps.ts';
import { actionRoute } from '../../http/action-route.ts';
import { noQuery } from '../../http/parameter-types.ts';
import { action, type Route, route } from '../../http/route.ts';
import { since } from '../../http/since.ts';
import { ACCESS_ADD, ACCESS_INDEX, ACCESS_REMOVE } from './policy.ts';
import { addTenantAccessBody, flavorAccessResponse, removeTenantAccessBody } from './schema.ts';
import { flavorAccess } from './view.ts';

const SINCE = since({ publicIsRefused: 7 });

interface Tenant {
  readonly tenant: string;
}

export function flavorAccessRoutes({ directory }: Pick<ApiDeps, 'directory'>): readonly Route[] {
  const accessOf = async (id: string) => flavorAccess(id, await listFlavorAccess(directory.read, id));

  return [
    route({
      method: 'GET',
      path: '/flavors/:id/os-flavor-access',
      summary: 'Lists the projects that may use a flavor that is not public.',
      policy: ACCESS_INDEX,
      query: noQuery,
      response: flavorAccessResponse,
      handle: async ({ params, caller }) => {
        const flavor = await getFlavor(directory.read, params.id ?? '', caller);
        if (flavor.isPublic)
          throw new VolvoxError(
            'not-found',
            `Access list not available for public flavors. Flavor ${flavor.id} is public; every project may use it.`,
          );
        return accessOf(flavor.id);
      },
    }),
    actionRoute('/flavors/:id/action', [
      action<{ readonly addTenantAccess: Tenant }>({
        name: 'addTenantAccess',
        summary: 'Lets a project use the flavor.',
        policy: ACCESS_ADD,
        body: addTenantAccessBody,
        response: flavorAccessResponse,
        handle: async ({ params, caller, version, body }) => {
          const flavor = await getFlavor(directory.read, params.id ?? '', caller);
          if (SINCE.publicIsRefused(version) && flavor.isPublic)
            throw new VolvoxError(
              'conflict',
              `Can not add access to a public flavor. Flavor ${flavor.id} is public; every project may use it.`,
            );
          await directory.transaction((tx) => addFlavorAccess(tx, flavor.id, body.addTenantAccess.tenant));
          return accessOf(flavor.id);
        },
      }),
      action<{ readonly removeTenantAccess: Tenant }>({
        name: 'removeTenantAccess',
        summary: 'Removes the access of a project to the flavor.',
        policy: ACCESS_REMOVE,
        body: removeTenantAccessBody,
        response: flavorAccessResponse,
        handle: async ({ params, body }) => {
          const id = params.id ?? '';
          await directory.transaction((tx) => removeFlavorAccess(tx, id, body.removeTenantAccess.tenant));
          return accessOf(id);
        },
      }),
    ]),
  ];
}
