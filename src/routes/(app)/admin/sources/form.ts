import { cadenceRhythms, type SourceDraft } from '#lib/sources/form.ts';

/** Reads the form of a source; what it means is the verb's business. */
export function sourceDraftOf(form: FormData): SourceDraft {
	const text = (name: string) => String(form.get(name) ?? '').slice(0, 1_000);
	const volumes = [...form.keys()].filter((key) => key.startsWith('volume.')).map((key) => [key.slice('volume.'.length), text(key)] as const);
	return {
		name: text('name'),
		ownerDepartmentId: text('ownerDepartmentId'),
		regionCode: text('regionCode').trim(),
		kinds: form.getAll('kinds').map(String),
		cadence: { rhythm: cadenceRhythms.find((one) => one === text('rhythm')) ?? 'on-demand', by: text('by'), day: text('day'), grace: text('grace') },
		contact: text('contact'),
		volumes: Object.fromEntries(volumes)
	};
}
