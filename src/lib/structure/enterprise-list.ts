import type { ListPage } from '#lib/enterprises/turn.ts';
import type { Place } from './place.server.ts';

/** One enterprise behind a figure: no person, no telephone. */
export type ListedEnterprise = {
	readonly uscc: string;
	readonly name: string;
	readonly regionName: string | null;
	readonly industryName: string | null;
	readonly establishedOn: string | null;
	readonly status: string;
	readonly cancelledOn: string | null;
};

/** A page of the enterprises behind a figure. */
export type EnterpriseList<Row extends ListedEnterprise> = {
	readonly place: Place;
	/** What the summary counted: the figure that was opened. */
	readonly counted: number;
} & ListPage<Row>;
