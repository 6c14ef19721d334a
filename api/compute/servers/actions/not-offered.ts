import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { always } from '../../../http/by-version.ts';
import { authorize, MEMBER, type Policy, policy } from '../../../http/policy.ts';
import { type Action, action } from '../../../http/route.ts';
import { findServer } from '../find-server.ts';
import type { ActDeps } from './act.ts';
import { looseBody } from './named-body.ts';

const NETWORK = 'Addresses are given to servers by the network API.';
const CONSOLE = 'Consoles of this type are not available here.';
const CONSOLES = policy('os_compute_api:os-remote-consoles', MEMBER);

type Ended = readonly [name: string, until: number, policy: Policy, why: string];

/** Actions that Nova ended at a microversion and that were proxies, or consoles of drivers that are not here. */
const ENDED: readonly Ended[] = [
  ['addFloatingIp', 43, policy('os_compute_api:os-floating-ips:add', MEMBER), NETWORK],
  ['removeFloatingIp', 43, policy('os_compute_api:os-floating-ips:remove', MEMBER), NETWORK],
  ['addFixedIp', 43, policy('os_compute_api:os-multinic:add', MEMBER), NETWORK],
  ['removeFixedIp', 43, policy('os_compute_api:os-multinic:remove', MEMBER), NETWORK],
  ['os-getVNCConsole', 5, CONSOLES, CONSOLE],
  ['os-getSPICEConsole', 5, CONSOLES, CONSOLE],
  ['os-getSerialConsole', 5, CONSOLES, CONSOLE],
  ['os-getRDPConsole', 5, CONSOLES, CONSOLE],
];

/** 404 above the microversion that Nova ended them with; before it 400, since they are not offered. A missing server is 404 in any case. */
export const notOffered: readonly ((deps: ActDeps) => Action)[] = ENDED.map(
  ([name, until, rule, why]) =>
    (deps) =>
      action({
        name,
        until,
        policy: rule,
        authorizes: 'handler',
        status: 202,
        body: always(looseBody(name)),
        response: always('empty'),
        summary: `Not offered. ${why}`,
        handle: async (request) => {
          const found = await findServer(deps, request, request.params.id ?? '');
          const { projectId } = found.kind === 'silent' ? found.home : found.instance;
          authorize(rule, request.caller, { projectId });
          throw new VolvoxError('invalid', why);
        },
      }),
);
