import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cpioArchive, directory, file, link } from '../../../deploy/local/guest-image/cpio-archive.ts';

/** Debian's busybox reads the same form as the kernel. */
it('is read by cpio as it was written', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cpio-'));
  try {
    const archive = cpioArchive([
      directory('bin'),
      file('bin/tool', Buffer.from('#!/bin/sh\n'), 0o755),
      file('empty', Buffer.alloc(0)),
      link('bin/sh', 'tool'),
    ]);
    expect(archive.length % 4).toBe(0);
    execFileSync('cpio', ['-idm', '--no-absolute-filenames', '--quiet'], { cwd: folder, input: archive });
    expect(readFileSync(join(folder, 'bin/tool'), 'utf8')).toBe('#!/bin/sh\n');
    expect(statSync(join(folder, 'bin/tool')).mode & 0o777).toBe(0o755);
    expect(readFileSync(join(folder, 'empty')).length).toBe(0);
    expect(readlinkSync(join(folder, 'bin/sh'))).toBe('tool');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
