import type { Ajv } from 'ajv';
import type { DataValidateFunction } from 'ajv/dist/types/index.js';

/**
 * Numbers may be given as text (`"ram": "512"`); their bounds apply as well (nova/api/validation/validators.py,
 * `_validate_minimum` and `_validate_maximum`). The pattern of the schema checks text that is not a whole number.
 */
export function boundNumericText(ajv: Ajv): void {
  replace(ajv, 'minimum', (value, limit) => value >= limit);
  replace(ajv, 'maximum', (value, limit) => value <= limit);
}

function replace(ajv: Ajv, keyword: 'minimum' | 'maximum', within: (value: number, limit: number) => boolean): void {
  ajv.removeKeyword(keyword);
  ajv.addKeyword({
    keyword,
    type: ['number', 'string'],
    schemaType: 'number',
    compile: (limit: number, parentSchema) => {
      const check: DataValidateFunction = (data: number | string) => {
        if (typeof data === 'string' && !/^\s*[+-]?\d+\s*$/.test(data)) return true;
        if (within(Number(data), limit)) return true;
        check.errors = [{ keyword, params: { limit }, parentSchema }];
        return false;
      };
      return check;
    },
  });
}
