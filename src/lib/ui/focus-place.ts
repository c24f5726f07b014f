/** Where the keyboard was on a page: the `n`-th of the elements that a selector finds. Plain data. */
export type FocusPlace = { readonly selector: string; readonly n: number };

/** What tells an element from others wherever a page is rendered again; the first it has. */
const telling = ['href', 'aria-label', 'name'] as const;

/** Where the keyboard is within `root`; null where it is elsewhere, or on something that nothing tells from others. */
export function focusPlace(root: Element): FocusPlace | null {
	const focused = document.activeElement;
	if (focused === null || !root.contains(focused)) return null;
	const attribute = telling.find((one) => focused.hasAttribute(one));
	if (attribute === undefined) return null;
	const selector = `${focused.localName}[${attribute}="${CSS.escape(focused.getAttribute(attribute)!)}"]`;
	return { selector, n: [...root.querySelectorAll(selector)].indexOf(focused) };
}

/** Puts the keyboard there again, without scrolling; nowhere where it is gone. */
export function focusAgain(root: Element, { selector, n }: FocusPlace): void {
	root.querySelectorAll<HTMLElement | SVGElement>(selector)[n]?.focus({ preventScroll: true });
}
