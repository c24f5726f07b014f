import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { may } from '#lib/access/permissions.ts';
import { notAllowed, notFound, refuse, type NotAllowed, type NotFound, type Refusal } from '#lib/access/refuse.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { liveEvent } from '#lib/counts/roll-up.server.ts';
import { knownOn } from '#lib/counts/versions.server.ts';
import { foldedUnder, type FoldSide } from '#lib/duplicates/verdicts.server.ts';
import { registerKnown } from './known-register.server.ts';
import { maskChange, maskName, maskPhone } from './mask.ts';

const eventLimit = 100;

async function register(db: Kysely<DB>, actor: Actor, uscc: string) {
	return db
		.selectFrom('enterprise as e')
		.leftJoin('region as r', 'r.code', 'e.region_code')
		.leftJoin('industry as i', 'i.key', 'e.industry_key')
		.select([
			'e.uscc', 'e.name', 'e.region_code as regionCode', 'e.region_basis as regionBasis', 'e.region_given as regionGiven',
			'e.industry_key as industryKey', 'e.enterprise_type as type', 'e.legal_rep as legalRep', 'e.address', 'e.phone',
			'e.capital_wan as capitalWan', 'e.capital_currency as capitalCurrency', 'e.capital_raw as capitalRaw',
			'e.established_on as establishedOn', 'e.status', 'e.cancelled_on as cancelledOn', 'e.key_class as keyClass',
			'r.name as regionName', 'i.name as industryName'
		])
		.where('e.uscc', '=', uscc)
		.where(withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' }))
		.executeTakeFirst();
}

/**
 * Everything known about one enterprise, personal data masked; outside the jurisdiction it does not exist.
 *
 * @param known register and events as known on the evening of this day; null: now. All else is of today.
 */
export async function dossier(db: Kysely<DB>, actor: Actor, uscc: string, known: string | null = null) {
	if (!may(actor, 'dossier.see')) return notFound;
	const found = await register(db, actor, uscc);
	if (!found) return notFound;
	const past = known === null ? undefined : await registerKnown(db, actor, uscc, known);
	const { statedLater = null, trueFrom = null, ...then } = past ?? {};
	return {
		ok: true as const,
		// What was not true yet says nothing of the past day.
		register: { ...found, ...(trueFrom === null ? then : {}), legalRep: maskName((past ?? found).legalRep), phone: maskPhone(found.phone) },
		/** Of a past day: what must be said about where its register comes from. */
		past: known === null ? null : { statedLater, trueFrom },
		classes: await classesOf(db, uscc),
		grades: await gradesOf(db, uscc),
		events: await eventsOf(db, uscc, known),
		visits: await visitsOf(db, uscc)
	};
}

export type Dossier = Exclude<Awaited<ReturnType<typeof dossier>>, NotFound>;

/** The newest version of each month, newest month first. */
async function classesOf(db: Kysely<DB>, uscc: string) {
	return db
		.selectFrom('enterprise_class')
		.distinctOn('month')
		.select(['month', 'class', 'version'])
		.where('uscc', '=', uscc)
		.orderBy('month', 'desc')
		.orderBy('version', 'desc')
		.limit(36)
		.execute();
}

async function gradesOf(db: Kysely<DB>, uscc: string) {
	return db
		.selectFrom('professional_grade')
		.distinctOn('field')
		.select(['field', 'month', 'grade'])
		.where('uscc', '=', uscc)
		.orderBy('field')
		.orderBy('month', 'desc')
		.orderBy('version', 'desc')
		.execute();
}

async function eventsOf(db: Kysely<DB>, uscc: string, known: string | null) {
	const { rows } = await sql<{
		id: string; occurredOn: string; receivedOn: string; kind: string; item: string | null; source: string | null;
		before: string | null; after: string | null;
	}>`
		select e.event_id::text as id, (e.occurred_at at time zone 'Asia/Shanghai')::date::text as "occurredOn",
			(e.received_at at time zone 'Asia/Shanghai')::date::text as "receivedOn", e.kind, e.item, s.name as source,
			e.content ->> 'before' as before, e.content ->> 'after' as after
		from (
			select * from ${known === null ? sql`event e where e.uscc = ${uscc} and ${liveEvent}` : sql`event where event.uscc = ${uscc} and ${knownOn(known)}`}
		) e left join source s on s.id = e.source_id
		order by e.occurred_at desc, e.event_id
		limit ${eventLimit}
	`.execute(db);
	// Of a past day it is not told what was folded since.
	const folded = known === null ? await foldedUnder(db, rows.map((row) => row.id), [uscc]) : new Map<string, readonly FoldSide[]>();
	return rows.map(({ id, ...row }) => ({ ...row, folded: folded.get(id) ?? [], before: maskChange(row.item, row.before), after: maskChange(row.item, row.after) }));
}

async function visitsOf(db: Kysely<DB>, uscc: string) {
	return db
		.selectFrom('inspection_visit as v')
		.leftJoin('department as d', 'd.id', 'v.department_id')
		.select(['v.id', 'v.visited_on as visitedOn', 'v.path', 'v.result', 'd.name as departmentName'])
		.where('v.uscc', '=', uscc)
		.orderBy('v.visited_on', 'desc')
		.limit(50)
		.execute();
}

/** Personal data of an enterprise in full, with the reason and the look itself in the audit trail. */
export async function reveal(
	db: Kysely<DB>,
	actor: Actor,
	uscc: string,
	reason: string
): Promise<{ readonly ok: true; readonly legalRep: string | null; readonly phone: string | null } | NotAllowed | NotFound | Refusal<'reason-missing'>> {
	if (!may(actor, 'dossier.see')) return notAllowed;
	if (reason.trim() === '') return refuse('reason-missing');
	return db.transaction().execute(async (trx) => {
		const found = await register(trx, actor, uscc);
		if (!found) return notFound;
		await audit(trx, actor, {
			action: 'enterprise.reveal',
			objectKind: 'enterprise',
			objectId: uscc,
			detail: { reason: reason.trim().slice(0, 500), fields: ['legal_rep', 'phone'] }
		});
		return { ok: true, legalRep: found.legalRep, phone: found.phone };
	});
}
