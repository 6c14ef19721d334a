import type { Command } from 'commander';
import type { Move } from '../client/views.ts';
import { findId } from './find-id.ts';
import { followMove } from './follow-move.ts';
import { listedMove, shownMove, shownPlan } from './move-views.ts';
import { openSession, type Session } from './session.ts';
import { StatusLine } from './status-line.ts';

interface MoveFlags {
  readonly to: string;
  readonly host?: string;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
}
interface ListFlags {
  readonly server?: string;
  readonly cell?: string;
  readonly state?: string;
}

/** The exit status of somebody who was interrupted. */
const INTERRUPTED = 130;

/** `volvox server move`. */
export function addServerMove(program: Command, server: Command): void {
  server
    .command('move <server>')
    .description('move a server to another cell; it is down while its disks are sent (admin)')
    .requiredOption('--to <cell>', 'the cell it is to live in')
    .option('--host <host>', 'a host of that cell (default: the best one)')
    .option('--dry-run', 'only show what would happen')
    .option('--wait', 'wait until the move is over, and show its progress')
    .action(async (nameOrId: string, flags: MoveFlags) => {
      const session = await openSession(program, 'admin');
      const { api, show, json } = session;
      const id = await findId(api, 'servers', nameOrId, { everywhere: true });
      const body = { server: id, cell: flags.to, ...(flags.host === undefined ? {} : { host: flags.host }) };
      if (flags.dryRun) {
        const { move: plan } = await api.call('federation', 'POST /v1/moves', { body: { ...body, dryRun: true } });
        if ('id' in plan) throw new Error('the API has begun a move instead of planning one');
        show(json ? { ...plan } : shownPlan(plan));
        if (plan.refusal !== null) throw new Error(`${nameOrId} cannot be moved now: ${plan.refusal}`);
        return;
      }
      const { move } = await api.call('federation', 'POST /v1/moves', { body });
      if (!('id' in move)) throw new Error('the API has planned a move instead of beginning one');
      if (flags.wait) await untilOver(session, move, nameOrId);
      else show(json ? { ...move } : shownMove(move));
    });
}

/** `volvox move …`. */
export function addMoveCommands(program: Command): void {
  const move = program.command('move').description('moves of servers between cells (admin)');
  move
    .command('list')
    .description('list moves, newest first')
    .option('--server <server>', 'only moves of this server')
    .option('--cell <cell>', 'only moves from or to this cell')
    .option('--state <state>', 'only moves in this state: running, undoing, done, undone or stranded')
    .action(async ({ server, cell, state }: ListFlags) => {
      const { api, list, json } = await openSession(program, 'admin');
      const query = {
        ...(server === undefined ? {} : { server: await findId(api, 'servers', server, { everywhere: true }) }),
        ...(cell === undefined ? {} : { cell }),
        ...(state === undefined ? {} : { state }),
      };
      const { moves } = await api.call('federation', 'GET /v1/moves', { query });
      list(json ? moves.map((one) => ({ ...one })) : moves.map(listedMove));
    });
  move
    .command('show <id>')
    .description('show a move with its steps and their times')
    .action(async (id: string) => {
      const { api, show, list, json } = await openSession(program, 'admin');
      const { move: found } = await api.call('federation', 'GET /v1/moves/{id}', { path: { id } });
      if (json) return show({ ...found });
      show(shownMove(found));
      list(found.steps);
    });
  move
    .command('wait <id>')
    .description('wait until the move is over, and show its progress')
    .action(async (id: string) => {
      const session = await openSession(program, 'admin');
      const { move: found } = await session.api.call('federation', 'GET /v1/moves/{id}', { path: { id } });
      await untilOver(session, found, found.serverName ?? found.server);
    });
  move
    .command('abort <id>')
    .description('take a move back: the server runs in its old cell again; impossible after the hand-over')
    .option('--wait', 'wait until the server is back')
    .action(async (id: string, flags: { wait?: boolean }) => {
      const session = await openSession(program, 'admin');
      const { move: found } = await session.api.call('federation', 'POST /v1/moves/{id}/abort', { path: { id } });
      if (!flags.wait) return session.show(session.json ? { ...found } : shownMove(found));
      const ended = await follow(session, found);
      if (ended?.state === 'done') throw new Error(`move ${id} was over before it could be taken back`);
    });
}

/** @throws when the move was taken back, with the reason. */
async function untilOver(session: Session, move: Move, name: string): Promise<void> {
  const ended = await follow(session, move);
  if (ended?.state === 'undone') throw new Error(`${name} was not moved: ${ended.message ?? 'unknown reason'}`);
}

/** Shows the move as it ended. Ctrl-C ends the looking only, and is told so; null then. */
async function follow({ api, show, json }: Session, { id, serverName, server, to }: Move): Promise<Move | null> {
  const line = new StatusLine(`${serverName ?? server} to ${to.cell}: `);
  const interrupt = new AbortController();
  const onSignal = (): void => interrupt.abort();
  process.once('SIGINT', onSignal);
  try {
    const ended = await followMove(api, id, line, interrupt.signal);
    line.clear();
    if (ended !== null) {
      show(json ? { ...ended } : shownMove(ended));
      return ended;
    }
    process.stderr.write(
      `volvox: the move goes on; follow it with: volvox move wait ${id}; take it back with: volvox move abort ${id}\n`,
    );
    process.exitCode = INTERRUPTED;
    return null;
  } finally {
    line.clear();
    process.removeListener('SIGINT', onSignal);
  }
}
