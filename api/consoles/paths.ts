/** Where consoles are served, on the address of the REST API. */
export const CONSOLE_PATHS = {
  /** The page that shows a guest's screen. */
  screen: '/console/vnc',
  /** Its WebSocket: RFB in binary messages. */
  screenSocket: '/console/vnc/socket',
  /** The WebSocket of a serial console: plain bytes in binary messages. */
  serial: '/console/serial',
  /** The files of the page. */
  files: '/console/files/',
} as const;
