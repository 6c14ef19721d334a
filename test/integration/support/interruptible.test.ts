import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it.each(['SIGINT', 'SIGTERM'] as const)(
  'a long run undoes what it has begun, the last first, at %s',
  async (signal) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'interrupted-program.ts')]);
    const said: string[] = [];
    child.stdout.on('data', (chunk: Buffer) => {
      said.push(...chunk.toString().trim().split('\n'));
      if (!said.includes('works') || child.killed) return;
      // As it comes through npm.
      child.kill(signal);
      child.kill(signal);
    });
    const [code] = await once(child, 'exit');
    expect(said).toEqual(['works', 'second undone', 'first undone']);
    expect(code).toBe(130);
  },
);
