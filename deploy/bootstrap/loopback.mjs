const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];

/**
 * The environment with loopback taken out of what proxies are asked for: the processes of a region talk to each other there. Downloads still go
 * through a proxy.
 */
export function withoutProxyForLoopback(environment) {
  const named = (environment.no_proxy ?? environment.NO_PROXY ?? '').split(/[\s,]+/).filter((host) => host !== '');
  const all = [...new Set([...named, ...LOOPBACK])].join(',');
  return { ...environment, no_proxy: all, NO_PROXY: all };
}
