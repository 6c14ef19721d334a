import { join } from 'node:path';
import { REPOSITORY } from '../checks/programs.ts';
import { DEVIATIONS } from './deviations.ts';

const HEAD = `# Where the Compute API differs from Nova

Made by \`npm run docs\` from \`deploy/docs/deviations.ts\`; not written by hand.

Everything else is Nova's: routes, microversions, schemas, views, statuses, words of errors. What differs without a row
here is a fault. Scenarios that \`npm run conformance\` skips are named there with their reasons.
`;

/** `docs/deviations.md` as the data says now. */
export function deviationsPage(repository = REPOSITORY): { readonly path: string; readonly text: string } {
  const rows = DEVIATIONS.map(
    ({ of, nova, here, reason }) => `| ${[of, nova, here, reason].map(escaped).join(' | ')} |`,
  );
  const table = ['| What | Nova | Here | Reason |', '|---|---|---|---|', ...rows];
  return { path: join(repository, 'docs/deviations.md'), text: `${HEAD}\n${table.join('\n')}\n` };
}

const escaped = (cell: string): string => cell.replaceAll('|', '\\|');
