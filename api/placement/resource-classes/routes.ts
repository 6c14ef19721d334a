import { addCustomClass, noClass, removeCustomClass } from '#platform/directory/stores/custom-resource-classes.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../deps.ts';
import type { Answer } from '../../http/answer.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { since } from '../../http/since.ts';
import { answerNow } from '../answers.ts';
import { duplicateName } from '../errors.ts';
import { allClasses, isCustomName, STANDARD_CLASSES } from '../names.ts';
import { emptyResponse, ignoredQuery } from '../response-types.ts';
import { CREATE, DELETE, LIST, SHOW, UPDATE } from './policy.ts';
import {
  classesResponse,
  classResponse,
  createClassBody,
  type NamedClass,
  putClassBody,
  putClassResponse,
} from './schema.ts';

const SINCE = since({ putCreates: 7 });
const pathOf = (name: string): string => `/placement/resource_classes/${name}`;
const view = (name: string) => ({ name, links: [{ rel: 'self', href: pathOf(name) }] });

/** The names that there are: the standard ones, and those of operators. */
export function resourceClassRoutes(deps: Pick<ApiDeps, 'directory'>): readonly Route[] {
  const { directory } = deps;
  return [
    route({
      method: 'GET',
      path: '/resource_classes',
      since: 2,
      summary: 'Lists resource classes.',
      policy: LIST,
      query: ignoredQuery,
      response: classesResponse,
      handle: async (request) => answerNow(request, { resource_classes: (await allClasses(deps)).map(view) }),
    }),
    route<NamedClass>({
      method: 'POST',
      path: '/resource_classes',
      since: 2,
      summary: 'Creates a resource class.',
      policy: CREATE,
      query: ignoredQuery,
      body: createClassBody,
      status: 201,
      response: emptyResponse,
      handle: async (request) => {
        const { name } = request.body;
        if (!(await directory.transaction((tx) => addCustomClass(tx, name)))) throw exists(name);
        return answerNow(request, undefined, { status: 201, headers: { location: pathOf(name) } });
      },
    }),
    route({
      method: 'GET',
      path: '/resource_classes/:name',
      since: 2,
      summary: 'Shows a resource class.',
      policy: SHOW,
      query: ignoredQuery,
      response: classResponse,
      handle: async (request) => {
        const { name = '' } = request.params;
        if (!(await allClasses(deps)).includes(name)) throw noClass(name);
        return answerNow(request, view(name));
      },
    }),
    route<NamedClass>({
      method: 'PUT',
      path: '/resource_classes/:name',
      since: 2,
      summary: 'Creates a resource class, 204 when there is one of this name; until 1.6 it renames one.',
      policy: UPDATE,
      query: ignoredQuery,
      body: putClassBody,
      status: [200, 201, 204],
      response: putClassResponse,
      handle: (request) => (SINCE.putCreates(request.version) ? create(deps, request) : rename(deps, request)),
    }),
    route({
      method: 'DELETE',
      path: '/resource_classes/:name',
      since: 2,
      summary: 'Deletes a resource class.',
      policy: DELETE,
      query: ignoredQuery,
      status: 204,
      response: emptyResponse,
      handle: async ({ params: { name = '' } }) => {
        refuseStandard(name, 'delete');
        await directory.transaction((tx) => removeCustomClass(tx, name));
      },
    }),
  ];
}

type Deps = Pick<ApiDeps, 'directory'>;

async function create({ directory }: Deps, request: ApiRequest): Promise<Answer> {
  const { name = '' } = request.params;
  if (!isCustomName(name)) {
    throw new VolvoxError(
      'invalid',
      'The resource class is invalid. A valid one must be no longer than 255 characters, start with the prefix "CUSTOM_" and use following characters: "A"-"Z", "0"-"9" and "_".',
    );
  }
  const isNew = await directory.transaction((tx) => addCustomClass(tx, name));
  return answerNow(request, undefined, { status: isNew ? 201 : 204, headers: { location: pathOf(name) } });
}

/** Nothing has an inventory of a custom class, so a new name is all that changes. */
async function rename({ directory }: Deps, request: ApiRequest<NamedClass>): Promise<Answer> {
  const { name = '' } = request.params;
  const { name: renamed } = request.body;
  refuseStandard(name, 'update');
  if (renamed !== name) {
    await directory.transaction(async (tx) => {
      await removeCustomClass(tx, name);
      if (!(await addCustomClass(tx, renamed))) throw duplicateName(`Resource class already exists: ${renamed}.`);
    });
  }
  return answerNow(request, view(renamed));
}

function refuseStandard(name: string, verb: 'delete' | 'update'): void {
  if (STANDARD_CLASSES.includes(name)) {
    throw new VolvoxError('invalid', `Cannot ${verb} standard resource class ${name}.`);
  }
}

const exists = (name: string): VolvoxError => duplicateName(`Conflicting resource class already exists: ${name}.`);
