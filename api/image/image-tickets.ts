/** Permission to read the bytes of one image, carried in a server's build to its host; or to upload them once, carried in an action. */
export interface ImageTickets {
  /** @returns a signed text for `Authorization: Bearer`, valid 30 days. */
  make(imageId: string): Promise<string>;
  /** @throws VolvoxError unauthenticated unless it is a valid ticket for this image. */
  check(ticket: string, imageId: string): Promise<void>;
}
