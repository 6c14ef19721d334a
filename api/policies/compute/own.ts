import { ANYBODY, open, type RuleTable, rule } from '../rule.ts';

/** Rules that Nova does not have: what it lets everybody do without asking. */
export const OWN_COMPUTE_RULES = {
  'os_compute_api:versions': open(
    'List the versions of the Compute API',
    'GET /',
    'GET /v2.1',
    'GET /v2',
    'GET /versions/{id}',
  ),
  'os_compute_api:flavors:index': rule(ANYBODY, 'List flavors', 'GET /flavors', 'GET /flavors/detail'),
  'os_compute_api:flavors:show': rule(ANYBODY, 'Show a flavor', 'GET /flavors/{id}'),
  /** Nova refuses every change before it looks at a rule. */
  'os_compute_api:os-baremetal-nodes:change': {
    ...rule(
      ANYBODY,
      'Learn that bare metal nodes cannot be changed here',
      'POST /os-baremetal-nodes',
      'DELETE /os-baremetal-nodes/{id}',
      'POST /os-baremetal-nodes/{id}/action add_interface',
      'POST /os-baremetal-nodes/{id}/action remove_interface',
    ),
    fixed: true,
  },
  /** Nova checks no rule before it says that something is gone. */
  'os_compute_api:gone': { ...rule(ANYBODY, 'Learn that an operation was taken away for good'), fixed: true },
} as const satisfies RuleTable;
