import { actionRoute } from '../../http/action-route.ts';
import { always } from '../../http/by-version.ts';
import { HttpFault } from '../../http/http-fault.ts';
import { ignoredQuery } from '../../http/parameter-types.ts';
import { policy } from '../../http/policy.ts';
import { type Action, action, type Method, type Route, route } from '../../http/route.ts';

/** Operations that Nova once had and took away in all microversions: clients learn that from a 410, not from a 404. */
const GONE: readonly (readonly [path: string, ...methods: Method[]])[] = [
  ['/os-agents', 'GET', 'POST'],
  ['/os-agents/:id', 'PUT', 'DELETE'],
  ['/os-cells', 'GET', 'POST'],
  ['/os-cells/capacities', 'GET'],
  ['/os-cells/detail', 'GET'],
  ['/os-cells/info', 'GET'],
  ['/os-cells/sync_instances', 'POST'],
  ['/os-cells/:id', 'GET', 'PUT', 'DELETE'],
  ['/os-cells/:id/capacities', 'GET'],
  ['/os-certificates', 'POST'],
  ['/os-certificates/:id', 'GET'],
  ['/os-cloudpipe', 'GET', 'POST'],
  ['/os-cloudpipe/:id', 'PUT'],
  ['/os-fixed-ips/:id', 'GET'],
  ['/os-floating-ip-dns', 'GET'],
  ['/os-floating-ip-dns/:id', 'PUT', 'DELETE'],
  ['/os-floating-ip-dns/:id/entries/:name', 'GET', 'PUT', 'DELETE'],
  ['/os-floating-ips-bulk', 'GET', 'POST'],
  ['/os-floating-ips-bulk/:id', 'GET', 'PUT'],
  ['/os-fping', 'GET'],
  ['/os-fping/:id', 'GET'],
  ['/os-networks', 'POST'],
  ['/os-networks/add', 'POST'],
  ['/os-networks/:id', 'DELETE'],
  ['/os-security-group-default-rules', 'GET', 'POST'],
  ['/os-security-group-default-rules/:id', 'GET', 'DELETE'],
  ['/os-tenant-networks', 'POST'],
  ['/os-tenant-networks/:id', 'DELETE'],
  ['/servers/:id/consoles', 'GET', 'POST'],
  ['/servers/:id/consoles/:console', 'GET', 'DELETE'],
  ['/servers/:id/os-virtual-interfaces', 'GET'],
];

const GONE_ACTIONS: readonly (readonly [path: string, ...actions: string[]])[] = [
  ['/os-fixed-ips/:id/action', 'reserve', 'unreserve'],
  ['/os-networks/:id/action', 'disassociate', 'associate_host', 'disassociate_host', 'disassociate_project'],
];

const gone = (): never => {
  throw new HttpFault(410, 'This resource is no longer available. No forwarding address is given.');
};

/** Nova checks no rule before it says that something is gone. */
const GONE_POLICY = policy('os_compute_api:gone');
/** There is no success: these never answer with anything but a fault. */
const DECLARED = {
  summary: 'Taken away for good: 410.',
  policy: GONE_POLICY,
  query: ignoredQuery,
  status: 410,
  response: always('empty' as const),
  handle: gone,
};

/** An action that was taken away, among those of a path that is still there. */
export const goneAction = (name: string): Action => action({ ...DECLARED, name });

export const goneRoutes: readonly Route[] = [
  ...GONE.flatMap(([path, ...methods]) => methods.map((method) => route({ ...DECLARED, method, path }))),
  ...GONE_ACTIONS.map(([path, ...names]) => actionRoute(path, names.map(goneAction))),
];
