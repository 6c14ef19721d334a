import { arrayOf, string } from '../../../http/parameter-types.ts';
import { shape } from '../../../http/response-types.ts';

export const tagsResponse = { 26: shape({ tags: arrayOf(string) }) };
