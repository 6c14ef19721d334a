import type { Fixture } from './fixtures.ts';

/** What takes requests: an app in this process, or a region elsewhere. */
export interface Front {
  inject(request: FrontRequest): Promise<FrontAnswer>;
}
interface FrontRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: string;
}
interface FrontAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

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
export async function sendTo(
  { app }: { readonly app: Front },
  fixture: Pick<Fixture, 'token'>,
  what: string,
  options: SendOptions,
): Promise<Reply> {
  const { version, isAdmin, body } = options;
  const [method = 'GET', url = '/'] = what.split(' ');
  const answer = await app.inject({
    method: method as 'GET',
    url,
    headers: {
      'x-auth-token': fixture.token(isAdmin),
      ...(version === null ? {} : { 'openstack-api-version': `compute ${version}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  return { status: answer.statusCode, headers: answer.headers, text: answer.body };
}
