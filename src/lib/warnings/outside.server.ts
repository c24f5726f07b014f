import { createHash } from 'node:crypto';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import { canonicalJson } from '#lib/access/audit-chain.ts';
import { audit } from '#lib/access/audit.server.ts';
import { notAllowed, refuse, type NotAllowed, type Refusal } from '#lib/access/refuse.ts';
import type { TokenActor } from '#lib/access/tokens.server.ts';
import { reportScope } from '#lib/access/tokens.ts';
import { loadKindBook } from '#lib/intake/kinds/book.server.ts';
import { loadIndustries } from '#lib/industries/industries.server.ts';
import { loadCrosswalk } from '#lib/regions/regions.server.ts';
import type { Evaluation } from './evaluation.ts';
import { applyEvaluations } from './machine.server.ts';
import { readOutside, type OutsideFault } from './outside-read.ts';
import { outsideIndicator, outsideItem, outsideSeries, sameSubject, type OutsideSaid } from './outside.ts';

/** One report of a source at a time ("QSOR", with the source): two of the same id would both be its first. */
const reportLock = 0x51534f52;

/** A line as it was sent; `value` undefined: no JSON. */
export type ReportedLine = { readonly line: number; readonly value: unknown };
export type ReportReject = OutsideFault & { readonly line: number; readonly id: string | null };
type Accepted = { readonly line: number; readonly id: string; readonly number: string; readonly work: string };

export type Reported = {
	readonly ok: true;
	readonly source: string;
	readonly rows: number;
	/** New, or saying something else than before. */
	readonly accepted: readonly Accepted[];
	readonly duplicates: number;
	readonly rejects: readonly ReportReject[];
};

export type ReportRefusal =
	| NotAllowed
	| Refusal<'source-missing' | 'source-not-granted', { readonly sources: readonly string[] }>
	| Refusal<'source-stopped', { readonly source: string }>;

type Source = { readonly id: string; readonly name: string; readonly owner: string };
type Statement = { readonly line: number; readonly said: OutsideSaid };
/** Where what a statement is about lies, as the register and the divisions have it. */
type Place = { readonly regionCode: string; readonly industryKey: string; readonly label: string | null };

/**
 * Takes in what an outside platform reports of its own warnings: each becomes a warning on the desk that answers for it, a further
 * statement under the same id refreshes, worsens, eases or clears it. The same statement again changes nothing. Lines that cannot be
 * taken are refused one by one.
 *
 * @param wanted name or id of the source that is the platform; null: the token's only one.
 */
export async function reportOutside(db: Kysely<DB>, token: TokenActor, wanted: string | null, lines: readonly ReportedLine[]): Promise<Reported | ReportRefusal> {
	if (!token.scopes.includes(reportScope)) return notAllowed;
	const source = await platformOf(db, token, wanted);
	if (!source.ok) return source;
	const places = await placesFor(db);
	return db.transaction().execute(async (trx) => {
		await sql`select pg_advisory_xact_lock(${reportLock}, hashtext(${source.id}))`.execute(trx);
		const today = (await sql<{ today: string }>`select (clock_timestamp() at time zone 'Asia/Shanghai')::date::text as today`.execute(trx)).rows[0]!.today;
		const rejects: ReportReject[] = [];
		const no = (line: number, id: string | null, fault: OutsideFault) => void rejects.push({ line, id, ...fault });
		const statements = readLines(lines, today, no);
		const placed = await places(trx, token, statements, no);
		const known = await knownOf(trx, source.id, placed.map(({ said }) => said.id));
		const fresh: (Statement & { readonly place: Place; readonly version: number; readonly hash: string })[] = [];
		let duplicates = 0;
		for (const { line, said, place } of placed) {
			const before = known.get(said.id);
			const hash = createHash('sha256').update(canonicalJson(said)).digest('hex');
			if (before === undefined && said.ended) no(line, said.id, { reason: 'never-reported', field: 'state' });
			else if (before !== undefined && !sameSubject(before.said, said)) no(line, said.id, { reason: 'about-changed', field: said.uscc === null ? 'region' : 'uscc' });
			else if (before?.hash === hash) duplicates++;
			else fresh.push({ line, said, place, hash, version: (before?.version ?? 0) + 1 });
		}
		if (fresh.length > 0) {
			await writeStatements(trx, source, token, fresh);
			await applyEvaluations(trx, today, fresh.map(({ said, place, version }) => evaluationOf(source, said, place, version, today)));
		}
		const numbers = await numbersOf(trx, source.id, fresh.map(({ said }) => said.id));
		const accepted = fresh.map(({ line, said }) => ({ line, id: said.id, ...numbers.get(said.id)! }));
		if (lines.length > 0) {
			await audit(trx, token, {
				action: 'outside.report', objectKind: 'source', objectId: source.id,
				detail: { rows: lines.length, duplicates, rejected: rejects.length, numbers: accepted.map(({ number }) => number) }
			});
		}
		return { ok: true, source: source.name, rows: lines.length, accepted, duplicates, rejects: rejects.sort((a, b) => a.line - b.line) } as const;
	});
}

