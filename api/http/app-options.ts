/** How the router reads paths, the same in the process and in tests. An id may be long; an empty one is no id, so a path that ends in `/` is another path. */
export const ROUTER_OPTIONS = { ignoreTrailingSlash: false, maxParamLength: 512 } as const;

/** How long one request may take from its first byte to the last of its answer, ms; routes that stream set their own. */
export const HANDLER_TIMEOUT_MS = 60_000;

/** Bounds of the head of a request: a token may have 8 KiB. */
export const HEAD_BOUNDS = { headersTimeout: 20_000, maxHeaderSize: 16 * 1024 } as const;
