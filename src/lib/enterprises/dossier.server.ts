import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { may } from '#lib/access/permissions.ts';
import { notAllowed, notFound, refuse, type NotAllowed, type NotFound, type Refusal } from '#lib/access/refuse.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { registerKnown } from './known-register.server.ts';
import { maskName, maskPhone } from './mask.ts';
import { mayReveal, revealReason, type PersonalField } from './reveal.ts';
import { timelineOf, type TimelineLook } from './timeline.server.ts';
import { visitsOf } from './visits.server.ts';

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
 * @param look which page of its events.
 */
export async function dossier(db: Kysely<DB>, actor: Actor, uscc: string, known: string | null = null, look: TimelineLook = { kinds: [], start: null }) {
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
		...(await timelineOf(db, uscc, known, look)),
		visits: await visitsOf(db, actor, uscc)
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

/** Personal data of an enterprise in full, as far as the role may see it, with the reason and the look itself in the audit trail. */
export async function reveal(
	db: Kysely<DB>,
	actor: Actor,
	uscc: string,
	reason: string
): Promise<{ readonly ok: true; readonly shown: Partial<Readonly<Record<PersonalField, string | null>>> } | NotAllowed | NotFound | Refusal<'reason-missing'>> {
	const fields = mayReveal(actor);
	if (!may(actor, 'dossier.see') || fields.length === 0) return notAllowed;
	const why = reason.trim();
	if (why.length < revealReason.least || why.length > revealReason.most) return refuse('reason-missing');
	return db.transaction().execute(async (trx) => {
		const found = await register(trx, actor, uscc);
		if (!found) return notFound;
		await audit(trx, actor, {
			action: 'enterprise.reveal',
			objectKind: 'enterprise',
			objectId: uscc,
			detail: { reason: why, fields }
		});
		return { ok: true, shown: Object.fromEntries(fields.map((field) => [field, found[field]])) };
	});
}
