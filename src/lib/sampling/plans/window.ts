/** Days within which something approved is carried out, both included. `YYYY-MM-DD` */
export type Window = { readonly fromOn: string; readonly untilOn: string };

export type DueFault = 'window-over' | 'due-outside-window' | 'due-in-the-past';

/** Why a task cannot be due on a day; null: it can. @param window null: nothing bounds it. */
export function dueFault(dueOn: string, today: string, window: Window | null): DueFault | null {
	if (window !== null && window.untilOn < today) return 'window-over';
	if (dueOn < today) return 'due-in-the-past';
	return window !== null && (dueOn < window.fromOn || dueOn > window.untilOn) ? 'due-outside-window' : null;
}

/** The day a task is due by itself: so many days from now, inside the window. */
export function defaultDue(today: string, usual: string, window: Window | null): string {
	if (window === null || window.untilOn < today) return usual;
	if (usual > window.untilOn) return window.untilOn;
	return usual < window.fromOn ? window.fromOn : usual;
}
