import { join } from 'node:path';
import type { DeclaredApi } from '../../api/apis.ts';
import type { Operation } from '../../api/http/route.ts';
import { REPOSITORY } from '../checks/programs.ts';
import { apisAsData } from '../client/apis-as-data.ts';
import { isSent, type SentByTests, sentByTests } from './tested-operations.ts';

const HEAD = `# Operations of the APIs

Made by \`npm run docs\` from the routes that the APIs serve; not written by hand.

Each row is one operation: a route, or one action of \`POST …/action\`. *Microversions* are those that have it; the other
APIs have none. *Policy* is its rule in the [table of policies](policy.md). *Tested by* names the folders below \`test\`
whose sources send it, besides the property test, which sends every operation. \`npm run conformance\` replays what was
recorded from Nova and shows each operation at both ends of its range.
`;

/** `docs/api-operations.md` as the routes say now. */
export function operationsPage(repository = REPOSITORY): { readonly path: string; readonly text: string } {
  const tests = sentByTests(repository);
  const sections = apisAsData().map((api) => sectionOf(api, tests));
  return { path: join(repository, 'docs/api-operations.md'), text: `${[HEAD, ...sections].join('\n')}` };
}

interface Row {
  readonly method: string;
  readonly path: string;
  readonly action: string | null;
  readonly operation: Operation;
  readonly isDocument: boolean;
}

function sectionOf(api: DeclaredApi, tests: readonly SentByTests[]): string {
  const rows = api.routes.flatMap(({ method, path, actions, ...route }): Row[] => {
    const common = { method, path, isDocument: route.document === true };
    if (actions === undefined) return [{ ...common, action: null, operation: route }];
    return actions.map((action) => ({ ...common, action: action.name, operation: action }));
  });
  return [
    `## ${api.service.title}`,
    '',
    `${rows.length} operations below \`${api.service.prefix}\`.`,
    '',
    '| Operation | Microversions | Policy | Tested by |',
    '|---|---|---|---|',
    ...rows.map((row) => line(api, row, tests)),
    '',
  ].join('\n');
}

function line(api: DeclaredApi, row: Row, tests: readonly SentByTests[]): string {
  const { method, path, action, operation } = row;
  const sent = tests.filter((one) => isSent(api, row, one)).map(({ kind }) => kind);
  const name = `${method} ${path}${action === null ? '' : ` ${action}`}`;
  const cells = [`\`${name}\``, versions(api, row), `\`${operation.policy.rule}\``, ['property', ...sent].join(', ')];
  return `| ${cells.join(' | ')} |`;
}

function versions({ service }: DeclaredApi, { operation, isDocument }: Row): string {
  if (service.microversions === undefined || isDocument) return '';
  const { major, oldest } = service.microversions;
  const from = `${major}.${operation.since ?? oldest}`;
  return operation.until === undefined ? `${from} and later` : `${from} to ${major}.${operation.until}`;
}
