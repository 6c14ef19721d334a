import { NEWEST_MINOR } from '../../api/compute/microversions.ts';
import { type ApiName, type Apis, type CallOptions, callPath, type OperationOf } from './operations.ts';

/** Who asks, as clouds.yaml and the OS_* variables say it. */
export interface Credentials {
  readonly authUrl: string;
  readonly username: string;
  readonly password: string;
  readonly projectName: string;
  readonly domainId: string;
  /** PEM file of authorities whose servers are believed besides the public ones; the process has to be told (`believe`). */
  readonly caFile?: string;
}

interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly bytes?: ReadableStream;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer of 400 or more, with the sentence that the API gave. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface ApiClient {
  readonly token: string;
  readonly projectId: string;
  /**
   * Asks by an operation of an API, `GET /servers/{id}`, with the types of its OpenAPI document.
   * @returns the parsed body, or null when there is none.
   */
  call<A extends ApiName, O extends keyof Apis[A] & string>(
    api: A,
    operation: O,
    ...options: Optional<CallOptions<OperationOf<A, O>>>
  ): Promise<OperationOf<A, O>['response']>;
}

/** Options that have no required member may be left out. */
type Optional<T> = object extends T ? [options?: T] : [options: T];

interface TokenAnswer {
  readonly token: {
    readonly project: { readonly id: string };
    readonly catalog: readonly {
      readonly type: string;
      readonly endpoints: readonly { readonly interface: string; readonly url: string }[];
    }[];
  };
}

/** The microversion that the calls here speak, and of which the generated types are. */
const COMPUTE_MICROVERSION = `2.${NEWEST_MINOR}`;

/** Gets a token. @throws ApiError when the credentials are wrong; Error when nobody answers at `authUrl`. */
export async function login(credentials: Credentials): Promise<ApiClient> {
  const { authUrl, username, password, projectName, domainId } = credentials;
  const domain = { id: domainId };
  const response = await send(`${authUrl}/auth/tokens`, {
    method: 'POST',
    body: {
      auth: {
        identity: { methods: ['password'], password: { user: { name: username, domain, password } } },
        scope: { project: { name: projectName, domain } },
      },
    },
  });
  const token = response.headers.get('x-subject-token') ?? '';
  const answer = ((await response.json()) as TokenAnswer).token;
  /** Where the paths of an API's document begin; the catalog may name another host than the one that gives tokens. */
  const rootOf = (api: ApiName): string => {
    if (api === 'federation') return `${new URL(authUrl).origin}/federation`;
    if (api === 'identity') return authUrl.replace(/\/v3\/?$/, '');
    const endpoints = answer.catalog.find((entry) => entry.type === api)?.endpoints ?? [];
    const url = endpoints.find((endpoint) => endpoint.interface === 'public')?.url;
    if (url === undefined) throw new Error(`the catalog of ${authUrl} has no ${api} service`);
    return url.replace(/(\/v2(\.0)?)?\/?$/, '');
  };
  const request = async <T>(url: string, options: RequestOptions = {}): Promise<T> => {
    const headers = {
      'x-auth-token': token,
      'openstack-api-version': `compute ${COMPUTE_MICROVERSION}, placement latest`,
      ...options.headers,
    };
    return (await bodyOf(await send(url, { ...options, headers }))) as T;
  };
  return {
    token,
    projectId: answer.project.id,
    call: async (api, operation, ...[options]) => {
      const { body, bytes, headers, ...where } = (options ?? {}) as Pick<RequestOptions, 'body' | 'bytes' | 'headers'>;
      const { method, path } = callPath(operation, where);
      return request(`${rootOf(api)}${path}`, {
        method: method as 'GET',
        ...(body === undefined ? {} : { body }),
        ...(bytes === undefined ? {} : { bytes }),
        headers: { ...(bytes === undefined ? {} : { 'content-type': 'application/octet-stream' }), ...headers },
      });
    },
  };
}

async function send(url: string, options: RequestOptions): Promise<Response> {
  const { method = 'GET', body, bytes, headers } = options;
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(url, {
    method,
    headers: { accept: 'application/json', ...type, ...headers },
    ...(bytes === undefined ? {} : { body: bytes, duplex: 'half' as const }),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(bytes === undefined ? 30_000 : 600_000),
  }).catch((cause: Error) => {
    const reason = cause.cause instanceof Error ? cause.cause.message : cause.message;
    throw new Error(`${url} does not answer: ${reason}`, { cause });
  });
  if (response.status >= 400)
    throw new ApiError(
      response.status,
      `${sentenceOf(await response.text())} (HTTP ${response.status}, ${method} ${url})`,
    );
  return response;
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  return text === '' ? null : JSON.parse(text);
}

/** Every API wraps its sentence in another way; it is always under `message`. */
function sentenceOf(text: string): string {
  try {
    const parsed = JSON.parse(text) as Record<string, unknown>;
    for (const candidate of [parsed, ...Object.values(parsed)]) {
      const message = (candidate as { message?: unknown } | null)?.message;
      if (typeof message === 'string') return message;
    }
  } catch {
    // Not JSON; the text is what there is.
  }
  return text.slice(0, 300) || 'no message';
}
