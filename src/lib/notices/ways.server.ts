import { settings } from '#lib/settings/settings.ts';
import type { Ways } from './deliver.server.ts';
import { publicOrigin } from './origin.ts';

/** This process's ways out, by its settings. */
export const ownWays = (): Ways => ({ smtp: settings().smtp, origin: publicOrigin(settings()), dataDir: settings().dataDir });
