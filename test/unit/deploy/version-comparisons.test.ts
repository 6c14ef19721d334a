import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findVersionComparisons } from '../../../deploy/checks/version-comparisons.ts';

describe('findVersionComparisons', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'version-comparisons-'));
    mkdirSync(join(root, 'api'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const write = (file: string, source: string): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), source);
  };

  it.each([
    'if (minor >= 9) return;',
    'const old = request.version.minor < 53;',
    'minor <= 3 ? 1 : 2',
    'if (9 > version.minor) return;',
    'if (SINCE <= minor) return;',
    'if (version.minor === 1) return;',
    'if (1 !== minor) return;',
  ])('finds %s', (text) => {
    write('api/compute/things/view.ts', `const a = 1;\n${text}\n`);
    expect(findVersionComparisons(root)).toEqual([{ file: 'api/compute/things/view.ts', line: 2, text }]);
  });

  it.each([
    'SINCE.tags(version)',
    'const minorOf = ({ minor }: Microversion): number => minor;',
    'const at = atVersion(table, { minor });',
    "type Has = Pick<Microversion, 'minor'>;",
    ' * A version is `<major>.<minor>`.',
    'const minority = count < minorities;',
  ])('lets pass %s', (text) => {
    write('api/compute/things/view.ts', text);
    expect(findVersionComparisons(root)).toEqual([]);
  });

  it('lets the mechanism compare', () => {
    write('api/http/since.ts', 'minor >= from');
    expect(findVersionComparisons(root)).toEqual([]);
  });
});
