import { routerOfOutsideName } from '../../names.ts';
import type { ObservedRouter } from '../../observed-host.ts';
import { type HostSetup, routerOfNamespace } from './host-setup.ts';
import type { Link } from './links.ts';
import { notedRouter } from './router-files.ts';

/** The routers of which anything stands, as far as it is seen without a look into their namespaces. */
export async function observedRouters(
  setup: HostSetup,
  namespaces: readonly string[],
  outside: readonly Link[],
): Promise<readonly Omit<ObservedRouter, 'inside'>[]> {
  const ends = new Map(
    outside.flatMap((link) => {
      const router = routerOfOutsideName(link.ifname);
      return router === null ? [] : [[router, link.flags.includes('UP')] as const];
    }),
  );
  const named = namespaces.flatMap((name) => routerOfNamespace(setup, name) ?? []);
  const routers = [...new Set([...named, ...ends.keys()])].sort();
  return Promise.all(
    routers.map(async (router) => {
      const noted = await notedRouter(setup, router);
      return { router, slot: noted?.slot ?? null, form: noted?.form ?? null, outside: ends.get(router) === true };
    }),
  );
}
