import { always } from '../../http/by-version.ts';
import { arrayOf, string } from '../../http/parameter-types.ts';
import { integer, moment, shape } from '../../http/response-types.ts';

const finding = shape({
  kind: string,
  subject: string,
  message: string,
  advice: string,
  since: moment,
  /** The cell's name, or `global`. */
  cell: string,
});
export const listFindingsResponse = always(
  shape({
    findings: arrayOf(finding),
    /** The number of comparisons, over all tiers. */
    checks: integer,
    /** The number of cells that have auditors and answered. */
    cells: integer,
    silentCells: arrayOf(string),
  }),
);
