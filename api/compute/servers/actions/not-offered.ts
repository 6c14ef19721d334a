import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { always } from '../../../http/by-version.ts';
import { authorize, type Policy, policy } from '../../../http/policy.ts';
import { type Action, action } from '../../../http/route.ts';
import { findServer } from '../find-server.ts';
import type { ActDeps } from './act.ts';
import { looseBody } from './named-body.ts';

const CONSOLE = 'Consoles of this type are not available here.';
const CONSOLES = policy('os_compute_api:os-remote-consoles');

type Ended = readonly [name: string, until: number, policy: Policy, why: string];

/** Actions that Nova removed at a microversion: consoles of drivers that Volvox does not have. */
const ENDED: readonly Ended[] = [
  ['os-getVNCConsole', 5, CONSOLES, CONSOLE],
  ['os-getSPICEConsole', 5, CONSOLES, CONSOLE],
  ['os-getSerialConsole', 5, CONSOLES, CONSOLE],
  ['os-getRDPConsole', 5, CONSOLES, CONSOLE],
];

/** Answers 404 above the last microversion of an action, and 400 up to it. A missing server is 404 in any case. */
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