/** The source that is the platform: one the token is bound to, and one that still delivers. */
async function platformOf(db: Kysely<DB>, token: TokenActor, wanted: string | null) {
	const own = await db
		.selectFrom('source').select(['id', 'name', 'owner_department_id as owner', 'state']).where('id', 'in', [...token.sourceIds, '']).orderBy('name').execute();
	const sources = own.map(({ name }) => name);
	if (wanted === null && own.length !== 1) return refuse('source-missing', { sources });
	const source = wanted === null ? own[0] : own.find(({ id, name }) => name === wanted || id === wanted);
	if (source === undefined) return refuse('source-not-granted', { sources });
	if (source.state === 'stopped') return refuse('source-stopped', { source: source.name });
	return { ok: true as const, id: source.id, name: source.name, owner: source.owner };
}

type No = (line: number, id: string | null, fault: OutsideFault) => void;

function readLines(lines: readonly ReportedLine[], today: string, no: No): readonly Statement[] {
	const seen = new Set<string>();
	return lines.flatMap(({ line, value }) => {
		if (value === undefined) return no(line, null, { reason: 'not-json', field: null }) ?? [];
		const read = readOutside(value, today);
		if (!read.ok) return no(line, idIn(value), read.fault) ?? [];
		const { id } = read.said;
		if (seen.has(id)) return no(line, id, { reason: 'id-twice', field: 'id', value: id }) ?? [];
		seen.add(id);
		return [{ line, said: read.said }];
	});
}

function idIn(value: unknown): string | null {
	const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : null;
	return typeof id === 'string' ? id.slice(0, 100) : null;
}

/** What places statements: where the register has the enterprise, else the division and industry that are said. */
async function placesFor(db: Kysely<DB>) {
	const crosswalk = await loadCrosswalk(db);
	const industries = await loadIndustries(db);
	const items = new Set((await loadKindBook(db)).eventKinds);
	return async (trx: Transaction<DB>, token: TokenActor, statements: readonly Statement[], no: No): Promise<readonly (Statement & { readonly place: Place })[]> => {
		const usccs = statements.flatMap(({ said }) => said.uscc ?? []);
		const rows = await trx.selectFrom('enterprise').select(['uscc', 'name', 'region_code', 'industry_key']).where(sql<boolean>`uscc = any(${usccs})`).execute();
		const registered = new Map(rows.map((row) => [row.uscc, { regionCode: row.region_code, industryKey: row.industry_key, label: row.name }]));
		const placeOf = (said: OutsideSaid): Place | OutsideFault => {
			if (said.item !== null && !items.has(said.item)) return { reason: 'unknown-item', field: 'item', value: said.item };
			if (said.uscc !== null) {
				const found = registered.get(said.uscc);
				// Whether somebody elsewhere is registered is not this platform's to find out.
				return found?.regionCode.startsWith(token.regionPrefix) ? found : { reason: 'unknown-enterprise', field: 'uscc', value: said.uscc };
			}
			const { code, basis } = crosswalk(said.region!);
			if (basis !== 'given' && basis !== 'successor') return { reason: 'unknown-region', field: 'region', value: said.region! };
			if (!code.startsWith(token.regionPrefix)) return { reason: 'outside-jurisdiction', field: 'region', value: said.region! };
			if (said.industry !== '*' && industries.get(said.industry!) === undefined) return { reason: 'unknown-industry', field: 'industry', value: said.industry! };
			return { regionCode: code, industryKey: said.industry!, label: null };
		};
		return statements.flatMap(({ line, said }) => {
			const place = placeOf(said);
			return 'reason' in place ? (no(line, said.id, place) ?? []) : [{ line, said, place }];
		});
	};
}

