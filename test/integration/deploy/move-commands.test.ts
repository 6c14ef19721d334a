import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Move, MovePlan } from '../../../deploy/client/views.ts';
import { aMove as anyMove } from '../../support/moved/a-move.ts';
import { waitUntil } from '../../support/wait-until.ts';

const SERVER = '11111111-1111-4111-8111-111111111111';
const ID = '99999999-9999-4999-8999-999999999999';
const MAIN = join(import.meta.dirname, '../../../deploy/cli/main.ts');

const aMove = (rest: Partial<Move> = {}): Move =>
  anyMove({ step: 'begin', progress: null, bytes: 1_200_000_000, bytesPerSecond: null, ...rest });
const copying = aMove({ step: 'copy', progress: 45, bytesPerSecond: 180_000_000 });
const over = aMove({
  state: 'done',
  step: null,
  progress: 100,
  finishedAt: '2026-11-22T10:00:30.000Z',
  downtimeMs: 12_345,
});

/** What the API answers; the last of `moves` again and again. */
const answers = { moves: [] as Move[], plan: {} as Partial<MovePlan>, refusal: '', silentFor: 0 };
let asked: { readonly what: string; readonly body: unknown }[] = [];
let server: Server;
let environment: NodeJS.ProcessEnv = {};
const started: ChildProcess[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const sent = await text(request);
    const what = `${request.method} ${request.url}`;
    const reply = (status: number, body: unknown, headers: Record<string, string> = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    if (what === 'POST /v3/auth/tokens') {
      const url = `${environment.OS_AUTH_URL}/compute/v2.1`;
      const catalog = [{ type: 'compute', endpoints: [{ interface: 'public', url }] }];
      return reply(201, { token: { project: { id: 'p' }, catalog } }, { 'x-subject-token': 't' });
    }
    if (what.startsWith('GET /compute/v2.1/servers?')) return reply(200, { servers: [{ id: SERVER, name: 'web' }] });
    if (what.startsWith('GET /compute/v2.1/servers/')) return reply(404, { itemNotFound: { message: 'none' } });
    asked.push({ what: what.replace('/federation/v1', ''), body: sent === '' ? undefined : JSON.parse(sent) });
    if (answers.refusal !== '') return reply(409, { error: { kind: 'conflict', message: answers.refusal } });
    if (answers.silentFor > 0) {
      answers.silentFor -= 1;
      return request.socket.destroy();
    }
    if (what.endsWith('/moves') && JSON.parse(sent).dryRun === true) return reply(200, { move: answers.plan });
    if (what.startsWith('GET /federation/v1/moves?')) return reply(200, { moves: answers.moves });
    const [move] = answers.moves.length > 1 ? answers.moves.splice(0, 1) : answers.moves;
    return reply(request.method === 'POST' ? 202 : 200, { move });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  environment = {
    PATH: process.env.PATH,
    OS_AUTH_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    OS_USERNAME: 'admin',
    OS_PASSWORD: 'x',
    OS_PROJECT_NAME: 'admin',
  };
});
beforeEach(() => {
  asked = [];
  Object.assign(answers, { moves: [], plan: {}, refusal: '', silentFor: 0 });
});
afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
  server.close();
});

