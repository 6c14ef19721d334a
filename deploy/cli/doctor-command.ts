import type { Command } from 'commander';
import type { Finding } from '../client/views.ts';
import type { Row } from './output.ts';
import { openSession } from './session.ts';

/** Exit status 0: everything in order; 1: something is not, or not known. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('show differences, late operations, quarantined servers and silent cells in all tiers (admin)')
    .action(async () => {
      const { api, list, show, say, json } = await openSession(program, 'admin');
      const found = await api.call('federation', 'GET /v1/findings');
      if (found.findings.length > 0) process.exitCode = 1;
      if (json) return show({ ...found });
      if (found.findings.length === 0) {
        return say(`no findings (${found.checks} checks, ${found.cells} ${found.cells === 1 ? 'cell' : 'cells'})`);
      }
      list(found.findings.map(row));
      say(`${found.findings.length} of ${found.checks} checks in ${found.cells} cells have findings`);
    });
}

const row = ({ kind, cell, subject, since, message, advice }: Finding): Row => ({
  kind,
  where: cell,
  subject,
  since,
  message,
  advice,
});
