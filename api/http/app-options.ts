/** How the router reads paths, the same in the process and in tests. An id may be long; an empty one is no id, so a path that ends in `/` is another path. */
export const ROUTER_OPTIONS = { ignoreTrailingSlash: false, maxParamLength: 512 } as const;
