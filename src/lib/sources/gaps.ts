import { addDays } from '#lib/calendar/days.ts';
import type { KindDeliveries, PartialDelivery, SourceDeliveries } from './deliveries.server.ts';

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
	readonly of: SourceDeliveries;
	readonly kind: string;
	readonly what: (typeof gapKinds)[number];
	readonly cities: readonly string[];
	readonly since: string;
	/** Only of a partial day. */
	readonly partial?: PartialDelivery;
	readonly blinded: readonly Blinded[];
};

/** The worst first. */
const gapKinds = ['missing', 'silent', 'late', 'stopped', 'changed-coverage', 'partial'] as const;

/** The gaps of all sources, the worst first. */
export function gapsOf(sources: readonly SourceDeliveries[], blinded: readonly Blinded[]): Gap[] {
	const gaps = sources.flatMap((of) => of.kinds.flatMap((kind) => gapsOfKind(of, kind, blinded.filter((one) => one.kind === kind.kind))));
	return gaps.sort((a, b) => gapKinds.indexOf(a.what) - gapKinds.indexOf(b.what));
}

function gapsOfKind(of: SourceDeliveries, { kind, state, behind, cities, partial }: KindDeliveries, blinded: readonly Blinded[]): Gap[] {
	const own = blinded.filter(({ sourceId }) => sourceId === of.source.id);
	const late = cities.filter((mark) => mark.state === state);
	const since = late.length === 0 ? '' : addDays(late.map(({ deliveredTo }) => deliveredTo).sort()[0]!, 1);
	const gaps: Gap[] = [];
	if (state === 'late' || state === 'missing' || state === 'stopped') {
		gaps.push({ of, kind, what: state, cities: behind, since, blinded: own.filter(({ reason }) => reason !== 'changed-coverage') });
	}
	for (const changed of own.filter(({ reason }) => reason === 'changed-coverage')) {
		gaps.push({ of, kind, what: 'changed-coverage', cities: changed.cities, since: changed.since ?? '', blinded: [changed] });
	}
	// Nobody promised anything less, and yet nothing came.
	for (const silent of blinded.filter(({ sourceId }) => sourceId === null)) {
		gaps.push({ of, kind, what: 'silent', cities: silent.cities, since: silent.since ?? '', blinded: [silent] });
	}
	for (const day of partial) gaps.push({ of, kind, what: 'partial', cities: day.cities, since: day.day, partial: day, blinded: [] });
	return gaps;
}
