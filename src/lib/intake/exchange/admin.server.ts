import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { conflict, notAllowed, notFound, refuse, type Conflict, type NotAllowed, type NotFound, type OwnWork, type Refusal } from '#lib/access/refuse.ts';
import { regionWithin } from '#lib/access/scope.server.ts';
import { regionPrefix } from '#lib/access/scope.ts';
import { connectionName, highKindOf, type Columns } from './exchange.ts';
import { exchangeRefusal, openExchange, readColumns, type ConnectionSettings, type ExchangeRefusal } from './connection.server.ts';
import { offeredKind } from '#lib/intake/kinds/book.server.ts';

/** Exchange tables of the sources in an administrator's region: settings, marks and states; no rows, no secrets. */
export async function listExchanges(db: Kysely<DB>, actor: Actor) {
	if (!may(actor, 'source.technical')) return notAllowed;
	const exchanges = await db
		.selectFrom('exchange as e')
		.innerJoin('source as s', 's.id', 'e.source_id')
		.selectAll('e')
		.select(['s.name as source', 's.state as sourceState'])
		.where(regionWithin(regionPrefix(actor.regionCode), 's.region_code'))
		.orderBy('e.name')
		.execute();
	return { ok: true as const, exchanges };
}

/** Sources an administrator may bind an exchange table to. */
export async function exchangeSources(db: Kysely<DB>, actor: Actor) {
	if (!may(actor, 'source.technical')) return notAllowed;
	const sources = await db.selectFrom('source').select(['id', 'name', 'kinds']).where('state', '=', 'active').where(regionWithin(regionPrefix(actor.regionCode), 'region_code')).orderBy('name').execute();
	return { ok: true as const, sources };
}

export type ExchangeInput = {
	/** Missing for a new one. */
	readonly id?: string;
	readonly name: string;
	readonly sourceId: string;
	readonly kind: string;
	readonly connection: string;
	/** `schema.table`, or a table of `public`. */
	readonly table: string;
	readonly highColumn: string;
	readonly overlap: number;
	readonly batchRows: number;
	readonly everyMinutes: number;
};

type InputFault = 'exchange-name' | 'exchange-name-taken' | 'exchange-source' | 'exchange-kind' | 'exchange-source-kind' | 'exchange-connection' | 'exchange-table' | 'exchange-high' | 'exchange-overlap' | 'exchange-batch' | 'exchange-every';

const whole = (value: number, from: number, to: number) => Number.isInteger(value) && value >= from && value <= to;

function faultOf(input: ExchangeInput): InputFault | null {
	if (input.name === '' || input.name.length > 60) return 'exchange-name';
	if (!connectionName.test(input.connection)) return 'exchange-connection';
	if (input.table.length > 127 || tableOf(input.table) === null) return 'exchange-table';
	if (input.highColumn === '' || input.highColumn.length > 63) return 'exchange-high';
	if (!whole(input.overlap, 0, 10_000_000)) return 'exchange-overlap';
	if (!whole(input.batchRows, 1, 1_000_000)) return 'exchange-batch';
	if (!whole(input.everyMinutes, 1, 10_080)) return 'exchange-every';
	return null;
}

function tableOf(text: string): { readonly table_schema: string; readonly table_name: string } | null {
	const parts = text.split('.').map((part) => part.trim());
	if (parts.length > 2 || parts.some((part) => part === '')) return null;
	return parts.length === 1 ? { table_schema: 'public', table_name: parts[0]! } : { table_schema: parts[0]!, table_name: parts[1]! };
}

