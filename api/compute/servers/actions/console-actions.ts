import type { ApiDeps } from '../../../deps.ts';
import { always } from '../../../http/by-version.ts';
import { object } from '../../../http/parameter-types.ts';
import { oneOf } from '../../../http/response-types.ts';
import { type Action, action } from '../../../http/route.ts';
import { openConsole, type Protocol, REMOTE_CONSOLES } from '../consoles/open-console.ts';
import { consoleResponse } from '../consoles/schema.ts';
import { namedBody } from './named-body.ts';

/** The last microversion that has an action for each console; `POST …/remote-consoles` came after it. */
const UNTIL = 5;

type Console = readonly [name: string, protocol: Protocol, types: readonly string[]];

const CONSOLES: readonly Console[] = [
  ['os-getVNCConsole', 'vnc', ['novnc', 'xvpvnc']],
  ['os-getSPICEConsole', 'spice', ['spice-html5']],
  ['os-getSerialConsole', 'serial', ['serial']],
  ['os-getRDPConsole', 'rdp', ['rdp-html5']],
];

/** Until 2.5: an action for each kind of console. */
export const consoleActions: readonly ((deps: ApiDeps) => Action)[] = CONSOLES.map(
  ([name, protocol, types]) =>
    (deps) =>
      action<Readonly<Record<string, { readonly type: string }>>>({
        name,
        until: UNTIL,
        policy: REMOTE_CONSOLES,
        authorizes: 'handler',
        status: 200,
        body: always(namedBody(name, object({ type: oneOf(...types) }, ['type']))),
        response: always(consoleResponse),
        summary: `Opens a console of a server: ${types.join(' or ')}.`,
        handle: async (request) => {
          const type = request.body[name]?.type ?? '';
          return { console: { type, url: await openConsole(deps, request, { protocol, type }) } };
        },
      }),
);
