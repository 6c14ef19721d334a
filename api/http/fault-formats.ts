import { STATUS_CODES } from 'node:http';
import type { FaultFormat } from './faults.ts';

const titleOf = (status: number): string => STATUS_CODES[status] ?? 'Error';

/** nova/api/openstack/wsgi.py, `Fault._fault_names`. */
const COMPUTE_NAMES: Readonly<Record<number, string>> = {
  400: 'badRequest',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'itemNotFound',
  405: 'badMethod',
  409: 'conflictingRequest',
  413: 'overLimit',
  415: 'badMediaType',
  429: 'overLimit',
  501: 'notImplemented',
  503: 'serviceUnavailable',
};

export const computeFaults: FaultFormat = {
  malformedJson: 'Malformed request body',
  unknownPath: 'The resource could not be found.',
  body: ({ status, message }) =>
    status === 401
      ? keystoneBody(status, 'The request you have made requires authentication.')
      : { [COMPUTE_NAMES[status] ?? 'computeFault']: { code: status, message } },
};

/** Keystone, and what keystonemiddleware says in front of every other API. */
const keystoneBody = (status: number, message: string) => ({
  error: { code: status, message, title: titleOf(status) },
});

export const identityFaults: FaultFormat = {
  malformedJson:
    'Expecting to find valid JSON in the request body. The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.',
  unknownPath: 'The resource could not be found.',
  body: ({ status, message }) => keystoneBody(status, message),
};

export const imageFaults: FaultFormat = {
  malformedJson: 'Malformed JSON in request body.',
  unknownPath: 'The resource could not be found.',
  statuses: { 'quota-exceeded': 413 },
  body: ({ status, message }) =>
    status === 401
      ? keystoneBody(status, 'The request you have made requires authentication.')
      : { message, code: `${status} ${titleOf(status)}`, title: titleOf(status) },
};

const NETWORK_TYPES: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  403: 'PolicyNotAuthorized',
  404: 'HTTPNotFound',
  405: 'HTTPMethodNotAllowed',
  409: 'Conflict',
  // The only precondition is `If-Match: revision_number=…`.
  412: 'RevisionNumberConstraintFailed',
  415: 'HTTPUnsupportedMediaType',
  429: 'HTTPTooManyRequests',
  501: 'HTTPNotImplemented',
  503: 'ServiceUnavailable',
};

/** Neutron names the class of its exception; an error carries it as `details.type`. */
export const networkFaults: FaultFormat = {
  malformedJson: 'Malformed request body: cannot understand JSON',
  unknownPath: 'The resource could not be found.',
  statuses: { 'quota-exceeded': 409 },
  body: ({ status, message, error }) => {
    if (status === 401) return keystoneBody(status, 'The request you have made requires authentication.');
    const named = error?.details.type;
    const type = typeof named === 'string' ? named : (NETWORK_TYPES[status] ?? 'InternalServerError');
    return { NeutronError: { type, message, detail: '' } };
  },
};

/** Our own API: the kind of the error, its text, and the facts a program can act on. */
export const federationFaults: FaultFormat = {
  malformedJson: 'The body is not JSON.',
  unknownPath: 'There is nothing at this path.',
  body: ({ status, message, error }) => ({
    error: {
      code: status,
      kind: error?.kind ?? (status === 409 ? 'conflict' : 'invalid'),
      message,
      details: error?.details ?? {},
    },
  }),
};
