import { arrayOf, object, string } from '../../http/parameter-types.ts';
import { links, shape } from '../../http/response-types.ts';
import { customName } from '../names.ts';
import { everyVersion } from '../response-types.ts';

const resourceClass = shape({ name: string, links });
export const classResponse = everyVersion(resourceClass);
export const classesResponse = everyVersion(shape({ resource_classes: arrayOf(resourceClass) }));
/** Until 1.6 PUT renames a class and answers with it. */
export const putClassResponse = { 2: resourceClass, 7: 'empty' as const };

const named = object({ name: customName }, ['name']);
export const createClassBody = everyVersion(named);
/** Since 1.7 PUT takes no body. */
export const putClassBody = { 2: named, 7: {} };
export interface NamedClass {
  readonly name: string;
}