/** Registers an exchange table, switched off, or changes one. Another table, column or connection begins from the start: its marks are other ones. */
export async function saveExchange(
	db: Kysely<DB>, actor: Actor, given: ExchangeInput
): Promise<{ readonly ok: true; readonly id: string } | NotAllowed | NotFound | OwnWork | Refusal<InputFault>> {
	const refusal = check(actor, 'source.technical');
	if (refusal !== null) return refusal;
	const input = { ...given, name: given.name.trim(), connection: given.connection.trim(), table: given.table.trim(), highColumn: given.highColumn.trim() };
	const fault = faultOf(input);
	if (fault !== null) return refuse(fault);
	const kind = await offeredKind(db, input.kind);
	if ('reason' in kind) return refuse('exchange-kind');
	const own = regionPrefix(actor.regionCode);
	return db.transaction().execute(async (trx) => {
		const source = await trx.selectFrom('source').select(['id', 'kinds']).where('id', '=', input.sourceId).where('state', '=', 'active').where(regionWithin(own, 'region_code')).executeTakeFirst();
		if (source === undefined) return refuse('exchange-source');
		if (!source.kinds.includes(kind.stored)) return refuse('exchange-source-kind');
		const same = await trx.selectFrom('exchange').select('id').where('name', '=', input.name).where('id', '<>', input.id ?? '').executeTakeFirst();
		if (same !== undefined) return refuse('exchange-name-taken');
		const values = {
			name: input.name, source_id: source.id, kind: kind.name, connection: input.connection, ...tableOf(input.table)!, high_column: input.highColumn,
			overlap: input.overlap, batch_rows: input.batchRows, every_minutes: input.everyMinutes
		};
		const id = input.id ?? randomUUID();
		if (input.id === undefined) {
			await trx.insertInto('exchange').values({ id, ...values, state: 'off', created_by: actor.id }).execute();
			await audit(trx, actor, { action: 'exchange.create', objectKind: 'exchange', objectId: id, detail: values });
			return { ok: true as const, id };
		}
		const before = await ownExchange(trx, actor, id);
		if (before === undefined) return notFound;
		const anew = (['source_id', 'kind', 'connection', 'table_schema', 'table_name', 'high_column'] as const).some((column) => before[column] !== values[column]);
		const start = anew ? { high_water: null, columns: null, last_sha256: null } : {};
		await trx.updateTable('exchange').set({ ...values, ...start, problem: null, problem_detail: null, problem_since: null }).where('id', '=', id).execute();
		const from = Object.fromEntries(Object.keys(values).map((key) => [key, before[key as keyof typeof values]]));
		await audit(trx, actor, { action: 'exchange.change', objectKind: 'exchange', objectId: id, detail: { from, to: values, anew } });
		return { ok: true as const, id };
	});
}

/** The row of an exchange table within an administrator's region, locked. */
function ownExchange(trx: Kysely<DB>, actor: Actor, id: string) {
	return trx
		.selectFrom('exchange')
		.selectAll()
		.where('id', '=', id)
		.where(sql<boolean>`source_id in (select s.id from source s where ${regionWithin(regionPrefix(actor.regionCode), 's.region_code')})`)
		.forUpdate()
		.executeTakeFirst();
}

type Step = 'switch' | 'accept-columns' | 'pull-now';

/** What an administrator does to an exchange table besides its settings. */
export async function actOnExchange(
	db: Kysely<DB>, actor: Actor, id: string, step: Step
): Promise<{ readonly ok: true } | NotAllowed | NotFound | OwnWork | Conflict> {
	const refusal = check(actor, 'source.technical');
	if (refusal !== null) return refusal;
	return db.transaction().execute(async (trx) => {
		const exchange = await ownExchange(trx, actor, id);
		if (exchange === undefined) return notFound;
		const record = (action: 'exchange.switch' | 'exchange.accept-columns' | 'exchange.pull-now', detail: Readonly<Record<string, unknown>>) =>
			audit(trx, actor, { action, objectKind: 'exchange', objectId: id, detail });
		if (step === 'switch') {
			const state = exchange.state === 'on' ? 'off' : 'on';
			await trx.updateTable('exchange').set({ state, last_started_at: null, problem: null, problem_detail: null, problem_since: null }).where('id', '=', id).execute();
			await record('exchange.switch', { to: state });
		} else if (step === 'accept-columns') {
			if (exchange.problem !== 'columns-changed') return conflict;
			// Settled anew by the next pull, from what the table is then. The mark stays.
			await trx.updateTable('exchange').set({ columns: null, last_started_at: null, problem: null, problem_detail: null, problem_since: null }).where('id', '=', id).execute();
			await record('exchange.accept-columns', { changes: exchange.problem_detail });
		} else {
			if (exchange.state !== 'on') return conflict;
			await trx.updateTable('exchange').set({ last_started_at: null }).where('id', '=', id).execute();
			await record('exchange.pull-now', {});
		}
		return { ok: true as const };
	});
}

type Probe = { readonly ok: true; readonly columns: Columns };

/** Connects as a pull would and says what the table looks like: names and types, never a row. */
export async function probeExchange(db: Kysely<DB>, actor: Actor, id: string, from: ConnectionSettings): Promise<Probe | NotAllowed | NotFound | OwnWork | ExchangeRefusal> {
	const refusal = check(actor, 'source.technical');
	if (refusal !== null) return refusal;
	const exchange = await db.transaction().execute((trx) => ownExchange(trx, actor, id));
	if (exchange === undefined) return notFound;
	const opened = await openExchange(exchange.connection, from);
	if (!opened.ok) return opened;
	try {
		const found = await readColumns(opened.client, exchange.table_schema, exchange.table_name);
		if (!found.ok) return found;
		const type = found.columns[exchange.high_column];
		if (type === undefined) return exchangeRefusal('high-missing', exchange.high_column);
		return highKindOf(type) === null ? exchangeRefusal('high-type', `${exchange.high_column}: ${type}`) : found;
	} finally {
		await opened.client.end().catch(() => undefined);
	}
}
