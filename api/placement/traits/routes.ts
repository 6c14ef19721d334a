import { addCustomTrait, noTrait, removeCustomTrait } from '#platform/directory/stores/custom-traits.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { STANDARD_TRAITS } from '#platform/objects/standard-traits.ts';
import { silentCellsHeader } from '../../cross-cell/ask-cells.ts';
import { lastOf, type Query } from '../../http/query.ts';
import { type Route, route } from '../../http/route.ts';
import { answerNow } from '../answers.ts';
import { badValue } from '../errors.ts';
import { allTraits, isCustomName } from '../names.ts';
import { listProviders, type ProviderDeps } from '../providers/list-providers.ts';
import { emptyResponse, ignoredQuery } from '../response-types.ts';
import { DELETE, LIST, SHOW, UPDATE } from './policy.ts';
import { listTraitsQuery, traitsResponse } from './schema.ts';

/** The names that there are: the standard ones, and those of operators. */
export function traitRoutes(deps: ProviderDeps): readonly Route[] {
  const { directory } = deps;
  return [
    route({
      method: 'GET',
      path: '/traits',
      since: 6,
      summary: 'Lists traits; `associated`: those that a provider has, or has not.',
      policy: LIST,
      query: listTraitsQuery,
      response: traitsResponse,
      handle: async (request) => {
        const matches = nameFilter(request.query);
        const names = (await allTraits(deps)).filter(matches);
        const associated = associatedIn(request.query);
        if (associated === null) return answerNow(request, { traits: names });
        const { providers, silent } = await listProviders(deps, request);
        const used = new Set(providers.flatMap(({ traits }) => traits));
        const traits = names.filter((name) => used.has(name) === associated);
        return answerNow(request, { traits }, { headers: silentCellsHeader(silent) });
      },
    }),
    route({
      method: 'GET',
      path: '/traits/:name',
      since: 6,
      summary: 'Says whether there is a trait.',
      policy: SHOW,
      query: ignoredQuery,
      status: 204,
      response: emptyResponse,
      handle: async (request) => {
        const { name = '' } = request.params;
        if (!(await allTraits(deps)).includes(name)) throw noTrait(name);
        return answerNow(request, undefined, { status: 204 });
      },
    }),
    route({
      method: 'PUT',
      path: '/traits/:name',
      since: 6,
      summary: 'Creates a trait; 204 when there is one of this name.',
      policy: UPDATE,
      query: ignoredQuery,
      status: [201, 204],
      response: emptyResponse,
      handle: async (request) => {
        const { name = '' } = request.params;
        if (!isCustomName(name)) {
          throw new VolvoxError(
            'invalid',
            'The trait is invalid. A valid trait must be no longer than 255 characters, start with the prefix "CUSTOM_" and use following characters: "A"-"Z", "0"-"9" and "_".',
          );
        }
        const isNew = await directory.transaction((tx) => addCustomTrait(tx, name));
        const headers = { location: `/placement/traits/${name}` };
        return answerNow(request, undefined, { status: isNew ? 201 : 204, headers });
      },
    }),
    route({
      method: 'DELETE',
      path: '/traits/:name',
      since: 6,
      summary: 'Deletes a trait that no provider has.',
      policy: DELETE,
      query: ignoredQuery,
      status: 204,
      response: emptyResponse,
      handle: async ({ params: { name = '' } }) => {
        if (STANDARD_TRAITS.includes(name)) throw new VolvoxError('invalid', `Cannot delete standard trait ${name}.`);
        await directory.transaction((tx) => removeCustomTrait(tx, name));
      },
    }),
  ];
}

/** Whether to list the traits that a provider has, or the others; null: all. @throws VolvoxError invalid */
function associatedIn(query: Query): boolean | null {
  const word = lastOf(query, 'associated')?.toLowerCase();
  if (word === undefined) return null;
  if (word === 'true' || word === 'false') return word === 'true';
  throw badValue(`The query parameter "associated" only accepts "true" or "false". Got: "${word.slice(0, 200)}".`);
}

/** `in:A,B` or `startswith:A`. @throws VolvoxError invalid */
function nameFilter(query: Query): (name: string) => boolean {
  const text = lastOf(query, 'name');
  if (text === undefined) return () => true;
  const [, kind, rest = ''] = /^(in|startswith):(.*)$/s.exec(text) ?? [];
  if (kind === 'startswith') return (name) => name.startsWith(rest);
  if (kind === 'in') {
    const names = rest.split(',');
    return (name) => names.includes(name);
  }
  throw badValue(
    `Badly formatted name parameter. Expected name query string parameter in form: ?name=[in|startswith]:[name1,name2|prefix]. Got: "${text.slice(0, 200)}".`,
  );
}
