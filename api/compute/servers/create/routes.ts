import type { ApiDeps } from '../../../deps.ts';
import { isTrue } from '../../../http/parameter-types.ts';
import { Answer, type ApiRequest, type Route, route } from '../../../http/route.ts';
import { CREATE } from '../policy.ts';
import { createAccept } from './accept.ts';
import { createServers } from './create-servers.ts';
import { newAdminPassword } from './random-texts.ts';
import { CREATE_SERVER, type CreateServerBody, createdServerResponse } from './schema.ts';

/** `POST /servers` */
export function createRoutes(deps: ApiDeps): readonly Route[] {
  const creating = { ...deps, accept: createAccept(deps.directory, deps.clock) };
  return [
    route<CreateServerBody>({
      method: 'POST',
      path: '/servers',
      policy: CREATE,
      response: createdServerResponse,
      status: 202,
      body: CREATE_SERVER,
      findsEarlierWork: true,
      summary: 'Accepts one or more servers; they are built in the background.',
      handle: (request) => create(creating, request),
    }),
  ];
}

type Deps = Parameters<typeof createServers>[0] & Pick<ApiDeps, 'adminPasswords'>;

async function create(deps: Deps, request: ApiRequest<CreateServerBody>): Promise<Answer> {
  const { server } = request.body;
  const builds = await createServers(deps, request);
  const [first] = builds;
  if (first === undefined) return new Answer(202);
  if (isTrue(server.return_reservation_id)) return new Answer(202, { reservation_id: first.reservationId });
  const groups = server.security_groups ?? [{ name: 'default' }];
  const body = {
    id: first.uuid,
    links: request.links.both('servers', first.uuid),
    'OS-DCF:diskConfig': first.diskConfig,
    security_groups: groups.map(({ name }) => ({ name })),
    adminPass: server.adminPass ?? passwordOf(deps, request, first.uuid),
  };
  return new Answer(202, { server: body }, { location: request.links.self('servers', first.uuid).href });
}

function passwordOf({ adminPasswords }: Deps, { headers }: ApiRequest, uuid: string): string {
  const key = headers['idempotency-key'];
  return typeof key === 'string' ? adminPasswords.of(key, uuid) : newAdminPassword();
}
