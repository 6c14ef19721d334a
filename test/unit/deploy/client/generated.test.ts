import { expect, it } from 'vitest';
import { findStaleTypes } from '../../../../deploy/checks/generated.ts';
import { REPOSITORY } from '../../../../deploy/checks/programs.ts';
import { generateTypes } from '../../../../deploy/client/generated-types.ts';

it('says what every route takes and answers, and is what the routes say now', async () => {
  const files = await generateTypes();
  const compute = files.find(({ path }) => path.endsWith('/compute.ts'))?.text ?? '';
  expect(compute).toContain("'GET /servers/{id}': {");
  expect(compute).toMatch(/imageRef\?: string;/);
  expect(await findStaleTypes(REPOSITORY)).toEqual([]);
}, 30_000);
