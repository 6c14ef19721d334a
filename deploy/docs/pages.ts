import { REPOSITORY } from '../checks/programs.ts';
import { clientsPage } from './clients-page.ts';
import { deviationsPage } from './deviations-page.ts';
import { operationsPage } from './operations-page.ts';
import { policyPage } from './policy-page.ts';

/** Every page that is made from the code, or has a part that is. */
export const generatedPages = async (
  repository = REPOSITORY,
): Promise<readonly { readonly path: string; readonly text: string }[]> => [
  policyPage(repository),
  operationsPage(repository),
  deviationsPage(repository),
  await clientsPage(repository),
];
