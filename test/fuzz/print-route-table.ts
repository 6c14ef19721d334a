import { apisAsData } from '../../deploy/client/apis-as-data.ts';
import { countRoutes, missingParts } from './route-table.ts';

const HELP = `npm run routes

Counts for each API: routes and actions declared, with a policy, with a request schema, with a response schema, covered by the property
test. Names those that lack a part; the exit status is 1 when there are any.
`;

const COLUMNS = ['api', 'declared', 'policy', 'request', 'response', 'fuzzed'] as const;
const line = (cells: readonly (string | number)[]): string =>
  `${cells.map((cell, index) => (index === 0 ? String(cell).padEnd(12) : String(cell).padStart(9))).join('')}\n`;

if (process.argv.includes('--help')) process.stdout.write(HELP);
else {
  const apis = apisAsData();
  process.stdout.write(line(COLUMNS));
  for (const counts of countRoutes(apis)) process.stdout.write(line(Object.values(counts)));
  const missing = missingParts(apis);
  for (const text of missing) process.stdout.write(`${text}\n`);
  process.exitCode = missing.length === 0 ? 0 : 1;
}
