import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { personKey } from '#lib/enterprises/person.ts';
import { liveEvent } from '#lib/counts/roll-up.server.ts';
import type { EvidenceQuery } from '#lib/warnings/evaluation.ts';
import { behindFigure } from '#lib/warnings/evidence.server.ts';
import type { ForbiddenContext } from './forbidden.ts';
import { bannedWords, type Measure } from './measure.ts';

/** Names of all indicators in both languages, retired ones included: they stand in people's memory. */
export async function indicatorNames(db: Kysely<DB>): Promise<string[]> {
	const rows = await db.selectFrom('indicator').select(['name', 'name_en']).execute();
	return rows.flatMap(({ name, name_en }) => [name, name_en]);
}

/** So many complaints behind a warning are asked for who made them: more than any desk reads. */
const mostComplaints = 5_000;

type About = {
	readonly measure: Measure;
	readonly own: readonly (string | null)[];
	readonly evidence: EvidenceQuery;
};

/**
 * What a paper about a warning must not say. Who complained is known by the register of events only: by name where the source sent a name,
 * else by the key of a number, which a number in the text is compared with.
 */
export async function forbiddenContext(db: Kysely<DB>, actor: Actor, { measure, own, evidence }: About): Promise<ForbiddenContext> {
	const { rows } = await sql<{ person: string }>`
		select distinct e.person_key as person from event e
		where ${behindFigure(actor, evidence, 'e')} and ${liveEvent} and e.kind = 'complaint' and e.person_key is not null limit ${mostComplaints}
	`.execute(db);
	const keys = new Set(rows.map(({ person }) => person));
	return {
		indicators: await indicatorNames(db),
		banned: bannedWords(measure),
		own: own.filter((text) => text !== null),
		complainants: [...keys].filter((key) => key.startsWith('n:')).map((key) => key.split(':')[2] ?? '').filter((name) => name.length >= 2),
		isComplainants: (number) => [number, number.replaceAll('-', '')].some((id) => keys.has(personKey(id, null, evidence.regionCode) ?? ''))
	};
}
