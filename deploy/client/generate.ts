import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { REPOSITORY } from '../checks/programs.ts';
import { generatedPages } from '../docs/pages.ts';
import { generateTypes } from './generated-types.ts';

for (const { path, text } of [...(await generateTypes()), ...(await generatedPages())]) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  process.stdout.write(`${relative(REPOSITORY, path)}: ${text.split('\n').length} lines\n`);
}
