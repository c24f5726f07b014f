import { outwardFormat, type Dataset } from './datasets.ts';

/** What stands before the rows: what they are, whose, and how to see that all of them are there. docs/outward/manifest.schema.json. */
export type Manifest = {
	readonly format: typeof outwardFormat;
	readonly version: 1;
	readonly dataset: Dataset;
	readonly jurisdiction: { readonly regionCode: string; readonly name: string };
	/** Months of the rows, `YYYY-MM`; null without rows. */
	readonly period: { readonly first: string; readonly last: string } | null;
	readonly sequence: Range & { readonly first: number | null; readonly last: number | null };
	readonly rows: number;
	/** Of all bytes after the manifest's line; of a CSV, of the whole file. */
	readonly sha256: string;
	/** RFC 3339, UTC. */
	readonly writtenAt: string;
	readonly note: string;
};

/** Rows were asked for behind `after`; all up to `through` are given; the dataset ended at `head` then. */
export type Range = { readonly after: number; readonly through: number; readonly head: number };

/** H1, on everything that leaves. */
const note =
	'企业信用风险分类仅作为配置监管资源的内部参考，不作为对企业的信用评价；预警和分类不对外发布。' +
	'A class is an internal reference for placing supervision resources, not a credit rating; neither classes nor warnings are to be published.';

/** What is known of the rows once they are written. */
export type Written = {
	readonly rows: number;
	readonly sha256: string;
	readonly first: number | null;
	readonly last: number | null;
	readonly period: Manifest['period'];
};

export function makeManifest(
	about: { readonly dataset: Dataset; readonly jurisdiction: Manifest['jurisdiction']; readonly range: Range; readonly at: Date },
	{ rows, sha256, first, last, period }: Written
): Manifest {
	const { after, through, head } = about.range;
	return {
		format: outwardFormat, version: 1, dataset: about.dataset, jurisdiction: about.jurisdiction, period,
		sequence: { after, first, last, through, head }, rows, sha256, writtenAt: about.at.toISOString(), note
	};
}
