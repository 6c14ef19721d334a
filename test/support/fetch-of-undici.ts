/**
 * With the package loaded, its agent serves `fetch`. The one that Node brings along may open connections on which it never sends anything, and a
 * server that closes waits a minute for these.
 */
import 'undici';
