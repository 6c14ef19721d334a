import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ACTIONS, findAction } from '../../../../cell/conductor/actions/index.ts';

const page = readFileSync(new URL('../../../../docs/server-actions.md', import.meta.url), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

describe('the actions of a server', () => {
  it('have one kind each, and a row in the docs with their first release', () => {
    const documented = rows.map(([, kind, , since]) => `${kind} ${since}`);
    expect(documented).toEqual(ACTIONS.map(({ kind, since }) => `\`${kind}\` ${since}`).sort());
    expect(new Set(ACTIONS.map(({ kind }) => kind)).size).toBe(ACTIONS.length);
  });

  it('own an operation of the same kind, if they have one', () => {
    for (const { kind, operation } of ACTIONS) if (operation !== null) expect(operation.kind).toBe(kind);
  });

  it('name events of steps that exist', () => {
    for (const { log, operation } of ACTIONS) {
      const steps = (operation?.steps ?? []).map(({ name }) => name);
      expect(steps).toEqual(expect.arrayContaining(Object.keys(log.events ?? {})));
    }
  });

  it('check their own params, and accept fields that a newer caller adds', () => {
    const reboot = findAction('reboot');
    expect(reboot?.accepts({ reboot: 'hard', moreOfIt: 1 })).toBeNull();
    expect(reboot?.accepts({ reboot: 'gently' })).toContain('/reboot');
    expect(findAction('resize')?.accepts({})).not.toBeNull();
    expect(findAction('toString')).toBeUndefined();
  });
});