async function knownOf(trx: Transaction<DB>, sourceId: string, ids: readonly string[]) {
	const rows = await trx
		.selectFrom('outside_warning as o')
		.innerJoin('outside_statement as s', (join) => join.onRef('s.source_id', '=', 'o.source_id').onRef('s.outside_id', '=', 'o.outside_id').onRef('s.version', '=', 'o.version'))
		.select(['o.outside_id', 'o.version', 'o.content_hash', 's.said'])
		.where('o.source_id', '=', sourceId)
		.where(sql<boolean>`o.outside_id = any(${[...ids]})`)
		.execute();
	return new Map(rows.map((row) => [row.outside_id, { version: row.version, hash: row.content_hash, said: row.said as unknown as OutsideSaid }]));
}

async function writeStatements(
	trx: Transaction<DB>, source: Source, token: TokenActor, fresh: readonly { readonly said: OutsideSaid; readonly version: number; readonly hash: string }[]
): Promise<void> {
	await trx
		.insertInto('indicator')
		.values({ id: outsideIndicator(source.id), kind: 'outside', name: source.name, name_en: source.name, item: outsideItem, owner_department_id: source.owner })
		// The platform may have another name or owner by now.
		.onConflict((clash) => clash.column('id').doUpdateSet({
			name: sql`excluded.name`, name_en: sql`excluded.name_en`, owner_department_id: sql`excluded.owner_department_id`
		}))
		.execute();
	await trx
		.insertInto('outside_warning')
		.values(fresh.map(({ said, version, hash }) => ({
			source_id: source.id, outside_id: said.id, series_key: outsideSeries(source.id, said.id), version, content_hash: hash
		})))
		.onConflict((clash) => clash.columns(['source_id', 'outside_id']).doUpdateSet({ version: sql`excluded.version`, content_hash: sql`excluded.content_hash` }))
		.execute();
	await trx
		.insertInto('outside_statement')
		.values(fresh.map(({ said, version }) => ({
			source_id: source.id, outside_id: said.id, version, said: JSON.stringify(said), received_at: sql<Date>`clock_timestamp()`, token_id: token.id
		})))
		.execute();
}

/** The statement as the machine takes it: no figure is made up, and no row of ours stands behind it. */
function evaluationOf(source: Source, said: OutsideSaid, { regionCode, industryKey, label }: Place, version: number, today: string): Evaluation {
	const from = said.occurredOn ?? said.raisedOn;
	return {
		seriesKey: outsideSeries(source.id, said.id),
		indicatorId: outsideIndicator(source.id),
		// Which statement of the platform: other words under the same id are a change.
		indicatorVersion: version,
		item: said.item ?? outsideItem,
		scopeKind: said.uscc === null ? 'cell' : 'enterprise',
		regionCode,
		industryKey,
		uscc: said.uscc,
		subjectLabel: label,
		verdict: said.ended ? 'cleared' : 'breaching',
		level: said.level,
		observed: null,
		expected: null,
		upper: null,
		q: null,
		firstBreachOn: said.raisedOn,
		lastBreachOn: today,
		occurredOn: from,
		explanation: {
			window: { from, to: said.raisedOn }, grain: 'day', coverage: null, limit: null, method: 'outside', series: [],
			contributors: { regions: [], industries: [], addresses: [], enterprises: [] },
			evidence: { kinds: [], from, to: said.raisedOn, regionCode, industryKey },
			outside: { ...said, platform: source.name, receivedOn: today, version }
		},
		subjects: said.uscc === null ? [] : [{ uscc: said.uscc, role: 'named', weight: 1 }]
	};
}

/** Our number and state of work of the newest warning of each. */
async function numbersOf(trx: Transaction<DB>, sourceId: string, ids: readonly string[]): Promise<ReadonlyMap<string, { readonly number: string; readonly work: string }>> {
	const rows = await trx
		.selectFrom('outside_warning as o')
		.innerJoin('warning_series as s', 's.series_key', 'o.series_key')
		.innerJoin('warning as w', 'w.id', 's.warning_id')
		.select(['o.outside_id', 'w.number', 'w.work'])
		.where('o.source_id', '=', sourceId)
		.where(sql<boolean>`o.outside_id = any(${[...ids]})`)
		.execute();
	return new Map(rows.map(({ outside_id, number, work }) => [outside_id, { number, work }]));
}
