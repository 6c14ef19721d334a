import { Pool } from 'undici';
import type { BuildInput } from '../measures.ts';

/** The requests of the mix, and their share of it. */
const KINDS = { show: 0.5, list: 0.2, create: 0.15, delete: 0.15 } as const;
export type Kind = keyof typeof KINDS;
export const KIND_NAMES = Object.keys(KINDS) as readonly Kind[];

/** served: 2xx, or 404 and 409 for a server that another request changed. refused: 429 or 503 with Retry-After. silent: no answer. */
export type Outcome = 'served' | 'refused' | 'refused without Retry-After' | 'failed' | 'silent';

export interface Reply {
  readonly kind: Kind;
  readonly outcome: Outcome;
  /** 0: no answer. */
  readonly status: number;
  readonly ms: number;
  /** Of what failed, for people. */
  readonly reason?: string;
}

export interface Login {
  readonly url: string;
  readonly token: string;
  readonly input: BuildInput;
}

/** A client gives up so long after it sent a request, ms: the api gives up earlier, and says so. */
const ANSWER_WITHIN_MS = 90_000;
/** Deletes become creates below so many servers, and creates become deletes above so many. */
const MIN_SERVERS = 50;
const MAX_SERVERS = 800;

/** Sends requests by the mix over many connections, and remembers which servers were accepted and which deletes were. */
export class Workload {
  readonly #pool: Pool;
  readonly #login: Login;
  readonly #name: string;
  /** Accepted, and not asked to be deleted. */
  readonly #live: string[] = [];
  /** Ids of all servers whose creation was accepted. */
  readonly accepted = new Set<string>();
  /** Ids of all servers whose delete was accepted. */
  readonly deleted = new Set<string>();
  /** Ids of servers whose delete had no answer. */
  readonly perhapsDeleted = new Set<string>();
  /** Creates without an answer: whether they were accepted is not known. */
  unanswered = 0;
  #made = 0;

  constructor(login: Login, name: string, connections: number) {
    this.#login = login;
    this.#name = name;
    this.#pool = new Pool(login.url, { connections });
  }

  /** Sends one request of the mix; it never fails. @param draw from 0 to 1. */
  send(draw: number): Promise<Reply> {
    const kind = this.#kindOf(draw);
    switch (kind) {
      case 'show':
        return this.#ask(kind, 'GET', `/servers/${this.#any()}`);
      case 'list':
        return this.#ask(
          kind,
          'GET',
          draw < KINDS.show + KINDS.list / 2 ? '/servers?limit=1' : '/servers/detail?limit=50',
        );
      case 'create':
        return this.create();
      case 'delete':
        return this.#delete();
    }
  }

  create(): Promise<Reply> {
    const { flavorId, imageId, networkId } = this.#login.input;
    const server = {
      name: `${this.#name}-${this.#made++}`,
      ...{ flavorRef: flavorId, imageRef: imageId, networks: [{ uuid: networkId }] },
    };
    return this.#ask('create', 'POST', '/servers', { server });
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }

  #kindOf(draw: number): Kind {
    const upTo = (at: number): number => KIND_NAMES.slice(0, at + 1).reduce((sum, kind) => sum + KINDS[kind], 0);
    const kind = KIND_NAMES.find((_kind, at) => draw < upTo(at)) ?? 'show';
    if (kind === 'create' && this.#live.length >= MAX_SERVERS) return 'delete';
    return kind !== 'create' && this.#live.length < MIN_SERVERS ? 'create' : kind;
  }

  #any(): string {
    return this.#live[Math.floor(Math.random() * this.#live.length)] ?? '';
  }

  async #delete(): Promise<Reply> {
    const [id = ''] = this.#live.splice(Math.floor(Math.random() * this.#live.length), 1);
    const reply = await this.#ask('delete', 'DELETE', `/servers/${id}`);
    if (reply.status === 204) this.deleted.add(id);
    else if (reply.outcome === 'silent') this.perhapsDeleted.add(id);
    else this.#live.push(id);
    return reply;
  }

  async #ask(kind: Kind, method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Reply> {
    const from = performance.now();
    try {
      const answer = await this.#pool.request({
        ...{ method, path: `/compute/v2.1${path}`, headersTimeout: ANSWER_WITHIN_MS, bodyTimeout: ANSWER_WITHIN_MS },
        headers: {
          ...{ 'x-auth-token': this.#login.token, 'openstack-api-version': 'compute 2.96' },
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const text = await answer.body.text();
      const outcome = outcomeOf(kind, answer.statusCode, answer.headers['retry-after'] !== undefined);
      if (kind === 'create' && outcome === 'served') this.#accept(JSON.parse(text).server.id);
      const reply = { kind, outcome, status: answer.statusCode, ms: performance.now() - from };
      return outcome === 'served' || outcome === 'refused'
        ? reply
        : { ...reply, reason: `${method} ${answer.statusCode} ${text.slice(0, 200)}` };
    } catch (error) {
      if (kind === 'create') this.unanswered += 1;
      return {
        kind,
        outcome: 'silent',
        status: 0,
        ms: performance.now() - from,
        reason: `${method}: ${String(error)}`,
      };
    }
  }

  #accept(id: string): void {
    this.accepted.add(id);
    this.#live.push(id);
  }
}

function outcomeOf(kind: Kind, status: number, saysWhen: boolean): Outcome {
  if (status < 400) return 'served';
  if (status === 429 || status === 503) return saysWhen ? 'refused' : 'refused without Retry-After';
  // Two requests of the mix may meet at one server.
  return kind !== 'create' && (status === 404 || status === 409) ? 'served' : 'failed';
}
