import type { TaskScope } from './scope.ts';

/** `320412/H62`, the way a cell stands in a form. */
export function cellText(cell: TaskScope['cells'][number]): string {
	return `${cell.region}/${cell.industry}`;
}

/** The reverse of `cellText`; what does not fit is dropped, and the server then refuses an empty scope. */
export function cellsOf(values: readonly string[]): TaskScope['cells'] {
	return values.flatMap((value) => {
		const parts = /^(\d{6})\/(\*|-|[A-Z]\d{0,4})$/.exec(value);
		return parts?.[1] && parts[2] ? [{ region: parts[1], industry: parts[2] }] : [];
	});
}
