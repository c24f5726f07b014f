import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check, may } from '#lib/access/permissions.ts';
import { liveEvent } from '#lib/counts/roll-up.server.ts';
import { closingReasons } from '#lib/warnings/closing-reasons.ts';
import { behindFigure } from '#lib/warnings/evidence.server.ts';
import type { WarningDetail } from '#lib/warnings/detail.server.ts';
import { move } from '#lib/warnings/lifecycle.ts';
import { offeredCauses, readMeasures } from './choices.server.ts';
import { addresseesOf, paperWarning } from './facts.server.ts';
import { disposalsOfWarning } from './list.server.ts';

/** What a warning's page shows of disposal: what is under way, what can be begun, and what closing it left to do. */
export async function disposalsForPage(db: Kysely<DB>, actor: Actor, warning: WarningDetail) {
	const { current, id } = warning;
	const works = check(actor, 'warning.work', { departmentId: current.departmentId }) === null;
	const reason = current.work === 'closed' && current.closeReason !== null ? closingReasons[current.closeReason] : null;
	return {
		rows: await disposalsOfWarning(db, actor, id),
		begin: works && move(current.work, 'dispose').ok ? await beginning(db, actor, id) : null,
		causes: works && move(current.work, 'close').ok ? await offeredCauses(db) : [],
		then:
			reason?.then === 'tune'
				? ({ kind: 'tune', indicatorId: warning.indicator.id } as const)
				: reason?.then === 'mend'
					? ({ kind: 'mend', sources: await sourcesBehind(db, actor, warning) } as const)
					: null
	};
}

export type WarningDisposals = Awaited<ReturnType<typeof disposalsForPage>>;

async function beginning(db: Kysely<DB>, actor: Actor, id: string) {
	const warning = await paperWarning(db, actor, id);
	if (!warning) return null;
	return {
		measures: (await readMeasures(db)).filter(({ offered }) => offered).map(({ id: measure, name, nameEn, follow }) => ({ id: measure, name, nameEn, follow })),
		addressees: (await addresseesOf(db, actor, warning)).map(({ uscc, name }) => ({ uscc, name }))
	};
}

/** Where the rows behind a figure came from, most rows first: what is wrong there is mended there. */
async function sourcesBehind(db: Kysely<DB>, actor: Actor, { explanation }: WarningDetail): Promise<readonly { readonly id: string; readonly name: string }[]> {
	if (!may(actor, 'intake.see')) return [];
	const { rows } = await sql<{ id: string; name: string }>`
		select s.id, s.name from event e join source s on s.id = e.source_id
		where ${behindFigure(actor, explanation.evidence, 'e')} and ${liveEvent}
		group by s.id, s.name order by count(*) desc, s.id limit 5
	`.execute(db);
	return rows;
}
