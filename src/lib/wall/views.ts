/** What a screen can show, in the order in which it shows it. */
export const wallViews = ['warnings', 'complaints', 'matrix', 'trend', 'work', 'results'] as const;
export type WallView = (typeof wallViews)[number];

/** How long a view stays, in seconds: shorter cannot be read from across a room, longer looks broken. Ours. */
export const viewSeconds = { least: 5, usual: 20, most: 300 } as const;

/** The known ones among some names, each once and in the screen's order. */
export const viewsAmong = (names: readonly string[]): readonly WallView[] => wallViews.filter((view) => names.includes(view));
