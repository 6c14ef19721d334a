import { describe, expect, it } from 'vitest';
import { inBytes, progressOf, shownMove } from '../../../deploy/cli/move-views.ts';
import { StatusLine } from '../../../deploy/cli/status-line.ts';
import { aMove } from '../../support/moved/a-move.ts';

describe('how far a move is', () => {
  it('is told by its step, and by its disks while they are copied', () => {
    expect(progressOf(aMove({}))).toBe('copy 45 % of 1.2 GB, 180 MB/s');
    expect(progressOf(aMove({ bytesPerSecond: null, progress: 0 }))).toBe('copy 0 % of 1.2 GB');
    expect(progressOf(aMove({ bytes: null }))).toBe('copy 45 %');
    expect(progressOf(aMove({ progress: null }))).toBe('copy');
    expect(progressOf(aMove({ step: 'fence', progress: 100 }))).toBe('fence');
    expect(progressOf(aMove({ state: 'undoing', step: 'stop' }))).toBe('back: stop');
    expect(shownMove(aMove({ progress: 100, downtimeMs: 12_345 }))).toMatchObject({
      disks: '1.2 GB, 180 MB/s',
      downtime: '12.3 s',
    });
  });

  it('counts bytes in thousands', () => {
    expect([0, 1, 999, 1_000, 999_400, 123_456_789, 4.2e15].map(inBytes)).toEqual([
      '0 B',
      '1 B',
      '999 B',
      '1.0 kB',
      '999 kB',
      '123 MB',
      '4200 TB',
    ]);
  });

  it('is one line on a terminal, and a line a step elsewhere', () => {
    const written = (isTTY: boolean): string => {
      const parts: string[] = [];
      const line = new StatusLine('web: ', { isTTY, write: (text: string) => parts.push(text) > 0 });
      for (const text of ['stop', 'copy 1 %', 'copy 2 %', 'fence']) line.set(text);
      line.clear();
      return parts.join('');
    };
    expect(written(false)).toBe('web: stop\nweb: copy 1 %\nweb: fence\n');
    expect(written(true).split('\r\x1b[K')).toEqual([
      '',
      'web: stop',
      'web: copy 1 %',
      'web: copy 2 %',
      'web: fence',
      '',
    ]);
  });
});
