import type { SourceDeliveries } from './deliveries.server.ts';

/** What the monitors could not judge because of a gap. */
export type Blinded = {
	readonly kind: string;
	readonly sourceId: string | null;
	readonly reason: string;
	readonly since: string | null;
	readonly cities: readonly string[];
	readonly evenings: number;
	readonly indicators: readonly { readonly id: string; readonly name: string; readonly nameEn: string }[];
};

/** Something that is missing, by whom it is to be had, and what it blinds meanwhile. */
export type Gap = {
	readonly row: SourceDeliveries;
	readonly what: 'late' | 'missing' | 'stopped' | 'silent' | 'changed-coverage' | 'partial';
	readonly cities: readonly string[];
	readonly since: string | null;
	/** Of partial days. */
	readonly partial: SourceDeliveries['partial'][number] | null;
	readonly blinded: readonly Blinded[];
};

/** The gaps of all sources, the missing first. @param nextDay the day after a day. */
export function gapsOf(rows: readonly SourceDeliveries[], blinded: readonly Blinded[], nextDay: (day: string) => string): Gap[] {
	const order: readonly Gap['what'][] = ['missing', 'silent', 'late', 'stopped', 'changed-coverage', 'partial'];
	const gaps = rows.flatMap((row): Gap[] => {
		const own = blinded.filter(({ kind }) => kind === row.kind);
		const by = own.filter(({ sourceId }) => sourceId === row.source.id);
		const since = nextDay(row.deliveredTo);
		const behind = { row, cities: row.behind, since, partial: null };
		const found: Gap[] = [];
		if (row.state === 'late' || row.state === 'missing' || row.state === 'stopped') {
			found.push({ ...behind, what: row.state, blinded: by.filter(({ reason }) => reason !== 'changed-coverage') });
		}
		const changed = by.filter(({ reason }) => reason === 'changed-coverage');
		if (row.state === 'changed-coverage' || changed.length > 0) {
			found.push({ ...behind, what: 'changed-coverage', since: changed[0]?.since ?? since, cities: changed[0]?.cities ?? row.behind, blinded: changed });
		}
		// Nobody promised anything less, and yet nothing came.
		for (const silent of own.filter(({ sourceId }) => sourceId === null)) {
			found.push({ ...behind, what: 'silent', cities: silent.cities, since: silent.since ?? since, blinded: [silent] });
		}
		for (const partial of row.partial) found.push({ ...behind, what: 'partial', cities: partial.cities, since: partial.day, partial, blinded: [] });
		return found;
	});
	return gaps.sort((a, b) => order.indexOf(a.what) - order.indexOf(b.what));
}
