import type { Command } from 'commander';
import { type ExposedFile, exposureAdvice } from '#platform/config/exposed-files.ts';
import { processSources } from '#platform/config/load.ts';
import type { Finding } from '../client/views.ts';
import { exposedLocalFiles } from './local-secrets.ts';
import type { Row } from './output.ts';
import { openSession } from './session.ts';

/** Exit status 0: everything in order; 1: something is not, or not known. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description(
      'show differences, late operations, quarantined servers and silent cells in all tiers, and files of this machine that expose secrets (admin)',
    )
    .action(async () => {
      const { api, list, show, say, json } = await openSession(program, 'admin');
      const found = await api.call('federation', 'GET /v1/findings');
      const exposed = exposedLocalFiles(processSources());
      if (found.findings.length + exposed.length > 0) process.exitCode = 1;
      if (json) return show({ ...found, exposedFiles: exposed });
      if (exposed.length > 0) list(exposed.map(fileRow));
      if (found.findings.length === 0) {
        return say(
          `no ${exposed.length === 0 ? '' : 'other '}findings (${found.checks} checks, ${found.cells} ${found.cells === 1 ? 'cell' : 'cells'})`,
        );
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

const fileRow = (file: ExposedFile): Row => ({
  kind: 'file-exposed',
  where: 'this machine',
  subject: file.path,
  message:
    file.isFolder === true
      ? `other users may replace files with secrets in it (mode ${file.mode})`
      : `other users may read secrets in it (mode ${file.mode})`,
  advice: exposureAdvice(file),
});
