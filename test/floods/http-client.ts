import { Pool } from 'undici';

export interface Reply {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
  readonly ms: number;
}

interface Who {
  readonly user: string;
  readonly password: string;
  readonly project: string;
}

/** A client of a region that says what it was answered, whatever that is, and costs little. */
export class HttpClient {
  readonly #pool: Pool;
  #token = '';

  constructor(url: string, connections: number) {
    this.#pool = new Pool(url, { connections });
  }

  async send(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<Reply> {
    const start = performance.now();
    const answer = await this.#pool.request({
      method,
      path,
      headers: {
        ...(this.#token === '' ? {} : { 'x-auth-token': this.#token }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    const token = answer.headers['x-subject-token'];
    if (typeof token === 'string') this.#token = token;
    const retryAfter = answer.headers['retry-after'];
    const ms = performance.now() - start;
    return {
      status: answer.statusCode,
      retryAfter: retryAfter === undefined ? undefined : String(retryAfter),
      body: text,
      ms,
    };
  }

  logIn({ user, password, project }: Who): Promise<Reply> {
    const domain = { id: 'default' };
    return this.send('POST', '/identity/v3/auth/tokens', {
      auth: {
        identity: { methods: ['password'], password: { user: { name: user, password, domain } } },
        scope: { project: { name: project, domain } },
      },
    });
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}
