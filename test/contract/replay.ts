import { waitUntil } from '../support/wait-until.ts';
import { bindingsOf } from './bindings/index.ts';
import { corrected } from './corrections.ts';
import type { Visit } from './coverage.ts';
import { withOurHosts } from './fixture-hosts.ts';
import { type Fixture, RECORDED_HOST, standsFor } from './fixtures.ts';
import { differences, type Expectation } from './match-template.ts';
import { withoutOtherScenarios } from './other-scenarios.ts';
import type { Region } from './region.ts';
import type { Scenario, Step } from './scenarios.ts';
import { type Front, sendTo } from './send-to.ts';

/** What a scenario is replayed against. */
interface Target {
  readonly app: Front;
  /** Null for a region that is reached by its API alone: `bindings.ts` says which scenarios need more. */
  readonly inside: Region | null;
}

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly body: unknown;
}

/**
 * Replays a recorded scenario step by step. A step without a recorded status must succeed.
 * @param visited is told of every request.
 * @throws naming the step and everything in it that differs.
 */
export async function replay(
  target: Target,
  general: Fixture,
  scenario: Scenario,
  visited: (visit: Visit) => void = () => undefined,
): Promise<void> {
  const bindings = bindingsOf(scenario) ?? [];
  const fixture = bindings.reduce((world, one) => one.fixture?.(world) ?? world, general);
  const replies: Reply[] = [];
  const resolve = (text: string): string => text.replace(/\$\{([^}]+)\}/g, (_all, name: string) => bound(name));
  const bound = (name: string): string => {
    const step = /^s(\d+)\.(.+)$/.exec(name);
    const given = name === MATCHED_TOKEN ? tokenIn(replies) : fixture.values(name);
    const value = step === null ? given : captured(replies[Number(step[1])], step[2] ?? '');
    if (value === undefined) throw new Error(`the placeholder \${${name}} is bound to nothing`);
    return value;
  };
  const expected: Expectation = {
    resolve,
    standsFor: (recorded, found, path) => standsFor(fixture, recorded, found, path),
  };
  const { inside } = target;
  for (const { verify } of bindings) verify?.(scenario, expected);
  if (inside !== null) for (const { prepare } of bindings) await prepare?.(inside, fixture);
  for (const recorded of scenario.steps) {
    const expecting = templated(recorded, (response) => withOurHosts(corrected(scenario, response), fixture));
    const step = bindings.reduce((at, { request, template }) => requested(templated(at, template), request), expecting);
    if (inside !== null)
      for (const { beforeStep } of bindings) await beforeStep?.({ region: inside, step, scenario, resolve });
    if (step.wait !== undefined) {
      await becomes(target, fixture, waitedFor(replies, step.wait.server), step.wait.status);
      replies.push(NOTHING);
      continue;
    }
    const reply = await send(target, fixture, step, resolve);
    replies.push(reply);
    if (step.unversioned !== true) visited(visitOf(step, resolve(step.path), reply.status));
    const wrong = check(step, reply, expected);
    if (wrong.length > 0) {
      const said =
        reply.status >= 400 || wrong[0]?.startsWith('status') ? `\n  answer: ${reply.text.slice(0, 600)}` : '';
      throw new Error(`step ${step.n}, ${step.method} ${step.path}:\n  ${wrong.join('\n  ')}${said}`);
    }
    await settle(target, fixture, step, reply, resolve);
  }
}

const templated = (step: Step, template: ((response: unknown) => unknown) | undefined): Step =>
  template === undefined || step.response === undefined ? step : { ...step, response: template(step.response) };

const requested = (step: Step, request: ((request: unknown) => unknown) | undefined): Step =>
  request === undefined ? step : { ...step, request: request(step.request) };

/** What a step without a request was answered. */
const NOTHING: Reply = { status: 0, text: '', body: null };

const visitOf = ({ method, microversion, request }: Step, path: string, status: number): Visit => ({
  method,
  path: path.split('?')[0] ?? '',
  action: typeof request === 'object' && request !== null ? (Object.keys(request)[0] ?? null) : null,
  minor: Number((microversion ?? '2.1').split('.')[1]),
  status,
  by: 'scenario',
});

