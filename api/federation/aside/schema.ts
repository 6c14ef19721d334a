import { AsideInstance } from '#platform/contracts/door-moves.ts';
import { always } from '../../http/by-version.ts';
import { strictQuery } from '../../http/parameter-types.ts';
import { cellParameter } from '../request-types.ts';
import { listOfCells, seenInCell } from '../response-types.ts';

export const listAsideQuery = always(strictQuery(cellParameter));
export const listAsideResponse = always(listOfCells('instances', seenInCell(AsideInstance)));
