import { sql, type Transaction } from 'kysely';
import { nextNumbers } from '#db/numbers.ts';
import type { DB } from '#db/types.ts';
import type { Evaluation } from './evaluation.ts';
import { fold, type HistoryEvent } from './history.ts';
import type { RaisedAfter, Standing } from './machine.ts';
import { toRow } from './rows.ts';

/** The day judged and the instant written. */
export type When = { readonly asOf: string; readonly at: string };

/** What is written for one evaluation. */
export type Written = {
	readonly evaluation: Evaluation;
	readonly warningId: string;
	readonly event: HistoryEvent;
	/** The series' episode before, and why this is not the same. */
	readonly previous?: { readonly id: string; readonly after: RaisedAfter };
	/** Of an episode that came back soon: when it had cleared. */
	readonly hadCleared?: string;
};

/** An episode that goes on, with its whole new row. */
export type Changed = Written & { readonly row: object };

/** A series as it stood, and its newest episode. */
export type Known = Standing & {
	readonly evaluatedOn: string;
	readonly warningId: string | null;
	readonly place: { readonly regionCode: string; readonly industryKey: string } | null;
};

/** What was said of a series, and how it stands after that. */
export type Judged = { readonly evaluation: Evaluation; readonly standing: Pick<Standing, 'lastBreachOn' | 'levelOn'> };

export async function writeSeries(
	trx: Transaction<DB>,
	asOf: string,
	judged: readonly Judged[],
	known: ReadonlyMap<string, Known>
): Promise<void> {
	if (judged.length === 0) return;
	const rows = judged.map(({ evaluation, standing }) => ({
		series_key: evaluation.seriesKey,
		indicator_id: evaluation.indicatorId,
		evaluation: evaluation.verdict,
		evaluated_on: asOf,
		warning_id: known.get(evaluation.seriesKey)?.warningId ?? null,
		last_breach_on: standing.lastBreachOn,
		level_on: standing.levelOn
	}));
	await sql`
		insert into warning_series (series_key, indicator_id, evaluation, evaluated_on, warning_id, last_breach_on, level_on)
		select series_key, indicator_id, evaluation, evaluated_on, warning_id, last_breach_on, level_on
		from jsonb_populate_recordset(null::warning_series, ${JSON.stringify(rows)}::jsonb)
		on conflict (series_key) do update
		set evaluation = excluded.evaluation, evaluated_on = excluded.evaluated_on, warning_id = excluded.warning_id,
			last_breach_on = excluded.last_breach_on, level_on = excluded.level_on
	`.execute(trx);
}

export async function insertWarnings(trx: Transaction<DB>, when: When, opened: readonly Written[]): Promise<void> {
	if (opened.length === 0) return;
	const year = when.asOf.slice(0, 4);
	const first = await nextNumbers(trx, 'warning', year, opened.length);
	const rows = opened.map(({ evaluation, warningId, event, previous }, i) => ({
		id: warningId,
		number: `${year}-${String(first + i).padStart(6, '0')}`,
		series_key: evaluation.seriesKey,
		indicator_id: evaluation.indicatorId,
		item: evaluation.item,
		scope_kind: evaluation.scopeKind,
		region_code: evaluation.regionCode,
		industry_key: evaluation.industryKey,
		uscc: evaluation.uscc,
		title_data: { label: evaluation.subjectLabel, ...(previous ? { previousId: previous.id } : {}), ...late(evaluation) },
		raised_at: when.at,
		explanation: evaluation.explanation ?? {},
		changed_at: when.at,
		...toRow(fold([event])!)
	}));
	await sql`
		insert into warning select * from jsonb_populate_recordset(null::warning, ${JSON.stringify(rows)}::jsonb)
	`.execute(trx);
}

const late = (evaluation: Evaluation) => (evaluation.late ? { late: evaluation.late } : {});

export async function updateWarnings(
	trx: Transaction<DB>,
	when: When,
	changed: readonly Changed[]
): Promise<void> {
	if (changed.length === 0) return;
	const rows = changed.map(({ evaluation, warningId, row }) => ({
		id: warningId,
		changed_at: when.at,
		...row,
		// A null keeps what was shown; `held` comes and goes with the verdict.
		explanation: evaluation.explanation,
		title_data: evaluation.held ?? null
	}));
	// Evaluation's own columns only: what people write is not even named here.
	await sql`
		update warning w set
			level = n.level, evaluation = n.evaluation, indicator_version = n.indicator_version,
			first_breach_on = n.first_breach_on, last_breach_on = n.last_breach_on, occurred_on = n.occurred_on,
			cleared_on = n.cleared_on, observed = n.observed, expected = n.expected, upper = n.upper, q_value = n.q_value,
			acknowledge_due = n.acknowledge_due, dispose_due = n.dispose_due, version = n.version, changed_at = n.changed_at,
			explanation = case
				when jsonb_typeof(n.title_data) = 'object'
					then coalesce(nullif(n.explanation, 'null'), w.explanation) || jsonb_build_object('held', n.title_data)
				else coalesce(nullif(n.explanation, 'null'), w.explanation) - 'held'
			end
		from jsonb_populate_recordset(null::warning, ${JSON.stringify(rows)}::jsonb) n
		where w.id = n.id
	`.execute(trx);
}

export async function writeHistory(trx: Transaction<DB>, when: When, written: readonly Written[]): Promise<void> {
	if (written.length === 0) return;
	const rows = written.map(({ evaluation, warningId, event, previous, hadCleared }) => ({
		warning_id: warningId,
		seq: event.seq,
		at: when.at,
		as_of: when.asOf,
		axis: event.axis,
		action: event.action,
		to_state: event.set.evaluation ?? null,
		data: {
			set: event.set,
			...(previous ? { previousId: previous.id, after: previous.after } : {}),
			...(hadCleared ? { hadCleared } : {}),
			...(evaluation.held ? { held: evaluation.held } : {}),
			...late(evaluation)
		}
	}));
	await sql`
		insert into warning_event select * from jsonb_populate_recordset(null::warning_event, ${JSON.stringify(rows)}::jsonb)
	`.execute(trx);
}

export async function writeSubjects(trx: Transaction<DB>, written: readonly Written[]): Promise<void> {
	const rows = written.flatMap(({ evaluation, warningId }) =>
		evaluation.subjects.map((subject) => ({ ...subject, warning_id: warningId }))
	);
	if (rows.length === 0) return;
	await sql`
		insert into warning_subject (uscc, warning_id, role, weight)
		select uscc, warning_id, role, weight
		from jsonb_populate_recordset(null::warning_subject, ${JSON.stringify(rows)}::jsonb)
		on conflict (uscc, warning_id) do update set
			-- Who was part of the episode once stays so when the window has moved on; the weight says who is in it now.
			role = case when warning_subject.role = 'contributor' then excluded.role else warning_subject.role end, weight = excluded.weight
	`.execute(trx);
}
