import { open, type RuleTable, rule } from './rule.ts';

const admin = (description: string, ...operations: readonly string[]) =>
  rule('rule:admin_required', description, ...operations);
const CELL = '/v1/cells/{cell}';

/** The Federation API, which only operators use. */
export const FEDERATION_RULES = {
  'federation:versions:show': open('List the versions of the Federation API', 'GET /', 'GET /v1'),
  'federation:cells:list': admin('List cells', 'GET /v1/cells'),
  'federation:cells:show': admin('Show a cell', `GET ${CELL}`),
  'federation:cells:add': admin('Add a cell', 'POST /v1/cells'),
  'federation:cells:change': admin('Change a cell', `PATCH ${CELL}`),
  'federation:cells:enable': admin('Let a cell take servers', `POST ${CELL}/enable`),
  'federation:cells:disable': admin('Let a cell take no more servers', `POST ${CELL}/disable`),
  'federation:cells:rotate-key': admin('Give a cell a new signing key', `POST ${CELL}/rotate-key`),
  'federation:networks:show': admin('Show a network with its routers, ports, cells and hosts', 'GET /v1/networks/{id}'),
  'federation:networks:trace': admin('Follow a packet from a port', 'POST /v1/traces'),
  'federation:hosts:list': admin('List hosts', 'GET /v1/hosts'),
  'federation:hosts:token': admin('Make a token with which a host joins a cell', `POST ${CELL}/join-tokens`),
  'federation:hosts:revoke': admin('Revoke the key of a host', `POST ${CELL}/hosts/{host}/revoke`),
  'federation:operations:list': admin('List operations', 'GET /v1/operations'),
  'federation:operations:show': admin('Show an operation', 'GET /v1/operations/{id}'),
  'federation:operations:resolve': admin('Decide a blocked operation', 'POST /v1/operations/{id}/resolve'),
  'federation:decisions:show': admin('Show why a server is where it is', 'GET /v1/servers/{id}/decision'),
  'federation:simulations:run': admin(
    'Simulate the loss of a cell, more hosts or other multipliers',
    'POST /v1/simulations',
  ),
  'federation:moves:list': admin('List moves between cells', 'GET /v1/moves'),
  'federation:moves:show': admin('Show a move', 'GET /v1/moves/{id}'),
  'federation:moves:begin': admin('Move a server to another cell', 'POST /v1/moves'),
  'federation:moves:abort': admin('Abort a move', 'POST /v1/moves/{id}/abort'),
  'federation:findings:list': admin('List what auditors found', 'GET /v1/findings'),
  'federation:aside:list': admin('List guests in quarantine', 'GET /v1/aside'),
  'federation:aside:forget': admin('Forget a guest in quarantine', 'DELETE /v1/aside/{cell}/{uuid}/{epoch}'),
} as const satisfies RuleTable;
