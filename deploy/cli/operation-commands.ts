import type { Command } from 'commander';
import type { Row } from './output.ts';
import { openSession } from './session.ts';

export function addOperationCommands(program: Command): void {
  const operation = program.command('operation').description('work under way and done (admin)');
  operation
    .command('list')
    .description('the newest first')
    .option('--server <uuid>', 'those about one server')
    .action(async (flags: { server?: string }) => {
      const { api, list, missing } = await openSession(program, 'admin');
      const query = flags.server === undefined ? '' : `?subject=${encodeURIComponent(flags.server)}`;
      const { operations, silentCells } = await api.federation<{ operations: Row[]; silentCells: string[] }>(
        `/operations${query}`,
      );
      missing(silentCells);
      list(operations.map(({ steps: _steps, ...rest }) => rest).map(brief));
    });
  operation
    .command('show <id>')
    .description('one, with its steps and their times')
    .action(async (id: string) => {
      const { api, show, list, json } = await openSession(program, 'admin');
      const found = await api.federation<Row & { steps: Row[] }>(`/operations/${encodeURIComponent(id)}`);
      if (json) return show(found);
      const { steps, ...rest } = found;
      show(rest);
      list(steps);
    });
}

const brief = ({ id, kind, subject, state, step, message, createdAt }: Row): Row => ({
  id,
  kind,
  subject,
  state,
  step,
  created: createdAt,
  message,
});
