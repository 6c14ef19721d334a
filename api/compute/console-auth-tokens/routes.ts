import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { openedBy } from '../../consoles/check-token.ts';
import type { ApiDeps } from '../../deps.ts';
import { mapVersions } from '../../http/by-version.ts';
import { HttpFault } from '../../http/http-fault.ts';
import { noQuery, string } from '../../http/parameter-types.ts';
import { policy } from '../../http/policy.ts';
import { integer, integerOrNull, shape, shapes, stringOrNull } from '../../http/response-types.ts';
import { type Route, route } from '../../http/route.ts';
import { since } from '../../http/since.ts';

const TOKENS = policy('os_compute_api:os-console-auth-tokens');
const SINCE = since({ everyType: 31, tlsPort: 99 });

const members = {
  1: { instance_uuid: string, host: string, port: integer, internal_access_path: stringOrNull },
  99: { tls_port: integerOrNull },
};

/**
 * `/os-console-auth-tokens/{token}`: where the console of a token is. Consoles listen on no port, so `port` is 0, and `internal_access_path` names
 * the guest and its socket.
 */
export const consoleAuthTokenRoutes = ({ directory, clock }: ApiDeps): readonly Route[] => [
  route({
    method: 'GET',
    path: '/os-console-auth-tokens/:token',
    summary: 'Shows which console a token opens.',
    policy: TOKENS,
    query: noQuery,
    response: mapVersions(shapes(members), (console) => shape({ console })),
    handle: async ({ params, version }) => {
      const found = await openedBy(directory, params.token ?? '', clock.now());
      if (found === null)
        throw new VolvoxError(
          'not-found',
          'Token not found. The console token of the path is unknown or has expired; ask for another console.',
        );
      // Until 2.30 for consoles of the type rdp-html5 only, which nobody has here.
      if (!SINCE.everyType(version)) {
        throw new HttpFault(401, 'The requested console type details are not accessible');
      }
      return {
        console: {
          instance_uuid: found.instanceUuid,
          host: found.host,
          port: 0,
          internal_access_path: `${found.guestId}/${found.type}`,
          ...(SINCE.tlsPort(version) ? { tls_port: null } : {}),
        },
      };
    },
  }),
];
