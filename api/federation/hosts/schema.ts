import { Host } from '#platform/objects/host.ts';
import { Resources } from '#platform/objects/resources.ts';
import { always } from '../../http/by-version.ts';
import { strictQuery } from '../../http/parameter-types.ts';
import { closed } from '../../http/response-types.ts';
import { jsonSchema } from '../../http/typebox-schema.ts';
import { cellParameter, flagParameter } from '../request-types.ts';
import { listOfCells, seenInCell } from '../response-types.ts';

export const listHostsQuery = always(strictQuery({ ...cellParameter, up: flagParameter }));
const host = seenInCell(Host, { capacity: closed(jsonSchema(Resources)) });
export const listHostsResponse = always(listOfCells('hosts', host));
