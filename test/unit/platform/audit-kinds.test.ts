import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CELL_AUDIT_KINDS, DIRECTORY_AUDIT_KINDS } from '#platform/objects/audit-kinds.ts';

const [cell = '', directory = ''] = readFileSync(join(import.meta.dirname, '../../../docs/auditors.md'), 'utf8').split(
  '## In the directory',
);

it.each([
  ['a cell', CELL_AUDIT_KINDS, cell],
  ['the directory', DIRECTORY_AUDIT_KINDS, directory],
])('each kind of difference of %s has its line in docs/auditors.md, and no other has', (_where, kinds, page) => {
  const lines = [...page.matchAll(/^- `([a-z-]+)`: /gm)].map(([, kind]) => kind);
  expect(lines).toEqual([...kinds]);
});
