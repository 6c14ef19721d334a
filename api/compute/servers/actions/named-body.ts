import { object } from '../../../http/parameter-types.ts';
import type { Schema } from '../../../http/validator.ts';

/** A body whose one key is the action's name. */
export const namedBody = (name: string, schema: Schema): Schema => object({ [name]: schema }, [name]);

/** Clients send null, {} or anything else under the name; Nova never checks it. */
export const looseBody = (name: string): Schema => namedBody(name, {});
