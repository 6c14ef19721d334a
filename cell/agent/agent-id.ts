import { randomUUID } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from './atomic-file.ts';

/** The id of an agent outlives its process: made once, kept in its state folder. Two agents never share a state folder. */
export async function loadAgentId(stateDir: string): Promise<string> {
  const path = join(stateDir, 'agent-id');
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const kept = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  if (kept.trim() !== '') return kept.trim();
  const made = randomUUID();
  await writeFileAtomically(path, `${made}\n`);
  return made;
}
