import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { generateTypes } from '../client/generated-types.ts';
import { generatedPages } from '../docs/pages.ts';

/** The generated files that are not what the routes say now, by their path in the repository. */
export async function findStaleTypes(repository: string): Promise<readonly string[]> {
  const files = [...(await generateTypes()), ...(await generatedPages(repository))];
  return files
    .filter(({ path, text }) => !existsSync(path) || readFileSync(path, 'utf8') !== text)
    .map(({ path }) => relative(repository, path));
}
