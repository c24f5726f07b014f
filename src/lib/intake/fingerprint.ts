import { hash as digest } from 'node:crypto';

/** Collects what a row says, field by field in any order; `take` gives its fingerprint and begins anew. */
export type Fingerprint = {
	readonly say: (field: string, value: string) => void;
	readonly take: () => string;
	/** Forgets what was said: the row was refused. */
	readonly drop: () => void;
};

/**
 * 132 bits over the fields in order of their names: the same content, whatever the order of the columns. Rows that are stored are known
 * by it, so neither the form nor the order may ever change.
 *
 * @param fields names that may be said.
 */
export function makeFingerprint(fields: Iterable<string>): Fingerprint {
	const names = [...new Set(fields)].sort();
	const ranks = new Map(names.map((name, rank) => [name, rank]));
	const heads = names.map((name) => `${name}\x1f`);
	const parts = new Array<string>(names.length).fill('');
	return {
		say(field, value) {
			const rank = ranks.get(field)!;
			const part = heads[rank]! + value;
			// What is said twice counts twice.
			parts[rank] = parts[rank] === '' ? part : `${parts[rank]}\x1e${part}`;
		},
		take() {
			let text = '';
			for (let i = 0; i < parts.length; i++) {
				const part = parts[i]!;
				if (part === '') continue;
				text = text === '' ? part : `${text}\x1e${part}`;
				parts[i] = '';
			}
			return digest('sha1', text, 'base64url').slice(0, 22);
		},
		drop: () => void parts.fill('')
	};
}
