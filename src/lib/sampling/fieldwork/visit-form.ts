import type { EnteredVisit } from './enter.server.ts';

const text = (value: FormDataEntryValue | null): string => (typeof value === 'string' ? value : '');

/** What a sheet's form says: `visited`, `seenOn`, and for each item `result:<id>`, `note:<id>`, `seen:<id>`. Items with neither result nor note are not entered yet. */
export function visitOf(form: FormData): EnteredVisit {
	const ids = [...form.keys()].filter((name) => name.startsWith('result:')).map((name) => name.slice('result:'.length));
	const findings = ids.flatMap((itemId) => {
		const [result, note, seen] = ['result', 'note', 'seen'].map((field) => text(form.get(`${field}:${itemId}`)));
		return result === '' && note!.trim() === '' ? [] : [{ itemId, result: result!, note: note!, seen: seen! }];
	});
	return { visitedOn: text(form.get('visited')).trim(), seenOn: text(form.get('seenOn')), findings };
}
