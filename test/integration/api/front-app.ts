import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { Secret } from '#platform/config/secret.ts';
import type { Directory } from '#platform/directory/directory.ts';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { allEnded } from '#platform/lifecycle/all-ended.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { newRequestId } from '#platform/logging/request-id.ts';
import type { Clock } from '#platform/time/clock.ts';
import { serveApis } from '../../../api/apis.ts';
import type { BudgetsConfig } from '../../../api/budgets/config.ts';
import type { ApiDeps } from '../../../api/deps.ts';
import { ROUTER_OPTIONS } from '../../../api/http/app-options.ts';
import { bootstrapIdentity, type Seed } from '../../../api/identity/bootstrap.ts';
import { SignedTokens } from '../../../api/identity/tokens/signed-tokens.ts';
import { createImageTickets, createUploadTickets } from '../../../api/image/signed-image-tickets.ts';
import { FileImageStore } from '../../../api/image/store/file-image-store.ts';
import { defaultBudgets } from '../../support/default-budgets.ts';
import { createTestDatabase } from '../../support/test-database.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by tests.
  readonly body: any;
  readonly text: string;
}

interface Sent {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** Identity, image, network and placement APIs with a real directory and real tokens, without listening. */
export interface FrontApp {
  readonly app: FastifyInstance;
  readonly deps: ApiDeps;
  readonly directory: Directory;
  /** `send('GET /image/v2/images', {token})` */
  send(what: string, sent?: Sent): Promise<Answer>;
  /** Logs in with a password into a project. */
  login(user: string, project: string, password?: string): Promise<string>;
  /** From now on time passes by `pass` only. */
  freeze(): void;
  /** Time goes on by so much. */
  pass(ms: number): void;
  /** A second api process on the same directory; its tokens may live for another time, and its budgets may differ. */
  another(tokenLifetimeMs?: number, changed?: Partial<BudgetsConfig>): FrontApp;
  storedFiles(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export const SEEDS: readonly Seed[] = [
  { project: 'admin', user: 'admin', password: 'secret', role: 'admin' },
  { project: 'demo', user: 'demo', password: 'demo-password', role: 'member' },
  { project: 'other', user: 'outsider', password: 'outsider-password', role: 'member' },
];

export async function createFrontApp(): Promise<FrontApp> {
  const { database, drop } = await createTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS);
  const imageDir = await mkdtemp(join(tmpdir(), 'volvox-images-'));
  const time: { offset: number; frozenAt: number | null } = { offset: 0, frozenAt: null };
  const clock: Clock = { now: () => (time.frozenAt ?? Date.now()) + time.offset, sleep: async () => undefined };
  await bootstrapIdentity(database, SEEDS, silentLogger, clock);
  const open: FastifyInstance[] = [];

  const build = (tokenLifetimeMs = 3_600_000, changed: Partial<BudgetsConfig> = {}): FrontApp => {
    const signingKey = new Secret('a signing key of more than 32 characters');
    const deps = {
      directory: database,
      config: {
        publicUrl: 'http://api.test',
        checkResponses: true,
        region: 'RegionOne',
        imageMaxMb: 2,
        imageCountTotal: 1_000,
        imageSizeTotalMb: 1_048_576,
        imageCountUploading: 20,
        reservedRanges: ['100.64.0.0/30'],
        trustedProxies: [],
      },
      log: silentLogger,
      clock,
      tokens: new SignedTokens({ directory: database, signingKey, lifetimeMs: tokenLifetimeMs, clock }),
      imageStore: new FileImageStore(imageDir),
      imageTickets: createImageTickets(signingKey, clock),
      uploadTickets: createUploadTickets(signingKey, clock),
      ...defaultBudgets(database, clock, changed),
    } as unknown as ApiDeps;
    const app = Fastify({ genReqId: newRequestId, routerOptions: ROUTER_OPTIONS });
    app.decorateRequest('context');
    serveApis(app, deps, ['identity', 'image', 'network', 'placement']);
    open.push(app);

    const send = async (what: string, { token, body, headers = {} }: Sent = {}): Promise<Answer> => {
      const [method = '', url = ''] = what.split(' ', 2);
      const raw = typeof body === 'string' || Buffer.isBuffer(body);
      const answer = await app.inject({
        method: method as 'GET',
        url,
        headers: {
          ...(token === undefined ? {} : { 'x-auth-token': token }),
          ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { payload: raw ? body : JSON.stringify(body) }),
      });
      const json = String(answer.headers['content-type']).startsWith('application/json');
      return {
        status: answer.statusCode,
        headers: answer.headers,
        text: answer.body,
        body: json && answer.body !== '' ? JSON.parse(answer.body) : undefined,
      };
    };
    return {
      app,
      deps,
      directory: database,
      send,
      login: async (user, project, password) => {
        const known = SEEDS.find((seed) => seed.user === user)?.password ?? '';
        const domain = { id: 'default' };
        const answer = await send('POST /identity/v3/auth/tokens', {
          body: {
            auth: {
              identity: {
                methods: ['password'],
                password: { user: { name: user, domain, password: password ?? known } },
              },
              scope: { project: { name: project, domain } },
            },
          },
        });
        if (answer.status !== 201) throw new Error(`${user} cannot log in: ${answer.status} ${answer.text}`);
        return String(answer.headers['x-subject-token']);
      },
      freeze: () => {
        time.frozenAt = Date.now();
      },
      pass: (ms) => {
        time.offset += ms;
      },
      another: build,
      storedFiles: () => readdir(imageDir),
      close: async () => {
        await allEnded(open.map((one) => one.close()));
        await drop();
        await rm(imageDir, { recursive: true, force: true });
      },
    };
  };
  return build();
}
