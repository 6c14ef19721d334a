import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findForbiddenImports } from '../../../deploy/checks/walls.ts';

describe('findForbiddenImports', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'walls-'));
    for (const folder of ['platform', 'api', 'scheduler', 'super-conductor', 'cell', 'deploy', 'test']) {
      mkdirSync(join(root, folder));
    }
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const write = (file: string, source: string): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), source);
  };

  it.each([
    ['api/routes.ts', '../cell/database/tables.ts', 'cell/database/tables.ts'],
    ['scheduler/a.ts', '../super-conductor/b.ts', 'super-conductor/b.ts'],
    ['cell/compute/a.ts', '../network/b.ts', 'cell/network/b.ts'],
    ['cell/compute/a.ts', '../database/b.ts', 'cell/database/b.ts'],
    ['cell/conductor/a.ts', '#platform/directory/directory.ts', 'platform/directory/directory.ts'],
    ['platform/rpc/a.ts', '../../api/b.ts', 'api/b.ts'],
    ['platform/objects/a.ts', '../database/b.ts', 'platform/database/b.ts'],
    ['platform/states/a.ts', 'node:fs', 'node:fs'],
    ['api/a.ts', '../deploy/b.ts', 'deploy/b.ts'],
  ])('%s may not import %s', (file, specifier, imported) => {
    write(file, `import type { A } from 'typebox';\nimport {\n  x,\n} from '${specifier}';\n`);
    expect(findForbiddenImports(root)).toEqual([expect.objectContaining({ file, line: 4, imported })]);
  });

  it('sees imports at run time and re-exports', () => {
    write('api/a.ts', "export * from '../cell/agent/x.ts';\nconst y = await import('../cell/agent/y.ts');\n");
    expect(findForbiddenImports(root).map((one) => one.imported)).toEqual(['cell/agent/x.ts', 'cell/agent/y.ts']);
  });

  it('lets pass what the architecture allows', () => {
    write('api/a.ts', "import '#platform/directory/directory.ts';\nimport { b } from './b.ts';\n");
    write('cell/conductor/a.ts', "import { b } from '../database/b.ts';\n");
    write('cell/compute/a.ts', "import { b } from '../agent/b.ts';\n");
    write('deploy/a.ts', "import { b } from '../api/b.ts';\n");
    write('platform/objects/a.ts', "import { Type } from 'typebox';\nimport { kinds } from '../errors/b.ts';\n");
    expect(findForbiddenImports(root)).toEqual([]);
  });
});
