import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
  readonly ms: number;
}

export interface ServerView {
  readonly id: string;
  readonly status: string;
  readonly fault?: { readonly message: string };
}

/** A client of one region's REST API with an admin's token, that times its requests. */
export class ComputeClient {
  readonly #pool: Pool;
  readonly #token: string;

  private constructor(pool: Pool, token: string) {
    this.#pool = pool;
    this.#token = token;
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
    return new ComputeClient(pool, token);
  }

  async request<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<Answer<T>> {
    const start = performance.now();
    const answer = await this.#pool.request({
      method,
      path,
      headers: {
        'x-auth-token': this.#token,
        'openstack-api-version': 'compute 2.90',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.body.text();
    const ms = performance.now() - start;
    if (answer.statusCode >= 400 && !(method === 'GET' && answer.statusCode === 404)) {
      throw new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 500)}`);
    }
    return { status: answer.statusCode, body: (text === '' ? null : JSON.parse(text)) as T, ms };
  }

  /** Waits until the server is ACTIVE. @throws when it becomes ERROR, or after a minute. */
  untilActive(id: string, everyMs: number): Promise<void> {
    return this.untilStatus(id, 'ACTIVE', everyMs);
  }

  /** The same for another status. */
  async untilStatus(id: string, status: string, everyMs: number): Promise<void> {
    const until = Date.now() + 60_000;
    while (Date.now() < until) {
      const { body } = await this.request<{ server: ServerView }>('GET', `/compute/v2.1/servers/${id}`);
      if (body.server.status === status) return;
      if (body.server.status === 'ERROR') throw new Error(`server ${id}: ${body.server.fault?.message}`);
      await delay(everyMs);
    }
    throw new Error(`server ${id} is not ${status} after a minute`);
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}
