import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import {
  type ApiName,
  type Apis,
  type CallOptions,
  callPath,
  type OperationOf,
} from '../../deploy/client/operations.ts';

interface Answer<T> {
  readonly body: T;
  readonly ms: number;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
/** Options that have no required member may be left out. */
type Optional<T> = object extends T ? [options?: T] : [options: T];

/** Where the paths of each API's document begin, at the region's URL. */
const ROOTS: Readonly<Record<ApiName, string>> = {
  compute: '/compute/v2.1',
  identity: '/identity',
  image: '/image',
  network: '/network',
  placement: '/placement',
  federation: '/federation',
};

/**
 * A client of one region's REST API with an admin's token, that times its requests. It has the types of the OpenAPI documents, and
 * sends over connections of its own: it must cost little compared with what it measures.
 */
export class ComputeClient {
  readonly #pool: Pool;
  readonly #token: string;
  /** The newest microversion that the region has, 2.n: a region of another checkout may be older. */
  readonly newestMinor: number;
  #minor: number;

  private constructor(pool: Pool, token: string, newestMinor: number) {
    this.#pool = pool;
    this.#token = token;
    this.newestMinor = newestMinor;
    this.#minor = newestMinor;
  }

  static async login(
    url: string,
    who: { user: string; password: string; project: string },
    connections: number,
  ): Promise<ComputeClient> {
    const pool = new Pool(url, { connections });
    const domain = { id: 'default' };
    const answer = await pool.request({
      method: 'POST',
      path: '/identity/v3/auth/tokens',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        auth: {
          identity: { methods: ['password'], password: { user: { name: who.user, password: who.password, domain } } },
          scope: { project: { name: who.project, domain } },
        },
      }),
    });
    const text = await answer.body.text();
    const token = answer.headers['x-subject-token'];
    if (answer.statusCode !== 201 || typeof token !== 'string') throw new Error(`login: ${answer.statusCode} ${text}`);
    return new ComputeClient(pool, token, await newestMinorOf(pool));
  }

  /** For clients that send their own requests. */
  get token(): string {
    return this.#token;
  }

  /** From now on requests are at microversion 2.`minor`. */
  speak(minor: number): void {
    this.#minor = minor;
  }

  /** Asks by an operation of an API, `GET /servers/{id}`. @throws Error for an answer of 400 or more. */
  async call<A extends ApiName, O extends keyof Apis[A] & string>(
    api: A,
    operation: O,
    ...[options]: Optional<CallOptions<OperationOf<A, O>>>
  ): Promise<Answer<OperationOf<A, O>['response']>> {
    const { body, ...where } = (options ?? {}) as { readonly body?: unknown };
    const { method, path } = callPath(operation, where);
    const start = performance.now();
    const answer = await this.#pool.request({
      method: method as Method,
      path: `${ROOTS[api]}${path}`,
      headers: {
        'x-auth-token': this.#token,
        'openstack-api-version': `compute 2.${this.#minor}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.body.text();
    const ms = performance.now() - start;
    if (answer.statusCode >= 400) throw new Error(`${operation}: ${answer.statusCode} ${text.slice(0, 500)}`);
    return { body: text === '' ? null : JSON.parse(text), ms };
  }

  /** Waits until the server is ACTIVE. @throws when it becomes ERROR, or after a minute. */
  untilActive(id: string, everyMs: number): Promise<void> {
    return this.untilStatus(id, 'ACTIVE', everyMs);
  }

  /** The same for another status. */
  async untilStatus(id: string, status: string, everyMs: number): Promise<void> {
    const until = Date.now() + 60_000;
    while (Date.now() < until) {
      const { server } = (await this.call('compute', 'GET /servers/{id}', { path: { id } })).body;
      if (server.status === status) return;
      if (server.status === 'ERROR') throw new Error(`server ${id}: ${server.fault?.message}`);
      await delay(everyMs);
    }
    throw new Error(`server ${id} is not ${status} after a minute`);
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}

/** The region's compute API tells it without a token. */
async function newestMinorOf(pool: Pool): Promise<number> {
  const answer = await pool.request({ method: 'GET', path: `${ROOTS.compute}/` });
  const { version } = (await answer.body.json()) as { readonly version: { readonly version: string } };
  const minor = Number(/^2\.(\d+)$/.exec(version.version)?.[1]);
  if (!Number.isInteger(minor)) throw new Error(`the region's newest microversion is ${version.version}`);
  return minor;
}
