import type { Fixture } from './fixtures.ts';
import type { Region } from './region.ts';
import { tokenOf } from './token-names.ts';

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

interface SendOptions {
  /** `2.96`; null: none is asked for. */
  readonly version: string | null;
  readonly isAdmin: boolean;
  readonly body?: unknown;
}

/** Sends `GET /compute/v2.1/servers` to the API of a region, as a user of the fixture's project. */
export async function sendTo({ app }: Region, fixture: Fixture, what: string, options: SendOptions): Promise<Reply> {
  const { version, isAdmin, body } = options;
  const [method = 'GET', url = '/'] = what.split(' ');
  const answer = await app.inject({
    method: method as 'GET',
    url,
    headers: {
      'x-auth-token': tokenFor(fixture, isAdmin),
      ...(version === null ? {} : { 'openstack-api-version': `compute ${version}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  return { status: answer.statusCode, headers: answer.headers, text: answer.body };
}

const tokenFor = ({ projectId, adminId, memberId }: Fixture, isAdmin: boolean): string =>
  tokenOf({ userId: isAdmin ? adminId : memberId, projectId, isAdmin });
