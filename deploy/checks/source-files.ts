import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The TypeScript files below a folder, in the order of the file system. */
export const sourceFiles = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
