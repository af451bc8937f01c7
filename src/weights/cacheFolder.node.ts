/**
 * Where lookhear keeps what it can get again (downloaded models): `LOOKHEAR_CACHE`, else the place that the system has
 * for it (XDG base directories; ~/Library/Caches on macOS; %LOCALAPPDATA% on Windows).
 */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** The folder need not exist. The parameters are there for tests. */
export function cacheFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const { LOOKHEAR_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = environment;
  if (LOOKHEAR_CACHE) return LOOKHEAR_CACHE;
  if (platform === 'win32') return join(LOCALAPPDATA || join(home, 'AppData', 'Local'), 'lookhear', 'cache');
  // The XDG rules tell to ignore a relative path.
  if (XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, 'lookhear');
  return platform === 'darwin' ? join(home, 'Library', 'Caches', 'lookhear') : join(home, '.cache', 'lookhear');
}
