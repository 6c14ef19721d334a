import { silentLogger } from '#platform/logging/logger.ts';
import { createHttpService, type HttpService, type HttpServiceOptions } from '#platform/rpc/http-service.ts';

/** A service that listens on loopback, on any free port unless one is given, and logs nothing. */
export async function startOnLoopback(
  name: string,
  routes: HttpServiceOptions['routes'],
  port = 0,
): Promise<HttpService> {
  const service = createHttpService({ name, host: '127.0.0.1', port, log: silentLogger, routes });
  await service.start();
  return service;
}
