/** What the reader chose; `auto` follows the system. Remembered in a cookie that app.html reads before anything is drawn. */
export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const cookie = 'qianshao_theme';
const yearSeconds = 365 * 86_400;

/** Counts up whenever the colours may have changed: drawings on canvas read it to draw anew. */
let epoch = $state(0);

/** The number of colour changes so far; reading it in an effect runs that effect again after each. */
export function themeEpoch(): number {
	return epoch;
}

/** What is in force: the attribute on <html>. Only in the browser. */
export function currentTheme(): Theme {
	const value = document.documentElement.getAttribute('data-theme');
	return value === 'light' || value === 'dark' ? value : 'auto';
}

export function chooseTheme(theme: Theme): void {
	const root = document.documentElement;
	if (theme === 'auto') root.removeAttribute('data-theme');
	else root.setAttribute('data-theme', theme);
	document.cookie = `${cookie}=${theme}; path=/; max-age=${theme === 'auto' ? 0 : yearSeconds}; samesite=lax`;
	epoch += 1;
}

/** Follows the system's preference, and paper (always light), while a page is open; returns how to stop. */
export function followSystemTheme(): () => void {
	const queries = [matchMedia('(prefers-color-scheme: dark)'), matchMedia('print')];
	const changed = () => (epoch += 1);
	for (const query of queries) query.addEventListener('change', changed);
	return () => queries.forEach((query) => query.removeEventListener('change', changed));
}

/** The value of a colour token right now, for canvas: `token('--accent')` → `'#1b4f8f'`. */
export function token(name: string): string {
	return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
