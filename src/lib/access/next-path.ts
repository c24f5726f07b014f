/** Where to go after signing in: a path of our own, never another host; `/` for anything else. */
export function nextPath(wanted: string | null | undefined): string {
	if (!wanted || !/^\/(?![/\\])[^\\\s]*$/.test(wanted) || /^\/(login|logout|refused)\b/.test(wanted)) return '/';
	return wanted;
}
