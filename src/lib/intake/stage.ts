/** Columns of the staging table, in the order in which rows are copied. */
export const stageColumns = [
	'line', 'reason', 'message', 'fault_field', 'fault_value', 'raw', 'mend_batch', 'mend_line',
	'source_key', 'hash', 'uscc', 'given_uscc', 'occurred_at', 'day', 'received_at', 'event_id', 'item', 'region_code', 'region_basis', 'region_given',
	'region_own', 'industry_key', 'person_key', 'content', 'withdrawn',
	'name', 'enterprise_type', 'legal_rep', 'legal_rep_key', 'address', 'address_key', 'phone', 'phone_key', 'agent', 'agent_key',
	'capital_wan', 'capital_currency', 'capital_raw', 'established_on', 'status', 'cancelled_on', 'key_class',
	'month', 'class', 'field'
] as const;
export type StageColumn = (typeof stageColumns)[number];

/** A row on its way: what is left out is null. */
export type StagedRow = { -readonly [column in StageColumn]?: string | number | boolean | null };

/** Not in a migration: it lives for one transaction of one connection. `live`: the newest version of its key. */
export const createStage = `create temp table stage (
	line integer not null, reason text, message text, fault_field text, fault_value text, raw text, mend_batch text, mend_line integer,
	source_key text, hash text, uscc text, given_uscc text, occurred_at timestamptz, day date, received_at timestamptz, event_id uuid, item text,
	region_code text, region_basis text, region_given text, region_own boolean, industry_key text, person_key text, content text, withdrawn boolean,
	name text, enterprise_type text, legal_rep text, legal_rep_key text, address text, address_key text, phone text, phone_key text, agent text, agent_key text,
	capital_wan numeric(18, 4), capital_currency text, capital_raw text, established_on date, status text, cancelled_on date, key_class boolean,
	month date, class text, field text, live boolean not null default true
) on commit drop`;

/** One line of `COPY … FROM STDIN` in text format. */
export function stageLine(row: StagedRow): string {
	let line = '';
	for (let i = 0; i < stageColumns.length; i++) {
		const value = row[stageColumns[i]!];
		if (i > 0) line += '\t';
		if (value === null || value === undefined) line += '\\N';
		else line += typeof value === 'string' ? escaped(value) : value === true ? 't' : value === false ? 'f' : String(value);
	}
	return `${line}\n`;
}

const special = /[\\\t\n\r\0]/;
const replacements: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r', '\0': '\ufffd' };

function escaped(text: string): string {
	return special.test(text) ? text.replace(/[\\\t\n\r\0]/g, (c) => replacements[c]!) : text;
}
