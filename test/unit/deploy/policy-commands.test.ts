import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCli } from '../../../deploy/cli/program.ts';

let folder: string;
let file: string;
let said: string;
let failed: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'volvox-policy-'));
  file = join(folder, 'policy.yaml');
  said = '';
  failed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    failed += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** The exit status. */
const volvox = async (...args: string[]): Promise<number> => {
  process.exitCode = 0;
  const status = await runCli(args);
  process.exitCode = 0;
  return status;
};

describe('volvox policy show', () => {
  it('lists every rule, and which the file changes', async () => {
    writeFileSync(file, 'get_image: "role:reader"');
    expect(await volvox('--json', 'policy', 'show', '--file', file)).toBe(0);
    const rules: { rule: string; check: string; from: string }[] = JSON.parse(said);
    expect(rules.length).toBeGreaterThan(203);
    expect(rules.filter(({ from }) => from === 'file')).toEqual([
      { rule: 'get_image', check: 'role:reader', from: 'file' },
    ]);
  });

  it('shows one rule, and offers the nearest names of one that does not exist', async () => {
    expect(await volvox('policy', 'show', 'os_compute_api:servers:create')).toBe(0);
    expect(said).toContain('POST /servers');
    expect(await volvox('policy', 'show', 'os_compute_api:server:create')).toBe(2);
    expect(failed).toContain('did you mean os_compute_api:servers:create');
  });
});

describe('volvox policy check', () => {
  it('validates a file', async () => {
    writeFileSync(file, 'get_image: "role:reader"');
    expect(await volvox('policy', 'check', file)).toBe(0);
    writeFileSync(file, '\nget_imagge: "role:reader"');
    expect(await volvox('policy', 'check', file)).toBe(1);
    expect(failed).toContain(`${file}:2: get_imagge: there is no such rule; did you mean get_image`);
  });

  it('says by its exit status whether a rule lets roles pass', async () => {
    const check = (...more: string[]) => volvox('policy', 'check', '--rule', 'os_compute_api:servers:delete', ...more);
    expect(await check('--as', 'member')).toBe(0);
    expect(await check('--as', 'reader')).toBe(1);
    expect(await check('--as', 'member', '--target', 'project=other')).toBe(1);
    expect(await check('--as', 'admin', '--target', 'project=other')).toBe(0);
    writeFileSync(file, '"os_compute_api:servers:delete": "!"');
    expect(await volvox('policy', 'check', file, '--rule', 'os_compute_api:servers:delete', '--as', 'admin')).toBe(1);
  });

  it('names what it needs', async () => {
    expect(await volvox('policy', 'check')).toBe(1);
    expect(failed).toContain('name a FILE to validate, or ask with --as ROLES');
    expect(await volvox('policy', 'check', '--as', 'member', '--target', 'planet=x')).toBe(1);
    expect(failed).toContain('expected project=ID or user=ID, got planet=x');
  });
});