/** `${s0.body.server}`: the id of the server that step 0 made. */
function waitedFor(replies: readonly Reply[], placeholder: string): string {
  const id = idOf(replies[Number(/^\$\{s(\d+)\./.exec(placeholder)?.[1])]?.body);
  if (id === undefined) throw new Error(`the placeholder ${placeholder} is bound to nothing`);
  return id;
}

async function becomes(target: Target, fixture: Fixture, id: string, status: string): Promise<void> {
  await waitUntil(`server ${id} to be ${status}`, async () => {
    const shown = await sendTo(target, fixture, `GET /compute/v2.1/servers/${id}`, { version: null, isAdmin: true });
    return (JSON.parse(shown.text) as { server?: { status?: string } }).server?.status === status;
  });
}

function check(step: Step, reply: Reply, expected: Expectation): readonly string[] {
  if (step.status === undefined && reply.status >= 400) {
    return [`status: expected a success, found ${reply.status}`];
  }
  if (step.status !== undefined && reply.status !== step.status) {
    return [`status: expected ${step.status}, found ${reply.status}`];
  }
  if (step.response_empty === true) return reply.text === '' ? [] : [`expected no body, found ${reply.text}`];
  return step.response === undefined ? [] : differences(step.response, reply.body, expected);
}

async function send(target: Target, fixture: Fixture, step: Step, resolve: (text: string) => string): Promise<Reply> {
  const users = { fake: fixture.memberId, admin: fixture.adminId };
  const path = resolve(step.path).replace(
    /user_id=(fake|admin)\b/,
    (_all, name: 'fake' | 'admin') => `user_id=${users[name]}`,
  );
  const named = (text: string): string =>
    text === RECORDED_HOST ? fixture.hostName : resolve(text).replaceAll(UUID_EXPRESSION, fixture.neighbour ?? '');
  const request = fixture.neighbour === null ? withoutNeighbour(step.request) : step.request;
  const body = request === null || request === undefined ? undefined : inAll(request, named, users);
  const what = `${step.method} ${step.unversioned === true ? '/compute' : '/compute/v2.1'}${path}`;
  const options = { version: step.microversion, isAdmin: step.admin, body };
  const { status, text } = await sendTo(target, fixture, what, options);
  return { status, text, body: text === '' ? null : withoutOtherScenarios(parsed(text), fixture.projectId) };
}

/** Nova's tests wait after each change of a server until it is done; so does this. */
async function settle(
  target: Target,
  fixture: Fixture,
  step: Step,
  reply: Reply,
  resolve: (text: string) => string,
): Promise<void> {
  if (step.method !== 'POST' || reply.status >= 300) return;
  const acted = /^\/servers\/([^/]+)\/action$/.exec(resolve(step.path))?.[1];
  const id = acted ?? (step.path === '/servers' ? idOf(reply.body) : undefined);
  if (id === undefined) return;
  await waitUntil(`server ${id} to be idle`, async () => {
    const show = `GET /compute/v2.1/servers/${id}`;
    const { status, text } = await sendTo(target, fixture, show, { version: null, isAdmin: true });
    if (status === 404) return true;
    const { server } = JSON.parse(text) as { server: Record<string, unknown> };
    return server['OS-EXT-STS:task_state'] === null && server['OS-EXT-STS:vm_state'] !== 'building';
  });
}

/** The recorder's name of what it matched in the answer before: the token of a console's URL. */
const MATCHED_TOKEN = '?.groups().0';

function tokenIn(replies: readonly Reply[]): string | undefined {
  const tokens = replies.map(({ text }) => /[?&](?:token=|path=%3Ftoken%3D)([\w-]+)/.exec(text)?.[1]);
  return tokens.findLast((token) => token !== undefined);
}

/** `id`, `captured`: the id of what was made; `body.a.b`: a field of the answer. */
function captured(reply: Reply | undefined, name: string): string | undefined {
  if (name === 'id' || name === 'captured') return idOf(reply?.body);
  const value = name
    .split('.')
    .slice(1)
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], reply?.body);
  return value === undefined ? undefined : String(value);
}

function idOf(body: unknown): string | undefined {
  const [thing] = Object.values((body ?? {}) as Record<string, { id?: unknown } | undefined>);
  return thing?.id === undefined ? undefined : String(thing.id);
}

/** Recorded requests contain Nova's own regular expression where they meant the uuid of another server. */
const UUID_EXPRESSION = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/** A recorded request as it is sent here; the users of Nova's tests are those of the scenario. */
function inAll(value: unknown, resolve: (text: string) => string, users: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return resolve(value);
  if (Array.isArray(value)) return value.map((one) => inAll(one, resolve, users));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      resolve(key),
      key === 'user_id' && typeof one === 'string' && one in users ? users[one] : inAll(one, resolve, users),
    ]),
  );
}

/** A request without the hints that name a server which is not there. */
function withoutNeighbour(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNeighbour);
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value).filter(([, one]) => one !== UUID_EXPRESSION);
  return Object.fromEntries(kept.map(([key, one]) => [key, withoutNeighbour(one)]));
}

/** A recorded body outside of its scenario: what it took from earlier steps is the id of a server that is there. */
export const asSent = (body: unknown, fixture: Fixture, serverId: string): unknown =>
  inAll(body, (text) => text.replace(/\$\{([^}]+)\}/g, (_all, name: string) => fixture.values(name) ?? serverId), {
    fake: fixture.memberId,
    admin: fixture.adminId,
  });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
