import type { Effect } from '#lib/intake/kinds/kinds.ts';

type Value = string | number | boolean | null;

/** A row that says nothing yet, with all columns of the staging table. Written out: objects of one shape are read several times as fast. */
const everyColumn = {
	line: null, reason: null, message: null, fault_field: null, fault_value: null, raw: null, mend_batch: null, mend_line: null,
	source_key: null, hash: null, uscc: null, given_uscc: null, occurred_at: null, day: null, received_at: null, item: null,
	region_code: null, region_basis: null, region_given: null, region_own: null, industry_key: null, person_key: null, content: null, withdrawn: null,
	name: null, enterprise_type: null, legal_rep: null, legal_rep_key: null, address: null, address_key: null, phone: null, phone_key: null,
	agent: null, agent_key: null, capital_wan: null, capital_currency: null, capital_raw: null, established_on: null, status: null, cancelled_on: null,
	key_class: null, month: null, class: null, field: null
};
export type StageColumn = keyof typeof everyColumn;

/** A row on its way: what is left out is null. */
export type StagedRow = { -readonly [column in StageColumn]?: Value };

export const blankRow: Readonly<StagedRow> = everyColumn;

/** Columns of the staging table, in the order in which rows are copied. */
export const stageColumns = Object.keys(everyColumn) as readonly StageColumn[];

const ofMonths = new Set<StageColumn>(['month', 'class', 'field']);
const ofRegister = new Set(stageColumns.slice(stageColumns.indexOf('enterprise_type'), stageColumns.indexOf('month')));

/** The columns that rows of a kind can fill: half of them for most. */
export function stageColumnsOf(effect: Effect): readonly StageColumn[] {
	const registering = ['register', 'registration', 'change', 'cancellation'].includes(effect);
	const monthly = effect === 'class' || effect === 'grade';
	return stageColumns.filter((column) => (registering || !ofRegister.has(column)) && (monthly || !ofMonths.has(column)));
}

/** Not in a migration: it lives for one transaction of one connection. `live`: the newest version of its key. Ids are the database's: it waits for us while rows come in. */
export const createStage = `create temp table stage (
	line integer not null, reason text, message text, fault_field text, fault_value text, raw text, mend_batch text, mend_line integer,
	source_key text, hash text, uscc text, given_uscc text, occurred_at timestamptz, day date, received_at timestamptz, event_id uuid not null default gen_random_uuid(), item text,
	region_code text, region_basis text, region_given text, region_own boolean, industry_key text, person_key text, content jsonb, withdrawn boolean,
	name text, enterprise_type text, legal_rep text, legal_rep_key text, address text, address_key text, phone text, phone_key text, agent text, agent_key text,
	capital_wan numeric(18, 4), capital_currency text, capital_raw text, established_on date, status text, cancelled_on date, key_class boolean,
	month date, class text, field text, live boolean not null default true
) on commit drop`;

/** One line of `COPY … FROM STDIN` in text format. */
export function stageLine(row: StagedRow, columns: readonly StageColumn[] = stageColumns): string {
	const cells = new Array<string>(columns.length);
	for (let i = 0; i < columns.length; i++) {
		const column = columns[i]!;
		const value = row[column];
		if (typeof value === 'string') cells[i] = ours.has(column) ? value : escaped(value);
		else if (value === null || value === undefined) cells[i] = '\\N';
		else cells[i] = value === true ? 't' : value === false ? 'f' : String(value);
	}
	return `${cells.join('\t')}\n`;
}

/** What we made ourselves, of letters, digits and colons. */
const ours = new Set<StageColumn>(['hash', 'uscc', 'given_uscc', 'occurred_at', 'day', 'received_at', 'region_code', 'region_basis', 'industry_key', 'established_on', 'cancelled_on', 'status']);

const special = /[\\\t\n\r\0]/;
const replacements: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r', '\0': '\ufffd' };

function escaped(text: string): string {
	return special.test(text) ? text.replace(/[\\\t\n\r\0]/g, (c) => replacements[c]!) : text;
}
