import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { maskName, maskPhone } from '#lib/enterprises/mask.ts';
import { newestJudgements } from './judged.server.ts';
import { tieRef } from './tie-ref.server.ts';
import type { LinkKind, Verdict } from './verdicts.ts';

/** One enterprise at a shared thing, with the newest judgement of that tie. */
type TiedEnterprise = {
	readonly uscc: string;
	readonly name: string;
	readonly since: string;
	/** The tie ended: the enterprise moved, or has another representative. */
	readonly until: string | null;
	readonly judgement: { readonly verdict: Verdict; readonly note: string; readonly by: string; readonly on: string } | null;
};

/** Something that enterprises share, by a reference instead of its key. */
export type SharedTie = {
	readonly kind: LinkKind | 'place';
	readonly ref: string;
	/** As registered; persons, phones and agents masked. */
	readonly label: string;
	/** Enterprises of the jurisdiction that share it today. */
	readonly total: number;
	/** Enterprises of elsewhere that share it today: counted, never named. */
	readonly outside: number;
	/** Those that share most with it first; ended ties included. */
	readonly enterprises: readonly TiedEnterprise[];
};

const most = { ties: 40, enterprises: 60 } as const;

type Row = {
	readonly kind: LinkKind | 'place';
	readonly key: string;
	readonly label: string | null;
	readonly total: number;
	readonly outside: number;
	readonly enterprises: readonly TiedEnterprise[];
};

/** What ties an enterprise to others of the jurisdiction; its own tie stands first, to be judged. Empty without the right to see it. */
export async function tiesOfEnterprise(db: Kysely<DB>, actor: Actor, uscc: string): Promise<SharedTie[]> {
	if (!may(actor, 'dossier.see')) return [];
	return ties(db, actor, {
		things: sql`select l.kind, l.key from enterprise_link l join enterprise e on e.uscc = l.uscc
			where l.uscc = ${uscc} and l.until is null and ${inside(actor)}`,
		of: sql`true`, least: 2, outside: true, first: uscc
	});
}

/** What members of a warning share, and who of them. Outside the jurisdiction there are neither. */
export async function tiesOfWarning(db: Kysely<DB>, actor: Actor, warningId: string): Promise<SharedTie[]> {
	if (!may(actor, 'warning.see')) return [];
	const members = sql`select m.uscc from warning_subject m join warning w on w.id = m.warning_id
		where m.warning_id = ${warningId} and m.role = 'member' and w.scope_kind not in ('cell', 'enterprise')
			and ${withinJurisdiction(scopeOf(actor), { region: 'w.region_code', industry: 'w.industry_key' })}`;
	return ties(db, actor, {
		things: sql`select distinct l.kind, l.key from enterprise_link l where l.uscc in (${members})`,
		of: sql`l.uscc in (${members})`, least: 2, outside: false, first: ''
	});
}

const inside = (actor: Actor) => withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' });

/**
 * @param what.things kind and key of what may be shared; of several rooms of one place the place itself is added.
 * @param what.of which enterprises are listed at it (`l`).
 * @param what.least from how many of those on it is worth a line; with `outside` those of elsewhere count for it.
 */
async function ties(
	db: Kysely<DB>, actor: Actor,
	what: { readonly things: RawBuilder<unknown>; readonly of: RawBuilder<unknown>; readonly least: number; readonly outside: boolean; readonly first: string }
): Promise<SharedTie[]> {
	const { rows } = await sql<Row>`
		with things as materialized (${what.things}),
		links as (
			select t.kind, t.key, l.uscc, l.since, l.until, l.key as own from things t join enterprise_link l on l.kind = t.kind and l.key = t.key
			union all
			select 'place', p.place_key, l.uscc, l.since, l.until, l.key
			from (select distinct p.place_key from things t join address_place p on t.kind = 'address' and p.address_key = t.key where p.unit is not null) r
			join address_place p on p.place_key = r.place_key
			join enterprise_link l on l.kind = 'address' and l.key = p.address_key
		),
		tied as materialized (
			select l.*, e.name, ${inside(actor)} as inside,
				case when l.own <> l.key then null when l.kind = 'address' and e.address_key = l.key then e.address
					when l.kind = 'person' and e.legal_rep_key = l.key then e.legal_rep
					when l.kind = 'phone' and e.phone_key = l.key then e.phone when l.kind = 'agent' and e.agent_key = l.key then e.agent end as written
			from links l join enterprise e on e.uscc = l.uscc
		),
		shared as (
			select l.kind, l.key, max(l.written) filter (where l.inside) as label,
				count(distinct l.uscc) filter (where l.until is null and l.inside)::int as total,
				count(distinct l.uscc) filter (where l.until is null and not l.inside)::int as outside,
				count(distinct l.uscc) filter (where ${what.of} and l.inside)::int as n
			from tied l
			group by 1, 2
			having count(distinct l.uscc) filter (where ${what.of} and (l.inside or ${what.outside})) >= ${what.least} and bool_or(${what.of} and l.inside)
			order by n desc, total, l.kind, l.key limit ${most.ties}
		),
		-- Of many enterprises at one thing those that share most with it come first.
		strength as (select uscc, count(distinct kind || ' ' || key) filter (where kind <> 'place' and until is null)::int as n from tied where inside group by uscc)
		select s.kind, s.key, s.label, s.total, s.outside, (
			select jsonb_agg(jsonb_build_object('uscc', x.uscc, 'name', x.name, 'since', x.since, 'until', x.until, 'judgement',
				case when j.verdict is null then null else
					jsonb_build_object('verdict', j.verdict, 'note', j.note, 'by', j.actor_name, 'on', (j.at at time zone 'Asia/Shanghai')::date::text) end)
				order by x.uscc <> ${what.first}, x.n desc, x.since desc, x.uscc)
			from (
				select d.* from (
					select distinct on (l.uscc) l.uscc, l.name, l.since::text, l.until::text, coalesce(g.n, 0) as n
					from tied l left join strength g on g.uscc = l.uscc
					where l.kind = s.kind and l.key = s.key and ${what.of} and l.inside
					order by l.uscc, l.until is not null, l.since desc
				) d
				order by d.uscc <> ${what.first}, d.n desc, d.since desc, d.uscc limit ${most.enterprises}
			) x
			left join ${newestJudgements(null)} j on j.uscc = x.uscc and j.kind = s.kind and j.key = s.key
		) as enterprises
		from shared s order by s.n desc, s.total, s.kind, s.key
	`.execute(db);
	// A place says nothing more when all of them share one address of it.
	const members = ({ enterprises }: Row) => enterprises.map(({ uscc }) => uscc).sort().join();
	const addresses = new Set(rows.filter(({ kind }) => kind === 'address').map(members));
	const told = rows.filter((row) => row.kind !== 'place' || !addresses.has(members(row)));
	return told.map(({ kind, key, label, total, outside, enterprises }) => ({ kind, ref: tieRef(kind, key), label: shown(kind, key, label), total, outside, enterprises }));
}

function shown(kind: SharedTie['kind'], key: string, label: string | null): string {
	switch (kind) {
		case 'phone':
			return maskPhone(label ?? key);
		case 'person':
		case 'agent':
			return maskName(label ?? (key.startsWith('n:') ? key.slice(key.lastIndexOf(':') + 1) : '')) || '—';
		default:
			return label ?? key.slice(key.indexOf(':') + 1).replace(':', '');
	}
}
