import { join } from 'node:path';
import { REPOSITORY } from '../checks/programs.ts';
import { DEVIATIONS } from './deviations.ts';
import { NETWORK_DEVIATIONS } from './network-deviations.ts';
import { PLACEMENT_DEVIATIONS } from './placement-deviations.ts';

const HEAD = `# Where the Compute API differs from Nova

Made by \`npm run docs\` from \`deploy/docs/deviations.ts\`, \`network-deviations.ts\` and \`placement-deviations.ts\`; not
written by hand.

Everything else is Nova's: routes, microversions, schemas, views, statuses, words of errors. What differs without a row
here is a fault. Scenarios that \`npm run conformance\` skips are named there with their reasons.
`;

const NETWORK_HEAD = `## Where networks differ from Neutron

How hosts route is [decision 0031](decisions/0031-every-host-routes-for-its-guests.md).
`;

const PLACEMENT_HEAD = `## Where placement differs

The Placement API is a view of the cells: [decision 0036](decisions/0036-placement-is-a-view.md).
`;

/** `docs/deviations.md` as the data says now. */
export function deviationsPage(repository = REPOSITORY): { readonly path: string; readonly text: string } {
  const compute = tableOf(
    'Nova',
    DEVIATIONS.map(({ of, nova, here, reason }) => [of, nova, here, reason]),
  );
  const network = tableOf(
    'Neutron',
    NETWORK_DEVIATIONS.map(({ of, neutron, here, reason }) => [of, neutron, here, reason]),
  );
  const placement = tableOf(
    'The Placement service',
    PLACEMENT_DEVIATIONS.map(({ of, placement: theirs, here, reason }) => [of, theirs, here, reason]),
  );
  const text = `${HEAD}\n${compute}\n\n${NETWORK_HEAD}\n${network}\n\n${PLACEMENT_HEAD}\n${placement}\n`;
  return { path: join(repository, 'docs/deviations.md'), text };
}

const tableOf = (theirs: string, rows: readonly (readonly string[])[]): string =>
  [
    `| What | ${theirs} | Here | Reason |`,
    '|---|---|---|---|',
    ...rows.map((cells) => `| ${cells.map(escaped).join(' | ')} |`),
  ].join('\n');

const escaped = (cell: string): string => cell.replaceAll('|', '\\|');