const begin = (...args: string[]) => {
  const child = spawn(process.execPath, [MAIN, ...args], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { child, ended: ended.then(([out, err, [code]]) => ({ out, err, code: code as number })) };
};
const volvox = (...args: string[]) => begin(...args).ended;

describe('volvox server move', () => {
  it('says what would happen, and fails when it could not', async () => {
    answers.plan = {
      serverName: 'web',
      from: { cell: 'cell-1', cellId: 'cell-1', host: 'a' },
      to: { cell: 'cell-2', cellId: 'cell-2', host: 'b' },
      alternates: ['c'],
      changes: [{ field: 'host', from: 'a', to: 'b' }],
      bytes: 1_200_000_000,
      seconds: 32,
      basis: 'assumed',
      refusal: null,
    };
    const dry = await volvox('server', 'move', 'web', '--to', 'cell-2', '--host', 'b', '--dry-run');
    expect(dry).toMatchObject({ code: 0, err: '' });
    expect(asked).toEqual([{ what: 'POST /moves', body: { server: SERVER, cell: 'cell-2', host: 'b', dryRun: true } }]);
    expect(dry.out).toMatch(/changes +host a -> b\n/);
    expect(dry.out).toMatch(/disks +1\.2 GB\ntime +about 32 s \(assumed\)\n/);
    answers.plan = { ...answers.plan, refusal: 'it is paused' };
    const refused = await volvox('server', 'move', 'web', '--to', 'cell-2', '--dry-run');
    expect(refused).toMatchObject({ code: 1, err: 'volvox: web cannot be moved now: it is paused\n' });
  });

  it('shows how far it is, through an API that is away for a moment, until it is over', async () => {
    answers.moves = [aMove(), aMove({ step: 'stop' }), copying, { ...copying, progress: 46 }, over];
    const running = begin('server', 'move', 'web', '--to', 'cell-2', '--wait');
    await waitUntil('the move to be asked for', () => (asked.length > 0 ? true : undefined));
    answers.silentFor = 1;
    const { out, err, code } = await running.ended;
    expect(code).toBe(0);
    expect(err.split('\n').filter((line) => !line.includes('does not answer'))).toEqual([
      'web to cell-2: stop',
      'web to cell-2: copy 45 % of 1.2 GB, 180 MB/s',
      '',
    ]);
    expect(out).toMatch(/state +done\n/);
    expect(out).toMatch(/downtime +12\.3 s\n/);
  });

  it('ends with the reason when it was taken back, or refused', async () => {
    answers.moves = [aMove({ state: 'undone', step: null, message: 'the disk could not be read' })];
    const undone = await volvox('server', 'move', 'web', '--to', 'cell-2', '--wait');
    expect(undone).toMatchObject({ code: 1, err: 'volvox: web was not moved: the disk could not be read\n' });
    answers.refusal = 'cell: web is in cell-2 already.';
    const refused = await volvox('server', 'move', 'web', '--to', 'cell-2');
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toContain('volvox: cell: web is in cell-2 already.');
    expect(await volvox('server', 'move', 'web')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--to <cell>'),
    });
  });

  it('goes on when the looking is ended by Ctrl-C, and says how to take it back', async () => {
    answers.moves = [copying];
    const { child, ended } = begin('server', 'move', 'web', '--to', 'cell-2', '--wait');
    await waitUntil('it to look', () => (asked.length > 1 ? true : undefined));
    child.kill('SIGINT');
    const { out, err, code } = await ended;
    expect([code, out]).toEqual([130, '']);
    expect(err).toContain(`the move goes on; follow it with: volvox move wait ${ID}`);
    expect(err).toContain(`volvox move abort ${ID}`);
    expect(asked.some(({ what }) => what.includes('abort'))).toBe(false);
  });
});

describe('volvox move', () => {
  it('lists, shows and takes back', async () => {
    answers.moves = [copying];
    const listed = await volvox('move', 'list', '--server', 'web', '--cell', 'cell-1', '--state', 'running');
    expect(asked.at(-1)?.what).toBe(`GET /moves?server=${SERVER}&cell=cell-1&state=running`);
    expect(listed.out.split('\n')[1]).toMatch(
      new RegExp(`^${ID} +web +cell-1 +cell-2 +running +${copying.step} +2026`),
    );
    const shown = await volvox('--json', 'move', 'show', ID);
    expect(JSON.parse(shown.out)).toEqual(copying);
    answers.moves = [aMove({ state: 'undoing' }), aMove({ state: 'undone', step: null })];
    const aborted = await volvox('move', 'abort', ID, '--wait');
    expect(aborted).toMatchObject({ code: 0, out: expect.stringMatching(/state +undone/) });
    expect(asked.some(({ what }) => what === `POST /moves/${ID}/abort`)).toBe(true);
    answers.refusal = 'It is past its point of no return.';
    expect(await volvox('move', 'abort', ID)).toMatchObject({
      code: 1,
      err: expect.stringContaining('past its point'),
    });
  });
});
