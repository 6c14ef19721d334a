import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../local/environment.ts';

/** Everything that a program is made of, and what makes it. */
const FOLDERS = ['api', 'cell', 'platform', 'scheduler', 'super-conductor', 'deploy/programs'];

/** Names the sources as they are now: any change of a file or of a package gives another name. */
export function sourcesKey(): string {
  const hash = createHash('sha256').update(`${REPOSITORY}\n${process.version}\n`);
  hash.update(readFileSync(join(REPOSITORY, 'package-lock.json')));
  for (const folder of FOLDERS) {
    const names = readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((one) => one.endsWith('.ts')).sort()) {
      const path = join(folder, name);
      const { size, mtimeMs } = statSync(join(REPOSITORY, path));
      hash.update(`${path} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex').slice(0, 16);
}
