import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { generateTypes } from '../client/generated-types.ts';
import { policyPage } from '../docs/policy-page.ts';

/** The generated files that are not what the routes say now, by their path in the repository. */
export async function findStaleTypes(repository: string): Promise<readonly string[]> {
  const files = [...(await generateTypes()), policyPage(repository)];
  return files
    .filter(({ path, text }) => !existsSync(path) || readFileSync(path, 'utf8') !== text)
    .map(({ path }) => relative(repository, path));
}
