import type { Outcome } from './states.ts';

/** What inspectors found, as the outcome of the inspection that was asked for; null while there is nothing. A person decides. */
export function suggestedOutcome(results: readonly { readonly result: string }[]): Outcome | null {
	if (results.length === 0) return null;
	const found = new Set(results.map(({ result }) => result));
	const idle = ['no-problem', 'no-activity'];
	if ([...found].every((result) => idle.includes(result))) return 'no-problem';
	return [...found].every((result) => idle.includes(result) || result === 'ordered-to-correct') ? 'corrected' : 'problem-found';
}
