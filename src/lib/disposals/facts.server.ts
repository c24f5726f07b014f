import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { liveEvent } from '#lib/counts/roll-up.server.ts';
import type { Explanation, ScopeKind } from '#lib/warnings/evaluation.ts';
import { behindFigure } from '#lib/warnings/evidence.server.ts';
import { isShared } from '#lib/warnings/subject-labels.ts';
import type { PaperFacts } from './facts.ts';

/** The part of a warning that papers need. */
export type PaperWarning = {
	readonly id: string;
	readonly number: string;
	readonly item: string;
	readonly scopeKind: ScopeKind;
	readonly regionCode: string;
	readonly industryKey: string;
	readonly uscc: string | null;
	readonly observed: number | null;
	readonly explanation: Explanation;
	/** 武进区餐饮业. */
	readonly place: string;
};

/** Undefined outside the jurisdiction. */
export async function paperWarning(db: Kysely<DB>, actor: Actor, id: string): Promise<PaperWarning | undefined> {
	const row = await db
		.selectFrom('warning as w')
		.leftJoin('region as r', 'r.code', 'w.region_code')
		.leftJoin('industry as n', 'n.key', 'w.industry_key')
		.select(['w.id', 'w.number', 'w.item', 'w.scope_kind', 'w.region_code', 'w.industry_key', 'w.uscc', 'w.observed', 'w.explanation', 'r.name as region', 'n.name as industry'])
		.where('w.id', '=', id)
		.where(withinJurisdiction(scopeOf(actor), { region: 'w.region_code', industry: 'w.industry_key' }))
		.executeTakeFirst();
	return row && {
		id: row.id, number: row.number, item: row.item, scopeKind: row.scope_kind as ScopeKind, regionCode: row.region_code, industryKey: row.industry_key,
		uscc: row.uscc, observed: row.observed, explanation: row.explanation as unknown as Explanation, place: `${row.region ?? ''}${row.industry ?? ''}`
	};
}

export type Addressee = { readonly uscc: string; readonly name: string; readonly address: string | null; readonly establishedOn: string | null };

/** So many are offered; the others are found in the warning's own list and by narrower warnings. */
const mostOffered = 200;

/** The enterprises of the jurisdiction that a warning is about: the named one, the members, and those with most of a place's count. */
export async function addresseesOf(db: Kysely<DB>, actor: Actor, warning: PaperWarning): Promise<Addressee[]> {
	const contributors = (warning.explanation.contributors?.enterprises ?? []).map(({ key }) => key);
	const { rows } = await sql<Addressee>`
		select e.uscc, e.name, e.address, e.established_on::text as "establishedOn"
		from enterprise e left join warning_subject s on s.uscc = e.uscc and s.warning_id = ${warning.id}
		where (s.uscc is not null or e.uscc = any(${contributors}) or e.uscc = ${warning.uscc})
			and ${withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' })}
		order by e.uscc = ${warning.uscc} desc nulls last, array_position(${contributors}, e.uscc), s.weight desc nulls last, e.uscc
		limit ${mostOffered}
	`.execute(db);
	return rows;
}

/** What may be said to the addressee: its own events of the window, or all of the place where the paper goes to nobody in particular. */
export async function factsFor(db: Kysely<DB>, actor: Actor, warning: PaperWarning, to: Addressee | null): Promise<PaperFacts> {
	const { explanation, item, scopeKind, observed, place } = warning;
	const { evidence } = explanation;
	const own = to === null ? evidence : { ...evidence, uscc: [to.uscc] };
	const { rows } = await sql<{ n: number }>`select count(*)::int as n from event e where ${behindFigure(actor, own, 'e')} and ${liveEvent}`.execute(db);
	return {
		item, scopeKind, window: { from: evidence.from, to: evidence.to }, count: rows[0]!.n, sharing: isShared(scopeKind) ? Math.round(observed ?? 0) : 0,
		enterprise: to && { uscc: to.uscc, address: to.address, establishedOn: to.establishedOn }, place
	};
}
