import { STATUS_CODES } from 'node:http';
import type { FaultFormat } from '../http/faults.ts';
import { since } from '../http/since.ts';
import { NEWEST, OLDEST } from './microversions.ts';

const SINCE = since({ code: 23 });
const titleOf = (status: number): string => STATUS_CODES[status] ?? 'Error';

/** Of an error that has none of its own. */
const UNDEFINED_CODE = 'placement.undefined_code';

/**
 * A list of one error. Since 1.23 it has a code, which an error carries as `details.code`. A 406 names the range of versions. Requests without a valid
 * token get the words of keystonemiddleware, as in front of every API.
 */
export const placementFaults: FaultFormat = {
  malformedJson: 'Malformed JSON: expected an object',
  unknownPath: 'The resource could not be found.',
  body: ({ status, message, error }, { requestId, version }) => {
    const title = titleOf(status);
    if (status === 401) return { error: { code: status, message, title } };
    return {
      errors: [
        {
          ...{ status, title, detail: message, request_id: requestId },
          ...(SINCE.code(version) ? { code: error?.details.code ?? UNDEFINED_CODE } : {}),
          ...(status === 406 ? { min_version: OLDEST, max_version: NEWEST } : {}),
        },
      ],
    };
  },
};
