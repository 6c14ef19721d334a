import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { actionRoute } from '../../http/action-route.ts';
import { always } from '../../http/by-version.ts';
import { ignoredQuery } from '../../http/parameter-types.ts';
import { action, type Route, route } from '../../http/route.ts';
import { notSupported } from '../not-supported.ts';
import { PROXIES_UNTIL } from '../proxies.ts';
import { NODES_CHANGE, NODES_LIST, NODES_SHOW } from './policy.ts';

const SHARED = { until: PROXIES_UNTIL, query: ignoredQuery, response: always('empty' as const) };
const READ = { ...SHARED, method: 'GET', status: 501, handle: notSupported } as const;

/** Nova refuses changes of nodes and names the command of the bare metal service. */
const change = (command: string) => ({
  ...SHARED,
  status: 400,
  policy: NODES_CHANGE,
  summary: 'Never changed nodes: 400.',
  handle: (): never => {
    throw new VolvoxError(
      'invalid',
      `Command Not supported. Please use Ironic command ${command} to perform this action.`,
    );
  },
});

/** The proxy of bare metal nodes, as Nova answers where no bare metal service is set up. */
export const baremetalNodeRoutes: readonly Route[] = [
  route({
    ...READ,
    path: '/os-baremetal-nodes',
    policy: NODES_LIST,
    summary: 'Lists bare metal nodes: there is no bare metal service, 501.',
  }),
  route({
    ...READ,
    path: '/os-baremetal-nodes/:id',
    policy: NODES_SHOW,
    summary: 'Shows a bare metal node: there is no bare metal service, 501.',
  }),
  route({ ...change('node-create'), method: 'POST', path: '/os-baremetal-nodes' }),
  route({ ...change('node-delete'), method: 'DELETE', path: '/os-baremetal-nodes/:id' }),
  actionRoute('/os-baremetal-nodes/:id/action', [
    action({ ...change('port-create'), name: 'add_interface' }),
    action({ ...change('port-delete'), name: 'remove_interface' }),
  ]),
];
