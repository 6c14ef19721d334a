import { type Command, Option } from 'commander';
import { OPERATION_STATES } from '#platform/objects/operation.ts';
import type { ApiClient } from '../client/api-client.ts';
import type { Operation } from '../client/views.ts';
import { timeline } from './operation-timeline.ts';
import type { Row } from './output.ts';
import { printable } from './printable.ts';
import { openSession } from './session.ts';

interface ListFlags {
  readonly server?: string;
  readonly state?: string;
  readonly overdue?: boolean;
  readonly cell?: string;
}

export function addOperationCommands(program: Command): void {
  const operation = program.command('operation').description('operations in progress and ended (admin)');
  operation
    .command('list')
    .description('list operations, newest first')
    .option('--server <server>', 'only operations of this server')
    .addOption(new Option('--state <state>', 'those in one state').choices(OPERATION_STATES))
    .option('--overdue', 'only operations that are past their deadline')
    .option('--cell <cell>', 'only operations of this cell; global: of the global tier')
    .action(async (flags: ListFlags) => {
      const { api, list, missing, json } = await openSession(program, 'admin');
      const query = await listQuery(api, flags);
      const { operations, silentCells } = await api.call('federation', 'GET /v1/operations', { query });
      missing(silentCells);
      list(json ? operations.map(({ steps: _steps, ...rest }) => rest) : operations.map(brief));
    });
  operation
    .command('show <id>')
    .description('show an operation with its steps and their times')
    .option('--timeline', 'print one line for each step, and what the operation waits for')
    .action(async (id: string, flags: { timeline?: boolean }) => {
      const { api, show, list, json } = await openSession(program, 'admin');
      const found = await api.call('federation', 'GET /v1/operations/{id}', { path: { id } });
      if (json) return show({ ...found });
      if (flags.timeline) return void process.stdout.write(printable(timeline(found, Date.now())));
      const { steps, ...rest } = found;
      show(rest);
      list(steps.map((step) => ({ ...step })));
    });
  addResolve(program, operation);
}

function addResolve(program: Command, operation: Command): void {
  const resolve = operation
    .command('resolve <id>')
    .description('decide whether a stuck operation goes forward or back')
    .addOption(new Option('--forward', 'try again now, with its whole time once more').conflicts('back'))
    .addOption(new Option('--back', 'undo what was done, beginning now').conflicts('forward'))
    .action(async (id: string, { forward, back }: { forward?: true; back?: true }) => {
      if (forward === undefined && back === undefined) resolve.error('error: say which way: --forward or --back');
      const direction = forward === undefined ? 'back' : 'forward';
      const { api, show, say, json } = await openSession(program, 'admin');
      const now = await api.call('federation', 'POST /v1/operations/{id}/resolve', {
        path: { id },
        body: { direction },
      });
      if (json) return show({ ...now });
      say(`${now.kind} of ${now.subject} (${now.cell}): ${whatFollows(now, direction)}`);
      say(`volvox operation show ${id} --timeline shows its progress`);
    });
}

function whatFollows({ step, deadlineAt, state }: Operation, direction: 'forward' | 'back'): string {
  if (direction === 'forward') return `trying ${step} again now; the deadline is ${deadlineAt}`;
  return state === 'undoing' ? `going back now, starting with ${step}` : 'going back now';
}

async function listQuery(
  api: ApiClient,
  { server, state, overdue, cell }: ListFlags,
): Promise<Readonly<Record<string, string>>> {
  return {
    ...(server === undefined ? {} : { subject: await serverId(api, server) }),
    ...(state === undefined ? {} : { state }),
    ...(overdue === true ? { overdue: 'true' } : {}),
    ...(cell === undefined ? {} : { cell }),
  };
}

/** An id is taken as it is, also of a server that is gone; a name is looked for in every project. */
async function serverId(api: ApiClient, idOrName: string): Promise<string> {
  if (/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(idOrName)) return idOrName;
  const { servers } = await api.call('compute', 'GET /servers', { query: { all_tenants: '1' } });
  const named = servers.filter(({ name }) => name === idOrName);
  const [first] = named;
  if (first === undefined) throw new Error(`no server ${idOrName} exists`);
  if (named.length > 1) throw new Error(`${named.length} servers have the name ${idOrName}; use the id`);
  return first.id;
}

const brief = ({ id, kind, subject, state, overdue, step, cell, message, createdAt }: Operation): Row => ({
  id,
  kind,
  subject,
  cell,
  state: overdue ? `${state}, late` : state,
  step,
  created: createdAt,
  message,
});
