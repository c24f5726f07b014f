import type { FormFault } from '#lib/intake/kinds/definition.ts';
import type { Cadence } from './watermark.ts';

/** What the system administrator settles of a source: no word of its rows. */
export type SourceDraft = {
	readonly name: string;
	readonly ownerDepartmentId: string;
	/** The territory that it answers for. */
	readonly regionCode: string;
	/** Stored names of the kinds that it delivers. */
	readonly kinds: readonly string[];
	readonly cadence: CadenceDraft;
	/** Whom to ask when nothing comes. */
	readonly contact: string;
	/** Rows of a usual delivery, by kind, as typed; empty: learned from past deliveries. */
	readonly volumes: Readonly<Record<string, string>>;
};

export const cadenceRhythms = ['on-demand', 'working-days', 'monthly'] as const;
export type CadenceRhythm = (typeof cadenceRhythms)[number];
/** A cadence as a form states it: what does not belong to the rhythm is ignored. */
export type CadenceDraft = { readonly rhythm: CadenceRhythm; readonly by: string; readonly day: string; readonly grace: string };

export const sourceFaults = [
	'name-missing', 'name-taken', 'department-unknown', 'region-unknown', 'region-elsewhere', 'kind-missing', 'kind-unknown', 'time', 'day', 'grace', 'contact-long',
	'volume'
] as const;
export type SourceFault = (typeof sourceFaults)[number];

export const sourceLimits = { name: 40, contact: 120, graceDays: 30, lastDay: 28, volume: 100_000_000, reason: 200 } as const;

/** The cadence that a form states, or what is wrong with it. */
export function cadenceOf(draft: CadenceDraft): { readonly cadence: Cadence | null; readonly faults: readonly FormFault<SourceFault>[] } {
	if (draft.rhythm === 'on-demand') return { cadence: null, faults: [] };
	const faults: FormFault<SourceFault>[] = [];
	const grace = draft.grace.trim() === '' ? 0 : wholeNumber(draft.grace, 0, sourceLimits.graceDays);
	if (grace === null) faults.push({ at: 'grace', fault: 'grace', value: draft.grace });
	const promise = draft.rhythm === 'working-days' ? readTime(draft.by) : wholeNumber(draft.day, 1, sourceLimits.lastDay);
	if (promise === null) faults.push(draft.rhythm === 'working-days' ? { at: 'by', fault: 'time', value: draft.by } : { at: 'day', fault: 'day', value: draft.day });
	if (promise === null || grace === null) return { cadence: null, faults };
	const more = grace === 0 ? {} : { graceDays: grace };
	return { cadence: typeof promise === 'string' ? { everyWorkingDaysBy: promise, ...more } : { monthlyByDay: promise, ...more }, faults };
}

/** A cadence as a form shows it. */
export function cadenceDraftOf(cadence: Cadence | null): CadenceDraft {
	const plain = { by: '09:00', day: '5', grace: String(cadence?.graceDays ?? 0) };
	if (cadence === null) return { ...plain, rhythm: 'on-demand' };
	return 'monthlyByDay' in cadence ? { ...plain, rhythm: 'monthly', day: String(cadence.monthlyByDay) } : { ...plain, rhythm: 'working-days', by: cadence.everyWorkingDaysBy };
}

/** `9:00` and `09：00` → `09:00`; null for what is no time of a day. */
function readTime(text: string): string | null {
	const found = /^(\d{1,2}):(\d{2})$/.exec(text.trim().normalize('NFKC'));
	if (found === null || Number(found[1]) > 23 || Number(found[2]) > 59) return null;
	return `${found[1]!.padStart(2, '0')}:${found[2]}`;
}

function wholeNumber(text: string, least: number, most: number): number | null {
	const plain = text.trim().normalize('NFKC').replaceAll(',', '');
	const number = /^\d{1,10}$/.test(plain) ? Number(plain) : NaN;
	return number >= least && number <= most ? number : null;
}

/** What is wrong with a draft by itself, and the parts that had to be read. */
export function readSource(draft: SourceDraft): {
	readonly faults: readonly FormFault<SourceFault>[];
	readonly cadence: Cadence | null;
	readonly volumes: ReadonlyMap<string, number>;
} {
	const faults: FormFault<SourceFault>[] = [];
	const name = draft.name.trim();
	if (name.length < 2 || name.length > sourceLimits.name) faults.push({ at: 'name', fault: 'name-missing' });
	if (draft.contact.trim().length > sourceLimits.contact) faults.push({ at: 'contact', fault: 'contact-long' });
	if (draft.kinds.length === 0) faults.push({ at: 'kinds', fault: 'kind-missing' });
	const cadence = cadenceOf(draft.cadence);
	const volumes = new Map<string, number>();
	for (const [kind, text] of Object.entries(draft.volumes)) {
		if (text.trim() === '') continue;
		const rows = wholeNumber(text, 1, sourceLimits.volume);
		if (rows === null) faults.push({ at: `volume.${kind}`, fault: 'volume', value: text });
		else if (draft.kinds.includes(kind)) volumes.set(kind, rows);
	}
	return { faults: [...faults, ...cadence.faults], cadence: cadence.cadence, volumes };
}
