import { always } from '../http/by-version.ts';
import { fieldsParameter } from '../http/listing.ts';
import { arrayOf, looseQuery, string } from '../http/parameter-types.ts';
import { integer, moment, pageOf, shape } from '../http/response-types.ts';
import type { Schema } from '../http/validator.ts';

/** What every view of the Networking API has (Neutron's standard attributes). */
export const standardMembers = {
  id: string,
  project_id: string,
  tenant_id: string,
  description: string,
  tags: arrayOf(string),
  created_at: moment,
  updated_at: moment,
  revision_number: integer,
} as const;

/** `{network: …}` */
const oneOfNoun = (noun: string, view: Schema) => always(shape({ [noun]: view }));
/** `{networks: […]}`, with links to the pages around it where a limit was given. */
const listOfNoun = (nouns: string, view: Schema) => always(pageOf(nouns, view));
/** A request with one resource gets one back; a request with a list gets a list. */
const createdNoun = (noun: string, nouns: string, view: Schema) =>
  always({ anyOf: [shape({ [noun]: view }), shape({ [nouns]: arrayOf(view) })] });

/** What shows, lists and creates a noun answers. */
export const responsesOf = (noun: string, nouns: string, view: Schema) => ({
  show: oneOfNoun(noun, view),
  list: listOfNoun(nouns, view),
  create: createdNoun(noun, nouns, view),
});

/** The query of what shows one thing. Other parameters are ignored: they cannot widen the answer. */
export const showQuery = always(looseQuery(fieldsParameter));
/** Of a delete. */
export const emptyResponse = always<'empty'>('empty');
