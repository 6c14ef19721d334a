import { QuarantinedInstance } from '#platform/contracts/door-moves.ts';
import { always } from '../../http/by-version.ts';
import { strictQuery } from '../../http/parameter-types.ts';
import { cellParameter } from '../request-types.ts';
import { listOfCells, seenInCell } from '../response-types.ts';

export const listQuarantinedQuery = always(strictQuery(cellParameter));
export const listQuarantinedResponse = always(listOfCells('instances', seenInCell(QuarantinedInstance)));
